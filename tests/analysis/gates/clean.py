"""Inputs with which every gate of the demo plan passes; tests spoil one thing at a time."""

from datetime import UTC, datetime

from analysis.gates.inputs import (
    Appeals,
    CallBacks,
    CoachingRecord,
    CountyValue,
    CriterionRecord,
    DisclosureReport,
    DontKnowRecord,
    FrameRecord,
    GateInputs,
    GroupBase,
    Locking,
    LockRecord,
    ModeEffect,
    ModeOutcome,
    Outcomes,
    ReliabilityRecord,
    RemovalRecord,
    Reproduction,
    UnitPrecision,
    WeightingReport,
)

FIRST_ANSWER = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
LOCKED = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)


def clean() -> GateInputs:
    return GateInputs(
        locking=Locking(
            documents=(
                LockRecord(document="plan", digest="a" * 64, locked_at=LOCKED, published_at=LOCKED),
                LockRecord(document="residents", digest="b" * 64, locked_at=LOCKED, published_at=LOCKED),
            ),
            first_answer_at=FIRST_ANSWER,
        ),
        frames=(
            FrameRecord(
                group="residents",
                source="statistics_office",
                is_from_assessed_unit=False,
                supplier=None,
                n_records=10_500,
                n_excluded=0,
            ),
        ),
        bases=(
            GroupBase(unit="edu", group="residents", is_used=True, n=1_500, n_effective=1_200.0),
            GroupBase(
                unit="shipinsp",
                group="residents",
                is_used=False,
                n=31,
                n_effective=25.0,
                reason="below_minimum_valid",
            ),
        ),
        precision=(
            UnitPrecision(unit="edu", unit_class="A", half_width=1.1),
            UnitPrecision(unit="shipinsp", unit_class="C", half_width=3.9),
        ),
        weighting=(
            WeightingReport(
                group="residents",
                part="",
                is_converged=True,
                largest_gap=0.01,
                largest_over_mean=3.1,
                kish_deff=1.3,
            ),
        ),
        outcomes=Outcomes(
            modes=(
                ModeOutcome(mode="cati", rr3=0.14, participation_rate=None),
                ModeOutcome(mode="web", rr3=None, participation_rate=0.166),
            ),
            is_nonresponse_table_published=True,
        ),
        reliability=(
            ReliabilityRecord(
                group="residents",
                target="D2",
                items=("R11", "R12", "R13", "R14"),
                n=4_000,
                alpha=0.73,
                alpha_interval=(0.71, 0.75),
                omega=0.74,
                omega_interval=(0.72, 0.76),
            ),
        ),
        criterion=(CriterionRecord(group="residents", item="R31", correlation=0.72, n=9_000),),
        dont_know=(
            DontKnowRecord(group="residents", item="R27", share=0.18, is_scored=True),
            DontKnowRecord(group="residents", item="R17", share=0.24, is_scored=True),
        ),
        removals=(
            RemovalRecord(
                group="residents",
                n_records=10_500,
                removed={"duplicate_device": 38, "speeder": 100},
                apart={"county_set_aside": 100},
            ),
        ),
        call_backs=CallBacks(interviewer_cases=5_000, checked=600, confirmed=594, undecided_flags=0),
        coaching=(
            CoachingRecord(city="yunlan", county="990101", reported=1, answered=400),
            CoachingRecord(
                city="yunlan",
                county="990108",
                reported=14,
                answered=100,
                is_set_aside=True,
                is_decided=True,
            ),
        ),
        counties=tuple(
            CountyValue(county=f"99010{k}", city_type="district", measure="top_box", value=0.30 + 0.01 * k)
            for k in range(8)
        ),
        mode_effects=(ModeEffect(group="residents", mode="cati", reference="web", effect=1.6, se=0.5),),
        reproduction=Reproduction(
            first_manifest="m" * 64, second_manifest="m" * 64, first_result="r" * 64, second_result="r" * 64
        ),
        disclosure=DisclosureReport(tables=12, problems=()),
        appeals=Appeals(is_window_closed=True, cases=2, undecided=0),
    )
