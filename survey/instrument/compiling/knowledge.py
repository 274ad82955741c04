"""What expressions may know of an instrument: the type and codes of every item and of every fact about the case."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.drafts.document import DocumentDraft
from survey.instrument.expression import Known
from survey.instrument.program import MISSING_MARK, ContextField, Item

_LISTS_OF_UNITS = ("assigned_units", "commitments")


def known_item(item: Item, *, areas: Mapping[str, tuple[str, ...]]) -> Known:
    """What an expression may know of an answer; ``areas`` are the codes of the divisions by level."""
    if item.kind == "file":
        return Known(type="any")
    if item.kind == "area":
        return Known(type="code", codes=areas.get(item.level or "", ()))
    if item.kind == "computed" and item.value is None:
        return Known(type="any")
    codes = tuple(option.code for option in item.options)
    missing = tuple(option.code for option in item.options if option.missing)
    if item.value_type in ("code", "codes"):
        return Known(type=item.value_type, codes=codes, missing=missing)
    return Known(type=item.value_type, missing=tuple(MISSING_MARK + code for code in missing))


def known_context(draft: DocumentDraft) -> dict[str, Known]:
    """The facts about a case by name."""
    known = dict.fromkeys(_LISTS_OF_UNITS, Known(type="codes"))
    known["language"] = Known(type="code")
    known["mode"] = Known(type="code", codes=draft.modes)
    known["group"] = Known(type="code", codes=draft.evaluator_groups)
    known.update({field.name: _known_field(field) for field in draft.context_fields})
    return known


def known_columns(item: Item) -> dict[str, Known]:
    """The columns that a choice filter of the item may look at; ``name`` is the code of the option."""
    columns = {name for option in item.options for name in option.columns or ()}
    return {name: Known(type="text") for name in ("name", *sorted(columns))}


def _known_field(field: ContextField) -> Known:
    return Known(type="code", codes=field.codes) if field.codes else Known(type="any")


def computed_value(kind: str) -> str | None:
    """The declared value of a computed item that says nothing, from what its calculation gives."""
    return _VALUES.get(kind)


_VALUES = {
    "number": "number",
    "bool": "bool",
    "date": "date",
    "text": "text",
    "code": "text",
    "codes": "text",
    "time": "text",
    "datetime": "text",
}
