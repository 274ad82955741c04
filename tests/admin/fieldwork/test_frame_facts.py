"""What respondents made of the facts of the frame: counted, and small counts held back."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.fieldwork import frame_facts
from survey.instrument.frame_facts import Mark
from survey.models.response import Response
from survey.models.wave import Wave
from tests.survey.interviews import make_world
from tests.survey.site.firm import firm_program

CONFIRMED, CORRECTED, NEITHER = Mark.CONFIRMED, Mark.CORRECTED, Mark.NOT_CONFIRMED


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({CONFIRMED: 52, CORRECTED: 13, NEITHER: 20}, {CONFIRMED: 50, CORRECTED: 15, NEITHER: 20}),
        ({CONFIRMED: 52, CORRECTED: 9, NEITHER: 20}, {CONFIRMED: 50, CORRECTED: None, NEITHER: None}),
        ({CONFIRMED: 52}, {CONFIRMED: 50, CORRECTED: None, NEITHER: None}),
        ({}, {CONFIRMED: None, CORRECTED: None, NEITHER: None}),
    ],
)
def test_small_counts_are_held_back_and_never_one_alone(
    counts: dict[Mark, int], shown: dict[Mark, int | None]
) -> None:
    assert frame_facts.protected(counts) == shown


def test_the_marks_of_sealed_responses_are_counted(any_engine: sa.Engine, tmp_path: Path) -> None:
    program = firm_program()
    world = make_world(any_engine, tmp_path, program=program)
    marks = [CONFIRMED] * 31 + [CORRECTED] * 14 + [NEITHER] * 12
    with Session(any_engine) as session:
        for n, mark in enumerate(marks):
            state = {"answers": {}, "context": {"fact.A1": mark.value, "frame.A1": "trade"}, "seed": "1"}
            session.add(
                Response(
                    id=secrets.token_bytes(16),
                    wave_id=world.wave_id,
                    batch=1,
                    leaf_index=n,
                    channel="sample",
                    seal_group="city1",
                    day=date(2026, 11, 21),
                    document={"state": state},
                    r=bytes(32),
                    anonymity="anonymous",
                )
            )
        session.commit()
        found = frame_facts.report(session, session.get_one(Wave, world.wave_id), program)
    assert {each.item.code: each.counts for each in found} == {
        "A1": {CONFIRMED: 30, CORRECTED: 15, NEITHER: 10},
        "A2": {CONFIRMED: None, CORRECTED: None, NEITHER: None},
    }
