"""Reads the items of a section or module into drafts, with their options and conditions as written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.instrument.conditions import read_condition
from survey.instrument.expression import Node
from survey.instrument.item_types import ITEM_TYPES, ItemType, placeholders
from survey.instrument.problems import LANGUAGES, Findings, Where
from survey.instrument.program import Option, Words
from survey.instrument.reading import Fields, read_words

MAX_OPTIONS = 200
_OPTION_FIELDS = (
    "code",
    *LANGUAGES,
    "exclusive",
    "screen_out",
    "analysis_only",
    "skip_to_end_of_block",
    "opens",
)
_FIELDS_OF_ANY_TYPE = tuple({name for item_type in ITEM_TYPES.values() for name in item_type.fields})


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
    options: tuple[Option, ...] = ()
    skip_codes: tuple[str, ...] = ()
    condition: Node | None = None


def read_items(
    raw: Sequence[object], where: Where, findings: Findings, *, languages: Sequence[str], repeat: str | None
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
    languages: Sequence[str],
    repeat: str | None,
) -> ItemDraft | None:
    code = raw.get("id") if isinstance(raw, Mapping) else None
    where = (
        replace(section, item=code) if isinstance(code, str) else replace(section, field="questions", at=at)
    )
    kind = raw.get("type") if isinstance(raw, Mapping) else None
    item_type = ITEM_TYPES.get(kind) if isinstance(kind, str) else None
    known = item_type.fields if item_type else _FIELDS_OF_ANY_TYPE
    fields = Fields(raw, where, findings, known=known, required=("id", "text"))
    if item_type is None:
        if fields.raw:
            findings.add("unknown_type", fields.at("type"), value=kind, known=", ".join(ITEM_TYPES))
        return None
    holes = placeholders(repeat)
    options, skips = _options(fields, languages, item_type)
    condition = None
    if "show_if" in fields.raw:
        condition = read_condition(fields.raw["show_if"], fields.at("show_if"), findings)
    return ItemDraft(
        code=fields.name("id"),
        kind=item_type,
        where=where,
        text=fields.words("text", languages, holes=holes) or dict.fromkeys(languages, ""),
        help=fields.words("help", languages, holes=holes),
        note=fields.words("note", languages),
        fields=fields,
        options=options,
        skip_codes=skips,
        condition=condition,
    )


def _options(
    fields: Fields, languages: Sequence[str], item_type: ItemType
) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    """The options of a choice item, and the codes that skip the rest of its section."""
    if not item_type.has_options:
        return (), ()
    raw_options = fields.members("options", limit=MAX_OPTIONS)
    if len(raw_options) < 2:
        fields.findings.add("options_missing", fields.at("options"))
    options: dict[str, Option] = {}
    skips: list[str] = []
    for at, raw in enumerate(raw_options):
        where = replace(fields.where, field="options", at=at)
        inner = Fields(raw, where, fields.findings, known=_OPTION_FIELDS, required=("code",))
        code = inner.code("code")
        if code and code in options:
            fields.findings.add("duplicate_code", where, value=code)
        if inner.flag("exclusive") and item_type.kind != "multi":
            fields.findings.add("exclusive_alone", where)
        if inner.flag("skip_to_end_of_block"):
            skips.append(code)
        names = {language: inner.raw.get(language) for language in languages}
        options[code] = Option(
            code=code,
            text=read_words(names, where, fields.findings, languages=languages),
            exclusive=inner.flag("exclusive"),
            screen_out=inner.flag("screen_out"),
            analysis_only=inner.flag("analysis_only"),
            opens=inner.string("opens"),
        )
    return tuple(options.values()), tuple(skips)
