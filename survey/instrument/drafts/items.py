"""Reads the items of a section or module into drafts: their type, texts and condition as written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.instrument.drafts.conditions import read_condition
from survey.instrument.drafts.fields import Fields, Languages, read_words
from survey.instrument.drafts.foreign import check_foreign
from survey.instrument.expression import Node
from survey.instrument.item_types import ITEM_TYPES, ItemType, known_types, placeholders
from survey.instrument.problems import Findings, Where
from survey.instrument.program import Words


@dataclass(kw_only=True)
class ItemDraft:
    """One item as written, before names are looked up."""

    code: str
    kind: ItemType
    where: Where
    text: Words
    fields: Fields
    help: Words | None = None
    note: Words | None = None
    condition: Node | None = None


def read_items(
    raw: Sequence[object], where: Where, findings: Findings, *, languages: Languages, repeat: str | None
) -> list[ItemDraft]:
    """The items of a section or of a module; one of unknown type is noted and left out."""
    drafts = [
        _item(part, at, where, findings, languages=languages, repeat=repeat) for at, part in enumerate(raw)
    ]
    return [draft for draft in drafts if draft is not None]


def _item(
    raw: object,
    at: int,
    section: Where,
    findings: Findings,
    *,
    languages: Languages,
    repeat: str | None,
) -> ItemDraft | None:
    code = raw.get("id") if isinstance(raw, Mapping) else None
    where = (
        replace(section, item=code) if isinstance(code, str) else replace(section, field="questions", at=at)
    )
    kind = raw.get("type") if isinstance(raw, Mapping) else None
    names = known_types(strict=languages.strict)
    item_type = ITEM_TYPES[kind] if isinstance(kind, str) and kind in names else None
    known = item_type.known(strict=languages.strict) if item_type else _any_field(names, languages)
    required = ("id", "text") if languages.strict else ("id",)
    fields = Fields(raw, where, findings, known=known, required=required)
    if item_type is None:
        if fields.raw:
            findings.add("unknown_type", fields.at("type"), value=kind, known=", ".join(names))
        return None
    check_foreign(fields)
    holes = placeholders(repeat)
    condition = None
    if fields.written("show_if") is not None or ("show_if" in fields.raw and languages.strict):
        condition = read_condition(fields.raw["show_if"], fields.at("show_if"), findings)
    return ItemDraft(
        code=fields.name("id"),
        kind=item_type,
        where=where,
        text=_text(fields, item_type, languages, holes),
        help=fields.words("help", languages, holes=holes),
        note=fields.words("note", languages),
        fields=fields,
        condition=condition,
    )


def _text(fields: Fields, item_type: ItemType, languages: Languages, holes: frozenset[str]) -> Words:
    """The wording; a silent computed item needs none, any other item without one has a gap."""
    if languages.strict:
        return fields.words("text", languages, holes=holes) or languages.blank()
    silent = item_type.name == "computed" and fields.raw.get("shown") is not True
    return read_words(
        fields.raw.get("text") or {}, fields.at("text"), fields.findings, languages=languages, optional=silent
    )


def _any_field(names: Sequence[str], languages: Languages) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(field for name in names for field in ITEM_TYPES[name].known(strict=languages.strict))
    )
