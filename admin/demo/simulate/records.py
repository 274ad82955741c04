"""Home of the files that fieldwork would hand in beside the answers, written as CSV to be imported.

| file | rows |
| --- | --- |
| `dispositions.csv` | group × mode: invited cases and final dispositions (AAPOR letters), e and its origin |
| `call_backs.csv` | group × interviewer: cases, checked, confirmed |
| `frames.csv` | group: where its sampling frame came from |
| `internal_scores.csv` | assessed unit: internal score, additions and deductions with their evidence |
| `appeals.csv` | the appeal register: its window, then one row per appeal |
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from admin.demo.simulate import assumptions
from admin.demo.simulate.answers import Interviews
from admin.demo.simulate.draw import all_interviews
from admin.demo.simulate.facts import PEACETIME, Content, stream
from admin.demo.simulate.marks import fieldwork_days
from admin.demo.simulate.planted import problem

Row = Mapping[str, Any]
DISPOSITIONS: Final = ("I", "P", "R", "NC", "O", "UH", "UO")


def write_records(content: Content, seed: int, folder: Path, *, planted: bool = False) -> list[Path]:
    """Write all files; equal content and seed give equal bytes. Returns the files in a fixed order."""
    folder.mkdir(parents=True, exist_ok=True)
    groups = list(all_interviews(content, seed, planted=planted, peacetime=True))
    tables: dict[str, Sequence[Row]] = {
        "dispositions.csv": [row for part in groups for row in dispositions(content, part)],
        "call_backs.csv": call_backs(content, seed, groups),
        "frames.csv": [row for part in groups for row in frames(content, part, planted=planted)],
        "internal_scores.csv": internal_scores(content, seed),
        "appeals.csv": appeals(content),
    }
    return [_write(folder / name, rows) for name, rows in tables.items()]


def dispositions(content: Content, interviews: Interviews) -> Sequence[Row]:
    """How the drawn cases of a group ended, by mode.

    A telephone sample has numbers nobody ever reached: of those the share e is taken as eligible, and the
    counts are such that I / (known eligible + e · unknown) is the planned response rate RR3.
    """
    records = content["simulation"]["fieldwork_records"]
    modes, completes = np.unique(interviews.persons.facts["mode"], return_counts=True)
    rows = []
    for mode, interviews_of_mode in zip(modes.tolist(), completes.tolist(), strict=True):
        invited = interviews.persons.invited.get(mode, 0)
        if not invited:
            continue
        eligible_share, unknown = 1.0, 0
        if mode == "cati":
            eligible_share = records["cati"]["unknown_eligible_share"]
            eligible = interviews_of_mode / records["cati"]["response_rate_rr3"]
            unknown = max(0, round((invited - eligible) / (1.0 - eligible_share)))
        counts = _split(invited, interviews_of_mode, unknown)
        rows.append(
            {"group": interviews.persons.group, "mode": mode, "invited": invited}
            | counts
            | {"e": eligible_share, "e_origin": "stated"}
        )
    return rows


def _split(invited: int, completes: int, unknown: int) -> dict[str, int]:
    rest = max(0, invited - completes - unknown)
    parts = {code: round(share * rest) for code, share in assumptions.NONINTERVIEW_SPLIT.items()}
    unknown_other = round(0.2 * unknown)
    counts = {
        "I": completes,
        **parts,
        "NC": rest - sum(parts.values()),
        "UH": unknown - unknown_other,
        "UO": unknown_other,
    }
    return {code: counts[code] for code in DISPOSITIONS}


def call_backs(content: Content, seed: int, groups: Sequence[Interviews]) -> Sequence[Row]:
    """Checks of interviewers' cases: a share of everybody's, of which nearly all are confirmed."""
    plan = content["simulation"]["fieldwork_records"]["call_backs"]
    rows: list[dict[str, Any]] = []
    for part in groups:
        who = part.persons.facts["interviewer"]
        names, counts = np.unique(who[who != ""], return_counts=True)
        for name, cases in zip(names.tolist(), counts.tolist(), strict=True):
            checked = int(np.ceil(plan["share_of_interviewer_cases"] * cases))
            rows.append(
                {"group": part.persons.group, "interviewer": name, "cases": cases, "checked": checked}
            )
    checked_by_row = np.array([row["checked"] for row in rows])
    missing = round((1.0 - plan["confirmed"]) * int(checked_by_row.sum()))
    lost = stream(seed, "call_backs").multivariate_hypergeometric(checked_by_row, missing)
    for row, failed in zip(rows, lost.tolist(), strict=True):
        row["confirmed"] = row["checked"] - failed
    return rows


def frames(content: Content, interviews: Interviews, *, planted: bool) -> Sequence[Row]:
    """Where a group's frame came from: one row per source, with the cases drawn from it."""
    persons = interviews.persons
    group = "service_users" if persons.group == PEACETIME else persons.group
    (frame,) = [g["frame"] for g in content["province"]["evaluator_groups"] if g["id"] == group]
    conflict = problem(content, "frame_conflict")
    rows = []
    drawn = sum(persons.invited.values()) or persons.n
    for source in np.unique(persons.facts["frame_source"]).tolist():
        offered = planted and source == conflict["frame_source"]
        records = int((persons.facts["frame_source"] == source).sum()) if offered else drawn
        rows.append(
            {
                "group": persons.group,
                "frame": "list_offered_by_unit" if offered else frame,
                "source": source,
                "supplied_by_unit": conflict["unit"] if offered else "",
                "records": records,
            }
        )
    return rows


def internal_scores(content: Content, seed: int) -> Sequence[Row]:
    """What the performance system delivers for every unit; each point above or below has its evidence."""
    plan = content["simulation"]["fieldwork_records"]["internal_scores"]
    rng = stream(seed, "internal_scores")
    low, high = plan["range"]
    year = fieldwork_days(content, "annual_fieldwork")[0].year
    rows = []
    for unit in content["province"]["assessed_units"]:
        score = float(np.clip(rng.normal(plan["mean"], plan["sd"]), low, high))
        additions, added_for = _commitments_confirmed(content, unit["id"])
        overdue = int(rng.choice([0, 1, 2, 3], p=[0.70, 0.15, 0.10, 0.05]))
        evidence = [*added_for, *([f"negative_reviews_overdue: {overdue}"] if overdue else [])]
        rows.append(
            {
                "unit_id": unit["id"],
                "year": year,
                "internal_score": f"{score:.2f}",
                "additions": f"{min(additions, plan['additions_max']):.2f}",
                "deductions": f"{min(0.1 * overdue, plan['deductions_max']):.2f}",
                "evidence": "; ".join(evidence),
            }
        )
    return rows


def _commitments_confirmed(content: Content, unit: str) -> tuple[float, list[str]]:
    """Addition for commitments the public confirmed: the share of the unit's commitments times the maximum."""
    (rule,) = [
        rule
        for rule in content["scoring"]["adjustments"]["additions"]
        if rule["id"] == "commitments_confirmed"
    ]
    own = [entry for entry in content["participation"]["commitments"] if entry["unit"] == unit]
    confirmed = [entry["id"] for entry in own if entry["expected_status"] == "confirmed_by_public"]
    if not confirmed:
        return 0.0, []
    names = ", ".join(confirmed)
    return rule["max"] * len(confirmed) / len(own), [f"commitments_confirmed: {names} ({len(own)})"]


def appeals(content: Content) -> Sequence[Row]:
    """The appeal register: its window, and as many appeals as the simulation asks for."""
    register = content["simulation"]["fieldwork_records"]["appeals"]
    opens, closes = fieldwork_days(content, "appeals")
    empty = dict.fromkeys(("unit_id", "ground", "received_on", "decided_on", "outcome"), "")
    window = {
        "record": "window",
        "opens_on": opens.isoformat(),
        "closes_on": closes.isoformat(),
        "status": "closed" if register["window_closed"] else "open",
    }
    grounds = content["scoring"]["appeals"]["grounds"]
    units = content["province"]["assessed_units"]
    cases = [
        {"record": "appeal", "opens_on": "", "closes_on": "", "status": "decided"}
        | empty
        | {
            "unit_id": units[number % len(units)]["id"],
            "ground": grounds[number % len(grounds)],
            "received_on": opens.isoformat(),
            "decided_on": closes.isoformat(),
            "outcome": "rejected",
        }
        for number in range(register["cases"])
    ]
    return [window | empty, *cases]


def _write(path: Path, rows: Sequence[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
