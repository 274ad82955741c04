"""Home of a gate's evidence as a table that people read: columns in words, codes by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from admin.words import word

_COLUMNS: Mapping[str, object] = MappingProxyType(
    {
        "adjusted": _l("Adjusted"),
        "alpha": _l("Alpha"),
        "alpha_high": _l("Alpha, upper limit"),
        "alpha_low": _l("Alpha, lower limit"),
        "answered": _l("Answered"),
        "area": _l("Area"),
        "best": _l("The better of both"),
        "by_reason": _l("By reason"),
        "cases": _l("Cases"),
        "checked": _l("Checked"),
        "checked_share": _l("Share checked"),
        "city": _l("City"),
        "city_type": _l("Type of city"),
        "class": _l("Class"),
        "compared": _l("Compared"),
        "confirmed": _l("Confirmed"),
        "confirmed_share": _l("Share confirmed"),
        "converged": _l("Converged"),
        "correlation": _l("Correlation"),
        "counted_apart": _l("Counted apart"),
        "county": _l("County"),
        "decided": _l("Decided"),
        "digest": _l("Digest"),
        "document": _l("Document"),
        "effect": _l("Effect"),
        "excluded": _l("Excluded"),
        "first": _l("First run"),
        "first_answer_at": _l("First answer"),
        "from_assessed_unit": _l("From an assessed unit"),
        "group": _l("Evaluator group"),
        "half_width": _l("Half-width"),
        "high": _l("Upper limit"),
        "interviewer_cases": _l("Interviewer cases"),
        "item": _l("Item"),
        "items": _l("Items"),
        "kish_deff": _l("Kish design effect"),
        "largest_gap": _l("Largest gap"),
        "largest_over_mean": _l("Largest weight / mean"),
        "level": _l("Level"),
        "limit": _l("Limit"),
        "locked_at": _l("Locked"),
        "low": _l("Lower limit"),
        "measure": _l("Measure"),
        "minimum_effective": _l("Minimum effective n"),
        "minimum_rr3": _l("Minimum RR3"),
        "minimum_valid": _l("Minimum n"),
        "mode": _l("Mode"),
        "n": _l("n"),
        "n_effective": _l("Effective n"),
        "nonresponse_table_published": _l("Nonresponse table published"),
        "omega": _l("Omega"),
        "omega_high": _l("Omega, upper limit"),
        "omega_low": _l("Omega, lower limit"),
        "part": _l("Part"),
        "participation_rate": _l("Participation rate"),
        "published_at": _l("Published"),
        "reason": _l("Reason"),
        "records": _l("Records"),
        "reference": _l("Reference"),
        "removed": _l("Removed"),
        "reported": _l("Reported"),
        "robust_z": _l("Robust z"),
        "rr3": _l("RR3"),
        "scored": _l("Scored"),
        "se": _l("Standard error"),
        "second": _l("Second run"),
        "set_aside": _l("Set aside"),
        "share": _l("Share"),
        "source": _l("Source"),
        "supplier": _l("Supplied by"),
        "target": _l("Target"),
        "undecided": _l("Undecided"),
        "undecided_flags": _l("Undecided flags"),
        "undecided_interviewer_flags": _l("Undecided interviewer flags"),
        "unit": _l("Unit"),
        "used": _l("Used"),
        "value": _l("Value"),
        "window_closed": _l("Window closed"),
        "without_reason": _l("Without reason"),
    }
)
# What a row is about comes before what was measured.
_SUBJECTS = (
    "document",
    "unit",
    "class",
    "group",
    "part",
    "level",
    "city",
    "county",
    "area",
    "mode",
    "measure",
    "target",
    "items",
    "item",
    "source",
)
_NAMED = {"group": "group", "mode": "mode", "reference": "mode"}
# Where a gate's threshold is one limit among several, its name says which.
_THRESHOLDS: Mapping[str, object] = MappingProxyType(
    {
        "checked_share": _l("Share checked, at least"),
        "confirmed_share": _l("Share confirmed, at least"),
        "correlation": _l("Correlation, at least"),
        "digests_different": _l("Digests that differ"),
        "documents_late": _l("Documents locked too late"),
        "dont_know_share": _l("Share of don’t know, at most"),
        "half_width": _l("Half-width, at most"),
        "kish_deff": _l("Kish design effect, at most"),
        "largest_over_mean": _l("Largest weight / mean, at most"),
        "lower_limit": _l("Lower limit, at most"),
        "margin_points": _l("Gap to a margin in points, at most"),
        "minimum_effective": _l("Effective n, at least"),
        "minimum_valid": _l("n, at least"),
        "mode_effect": _l("Effect of the mode in points, at most"),
        "problems": _l("Problems found"),
        "records_remaining": _l("Records still counted"),
        "reliability": _l("Alpha or omega, at least"),
        "removed_share": _l("Share removed, at most"),
        "robust_z": _l("Robust z, at most"),
        "rr3": _l("RR3, at least"),
        "undecided": _l("Undecided, at most"),
        "undecided_flags": _l("Undecided flags, at most"),
        "undecided_interviewer_flags": _l("Undecided interviewer flags, at most"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTable:
    """What a gate looked at, as a table: rows at fault first."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]  # Any: JSON scalars
    n_rows: int
    n_at_fault: int


def table_of(rows: Sequence[Mapping[str, Any]], *, limit: int = 200) -> EvidenceTable:
    """The evidence of a gate, at most ``limit`` rows of it."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    first = [name for name in _SUBJECTS if name in names]
    ordered = sorted(rows, key=lambda row: bool(row.get("ok", True)))
    return EvidenceTable(
        columns=(*first, *(name for name in names if name != "ok" and name not in first)),
        rows=tuple(ordered[:limit]),
        n_rows=len(rows),
        n_at_fault=sum(not row.get("ok", True) for row in rows),
    )


def column_word(name: str) -> str:
    """What a column is called."""
    return str(_COLUMNS.get(name, name))


def threshold_word(name: str) -> str:
    """What a threshold limits."""
    return str(_THRESHOLDS.get(name, name))


def cell(column: str, value: object, names: Mapping[str, str]) -> object:
    """A code by its name where it has one; ``names`` are those of units and areas."""
    if not isinstance(value, str):
        return value
    if column in _NAMED:
        return word(_NAMED[column], value)
    return names.get(value, value) if column in {"unit", "city", "county", "area", "supplier"} else value
