"""Outcome rates, working days, the SDG computation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.nonresponse.errors import NonresponseError
from analysis.nonresponse.outcome_rates import (
    Dispositions,
    Eligibility,
    EligibilityOrigin,
    outcome_rates,
    participation_rate,
    proportional_eligibility,
)
from analysis.score.calendar import DayKind, WorkingCalendar
from analysis.score.reasons import ScoreError
from analysis.score.sdg import sdg_service

counts = st.integers(0, 5_000)


@given(
    given_=st.builds(
        Dispositions,
        complete=counts,
        partial=counts,
        refusal=counts,
        noncontact=counts,
        other=counts,
        unknown_household=counts,
        unknown_other=counts,
    ),
    e=st.floats(0, 1),
)
def test_rates_stand_in_their_order(given_: Dispositions, e: float) -> None:
    rates = outcome_rates(given_, Eligibility(value=e, origin=EligibilityOrigin.STATED))
    for row in rates.to_rows():
        assert row["value"] is None or 0 <= row["value"] <= 1
    if rates.rr5 is not None and rates.rr6 is not None:
        assert rates.rr1 is not None
        assert rates.rr3 is not None
        assert rates.rr1 <= rates.rr3 + 1e-12 <= rates.rr5 + 2e-12
        assert rates.rr5 <= rates.rr6


def test_e_has_an_origin_and_a_range() -> None:
    found = proportional_eligibility(
        Dispositions(complete=60, refusal=20, noncontact=10, other=10, not_eligible=100)
    )
    assert (found.value, found.origin) == (0.5, EligibilityOrigin.PROPORTIONAL)
    with pytest.raises(NonresponseError, match="between 0 and 1"):
        Eligibility(value=1.2, origin=EligibilityOrigin.STATED)
    with pytest.raises(NonresponseError, match="how the eligibility rate"):
        Eligibility(value=0.4, origin=EligibilityOrigin.EXTERNAL)
    with pytest.raises(NonresponseError):
        proportional_eligibility(Dispositions(complete=0))


def test_empty_bases_are_none_and_negative_counts_refused() -> None:
    nothing = outcome_rates(Dispositions(complete=0), Eligibility(value=1, origin=EligibilityOrigin.STATED))
    assert (nothing.rr1, nothing.coop1, nothing.con1) == (None, None, None)
    with pytest.raises(NonresponseError, match="refusal"):
        Dispositions(complete=1, refusal=-1)
    assert participation_rate(20, 120) == pytest.approx(1 / 6)
    assert participation_rate(0, 0) is None


CALENDAR = WorkingCalendar(
    holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2)}), make_up_days=frozenset({date(2026, 9, 27)})
)


def test_the_derivation_shows_every_day() -> None:
    found = CALENDAR.deadline(date(2026, 9, 25), 3)
    assert [(entry.day.day, entry.kind, entry.count) for entry in found.derivation] == [
        (26, DayKind.WEEKEND, 0),
        (27, DayKind.MAKE_UP, 1),
        (28, DayKind.WORKING, 2),
        (29, DayKind.WORKING, 3),
    ]
    assert found.due == date(2026, 9, 29)


@given(start=st.dates(date(2026, 1, 1), date(2027, 12, 31)), days=st.integers(0, 60))
def test_a_deadline_is_a_working_day_and_counts_right(start: date, days: int) -> None:
    found = CALENDAR.deadline(start, days)
    worked = [
        start + timedelta(days=k)
        for k in range(1, (found.due - start).days + 1)
        if CALENDAR.is_working(start + timedelta(days=k))
    ]
    assert len(worked) == days
    assert days == 0 or worked[-1] == found.due
    assert CALENDAR.deadline(start, days + 1).due > found.due


def test_calendars_that_cannot_be() -> None:
    with pytest.raises(ScoreError, match="2026-10-01"):
        WorkingCalendar(holidays=frozenset({date(2026, 10, 1)}), make_up_days=frozenset({date(2026, 10, 1)}))
    with pytest.raises(ScoreError, match="no working day"):
        WorkingCalendar(weekend=frozenset(range(7))).deadline(date(2026, 1, 1), 1)
    with pytest.raises(ScoreError):
        CALENDAR.deadline(date(2026, 1, 1), -1)


def test_only_four_points_are_the_official_scale() -> None:
    found = sdg_service(
        {"courtesy": 0.4, "access": 0.6}, asked=10, left_out=1, scale_points=4, satisfied_share=0.7
    )
    assert found.is_official_scale
    assert (found.base, found.average_positive_share, found.satisfied_share) == (9, 0.5, 0.7)
    with pytest.raises(ScoreError, match="courtesy"):
        sdg_service({"courtesy": 40}, asked=10, left_out=1, scale_points=4)
    with pytest.raises(ScoreError, match="Nobody"):
        sdg_service({"courtesy": 0.4}, asked=10, left_out=10, scale_points=4)
