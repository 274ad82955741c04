"""Home of FieldSpec: how one field of a document is asked for on a form of the designer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

Pairs = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table of members: options, rows, quotas."""

    name: str
    kind: str
    label: object
    choices: Pairs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """How one field is asked for. ``part`` is the heading it stands under."""

    name: str
    kind: str
    label: object
    hint: object = ""
    part: str = "content"
    choices: Pairs = ()
    columns: tuple[Column, ...] = ()
    source: str = ""
    """Where choices come from that depend on the document or the platform: items, lists, scales …"""


CODE = Column(name="code", kind="line", label=_l("Code"))
TEXT = Column(name="text", kind="words", label=_l("Text"))
"""With these two columns most tables of members begin."""
PARTS: Mapping[str, object] = {
    "content": _l("What is asked"),
    "answer": _l("How it is answered"),
    "when": _l("When it is asked"),
    "check": _l("What is accepted"),
    "analysis": _l("For the analysis"),
    "rules": _l("Consent, order and closing"),
    "legal": _l("Legal marks and departments"),
    "more": _l("Other fields"),
}


def spec(name: str, kind: str, label: object, hint: object = "", **more: object) -> FieldSpec:
    return FieldSpec(name=name, kind=kind, label=label, hint=hint, **more)  # type: ignore[arg-type]  # fields of FieldSpec


def by_name(*specs: FieldSpec) -> Mapping[str, FieldSpec]:
    """A table of fields, in the order in which forms show them."""
    return {each.name: each for each in specs}
