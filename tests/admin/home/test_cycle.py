"""A cycle has its six stages; each is signed off on evidence, in order, for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.home import queries, rules, services
from survey.errors import Conflict, Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.cycle import Cycle
from tests.admin.conftest import COMMAND


def test_the_calendar_and_the_organisers_give_the_stages(cycle: Cycle) -> None:
    found = [(stage.stage, stage.due_on, stage.owner["en"]) for stage in cycle.stages]
    assert [name for name, _due, _owner in found] == list(services.STAGES)
    assert found[2] == ("fieldwork", date(2026, 10, 20), "Provincial Bureau of Statistics")
    assert found[5][1] == date(2027, 1, 15)


def test_a_stage_is_signed_on_evidence_and_in_order(
    books: Session, cycle: Cycle, someone: Callable[[Role], Actor]
) -> None:
    me = someone(Role.PERFORMANCE_LEAD)
    first, second, *_rest = cycle.stages
    with pytest.raises(Conflict) as refused:
        services.sign_stage(books, first, actor=me)
    assert refused.value.code == "stage_without_evidence"
    with pytest.raises(Invalid):
        services.add_evidence(books, first, note="  ", actor=me)
    for stage in (second, first):
        services.add_evidence(books, stage, note="minutes of 2026-02-27", actor=me)
    with pytest.raises(Conflict) as early:
        services.sign_stage(books, second, actor=me)
    assert early.value.code == "earlier_stage_open"
    services.sign_stage(books, first, actor=me)
    services.sign_stage(books, second, actor=me)
    assert first.signed_by == me.ref
    with pytest.raises(Conflict):
        services.sign_stage(books, first, actor=me)
    with pytest.raises(Conflict):
        services.add_evidence(books, first, note="later", actor=me)


def test_a_cycle_has_exactly_six_stages_and_its_own_code(books: Session, cycle: Cycle) -> None:
    plans = [
        services.StagePlan(stage=stage.stage, owner=stage.owner, due_on=stage.due_on)
        for stage in cycle.stages
    ]
    for code, stages, error in (
        ("new", plans[:5], Invalid),
        ("new", plans[::-1], Invalid),
        (cycle.code, plans, Conflict),
    ):
        with pytest.raises(error):
            services.create_cycle(
                books, code=code, year=2027, title={"zh": "新", "en": "New"}, stages=stages, actor=COMMAND
            )


def test_stages_are_done_in_hand_late_or_later(books: Session, cycle: Cycle) -> None:
    first = cycle.stages[0]
    services.add_evidence(books, first, note="minutes", actor=COMMAND)
    services.sign_stage(books, first, actor=COMMAND)
    states = [view.state for view in queries.stage_views(cycle, today=date(2026, 9, 3))]
    assert states == ["done", "late", "later", "later", "later", "later"]
    states = [view.state for view in queries.stage_views(cycle, today=date(2026, 4, 1))]
    assert states == ["done", "now", "later", "later", "later", "later"]


def test_what_comes_next_follows_the_chain() -> None:
    counts = dict.fromkeys(
        ("versions", "versions_locked", "plans_locked", "waves", "waves_open", "waves_sealed", "datasets",
         "runs_done", "hand_overs_signed", "releases_announced", "releases_published"), 0)  # fmt: skip
    seen = []
    for change in (
        {}, {"versions": 8}, {"versions_locked": 8, "plans_locked": 2}, {"waves": 7}, {"waves_open": 7},
        {"waves_open": 0, "waves_sealed": 7}, {"datasets": 1}, {"runs_done": 1}, {"hand_overs_signed": 1},
        {"releases_announced": 1}, {"releases_published": 1},
    ):  # fmt: skip
        counts |= change
        seen.append(rules.next_step(SimpleNamespace(**counts)))
    assert seen == [
        "load", "lock", "plan_waves", "open_waves", "collect", "freeze", "run", "hand_over", "announce", "publish",
        "countermeasures",
    ]  # fmt: skip


def test_the_dashboard_takes_evidence_and_a_sign_off(browser: Callable[[Role | None], FlaskClient]) -> None:
    client = browser(Role.PERFORMANCE_LEAD)
    assert client.post("/admin/stages/1/sign").status_code == 409
    assert client.post("/admin/stages/1/evidence", data={"note": "minutes"}).status_code == 303
    assert client.post("/admin/stages/1/sign").status_code == 303
    assert "minutes" in client.get("/admin/").get_data(as_text=True)
