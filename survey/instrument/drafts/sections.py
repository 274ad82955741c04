"""Reads the sections of a document into drafts: nesting, loops, and the items they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey.instrument.codes import nearest
from survey.instrument.drafts.conditions import read_condition
from survey.instrument.drafts.fields import Fields, Languages, Written, read_words
from survey.instrument.drafts.foreign import check_foreign
from survey.instrument.drafts.items import ItemDraft, read_items
from survey.instrument.expression import Node
from survey.instrument.item_types import SECTION_REPEATS, placeholders
from survey.instrument.problems import Where
from survey.instrument.program import Loop, Repeat, Words
from survey.instrument.values import written_number

MAX_SECTIONS, MAX_SECTIONS_1 = 200, 60
MAX_ITEMS, MAX_ITEMS_1 = 2_000, 200
MAX_TURNS, DEFAULT_TURNS = 100, 20
_SECTION_FIELDS = ("id", "title", "intro", "show_if", "repeat", "questions")
_SINCE_2 = ("parent", "continues", "together", "shuffle", "loop", "foreign")


@dataclass(kw_only=True)
class SectionDraft:
    """One section as written. ``parent`` and ``continues`` are the codes of earlier sections."""

    code: str
    where: Where
    title: Words
    intro: Words | None
    condition: Node | None
    repeat: Repeat | None
    parent: str | None = None
    continues: str | None = None
    together: bool = False
    shuffle: bool = False
    loop: Loop | None = None
    loop_count: Written | None = None
    items: list[ItemDraft] = field(default_factory=list)


def read_sections(fields: Fields, languages: Languages) -> list[SectionDraft]:
    """All sections; a parent or continued section must stand before those that name it."""
    raw = fields.members("sections", limit=MAX_SECTIONS_1 if languages.strict else MAX_SECTIONS)
    if not raw:
        fields.findings.add("no_sections", Where(field="sections"))
    sections: list[SectionDraft] = []
    codes: set[str] = set()
    left = MAX_ITEMS
    for at, part in enumerate(raw):
        section = _section(part, at, languages, fields, left)
        for name in ("parent", "continues"):
            code = getattr(section, name)
            if code is not None and code not in codes:
                where = replace(section.where, field=name)
                near = nearest(code, codes)
                fields.findings.add("unknown_section", where, name=name, value=code, nearest=near)
                setattr(section, name, None)
        codes.add(section.code)
        left -= len(section.items)
        sections.append(section)
    if not languages.strict:
        _refuse_empty(sections, fields)
    return sections


def _refuse_empty(sections: Sequence[SectionDraft], fields: Fields) -> None:
    """A section holds items, or other sections."""
    outer = {section.parent for section in sections}
    for section in sections:
        if not section.items and section.code not in outer:
            fields.findings.add("empty_section", replace(section.where, field="questions"))


def _section(raw: object, at: int, languages: Languages, document: Fields, left: int) -> SectionDraft:
    code = raw.get("id") if isinstance(raw, Mapping) else None
    where = Where(section=code) if isinstance(code, str) else Where(field="sections", at=at)
    findings, strict = document.findings, languages.strict
    known = _SECTION_FIELDS if strict else (*_SECTION_FIELDS, *_SINCE_2)
    required = ("id", "title", "questions") if strict else ("id", "questions")
    fields = Fields(raw, where, findings, known=known, required=required)
    repeat = _repeat(fields)
    holes = placeholders(repeat)
    questions = fields.members("questions", limit=MAX_ITEMS_1 if strict else MAX_ITEMS)
    if strict and not questions:
        findings.add("empty_section", fields.at("questions"))
    if len(questions) > left:
        findings.add(
            "too_many", fields.at("questions"), count=MAX_ITEMS - left + len(questions), limit=MAX_ITEMS
        )
        questions = questions[:left]
    draft = SectionDraft(
        code=fields.name("id"),
        where=where,
        title=_title(fields, languages, holes),
        intro=fields.words("intro", languages, holes=holes),
        condition=_condition(fields),
        repeat=repeat,
        items=read_items(questions, where, findings, languages=languages, repeat=repeat),
    )
    if not strict:
        check_foreign(fields)
        draft.parent, draft.continues = fields.string("parent"), fields.string("continues")
        draft.together, draft.shuffle = fields.flag("together"), fields.flag("shuffle")
        _read_loop(draft, fields, languages)
    return draft


def _title(fields: Fields, languages: Languages, holes: frozenset[str]) -> Words:
    if languages.strict:
        return fields.words("title", languages, holes=holes) or languages.blank()
    raw = fields.raw.get("title") or {}
    return read_words(raw, fields.at("title"), fields.findings, languages=languages, optional=True)


def _condition(fields: Fields) -> Node | None:
    if fields.written("show_if") is None:
        return None
    return read_condition(fields.raw["show_if"], fields.at("show_if"), fields.findings)


def _repeat(fields: Fields) -> Repeat | None:
    written = fields.string("repeat")
    for repeat in SECTION_REPEATS:
        if written == repeat:
            return repeat
    if written is not None:
        known = ", ".join(SECTION_REPEATS)
        fields.findings.add("unknown_repeat", fields.at("repeat"), value=written, known=known)
    return None


def _read_loop(draft: SectionDraft, fields: Fields, languages: Languages) -> None:
    raw = fields.raw.get("loop")
    if raw is None:
        return
    known = ("over", "rows", "count", "max", "label")
    inner = Fields(raw, fields.at("loop"), fields.findings, known=known)
    sources = [name for name in ("over", "rows", "count") if inner.raw.get(name) is not None]
    if len(sources) != 1 or draft.repeat is not None:
        fields.findings.add("loop_source", fields.at("loop"))
        return
    count = None
    if sources == ["count"]:
        written = inner.raw["count"]
        number = written_number(written) if not isinstance(written, bool) else None
        if number is not None and number.isdigit():
            count = min(int(number), MAX_TURNS)
        elif isinstance(written, str):
            draft.loop_count = Written(raw=written, where=inner.at("count"), wants="number")
        else:
            fields.findings.add("loop_source", inner.at("count"))
            return
    draft.repeat = "loop"
    draft.loop = Loop(
        code=draft.code,
        over=inner.string("over"),
        rows=inner.string("rows"),
        count=count,
        limit=inner.whole("max", low=1, high=MAX_TURNS) or (count or DEFAULT_TURNS),
        label=inner.words("label", languages),
    )
