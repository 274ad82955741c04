"""Home of the peacetime reviews: the cases of each quarter, and the file in which their answers arrive."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from admin.demo.simulate.cases import SimulatedCase, group_cases
from admin.demo.simulate.draw import interviews
from admin.demo.simulate.facts import PEACETIME, Content, instrument_of


def peacetime_cases(content: Content, seed: int) -> dict[str, list[SimulatedCase]]:
    """The reviewed transactions of every quarter ("Q2"); tokens are issued for them before the file is written."""
    cases = list(group_cases(content, interviews(content, seed, group=PEACETIME)))
    quarters = content["simulation"]["fieldwork_records"]["peacetime"]["quarters"]
    return {quarter: [case for case in cases if case.context["quarter"] == quarter] for quarter in quarters}


def reviews_csv(content: Content, cases: Sequence[SimulatedCase], tokens: Sequence[str]) -> bytes:
    """Answers as `survey.collect.importing` takes them: `meta.*` columns, then one per answer key.

    `tokens` belong to the cases in their order. Several codes in one cell are separated by semicolons.
    """
    keys = [
        question["id"]
        for section in content["instruments"][instrument_of(PEACETIME)]["sections"]
        for question in section["questions"]
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    facts = ("token", "mode", "language", "day", "seconds", "interviewer", "consent")
    writer.writerow([*(f"meta.{name}" for name in facts), *keys])
    for case, token in zip(cases, tokens, strict=True):
        answers = [case.answers.get(key, "") for key in keys]
        writer.writerow(
            [
                token,
                case.mode,
                case.language,
                case.day.isoformat(),
                case.seconds,
                case.interviewer or "",
                "1",
                *(answer if isinstance(answer, str) else ";".join(answer) for answer in answers),
            ]
        )
    return text.getvalue().encode()
