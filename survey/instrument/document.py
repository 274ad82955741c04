"""Reads an instrument document (as it stands in a file or the designer) into drafts, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from survey.instrument.conditions import read_condition
from survey.instrument.expression import Node
from survey.instrument.item_drafts import ItemDraft, read_items
from survey.instrument.item_types import MODES, SECTION_REPEATS, placeholders
from survey.instrument.problems import LANGUAGES, Findings, Where
from survey.instrument.program import ContextField, Repeat, Words
from survey.instrument.reading import MAX_LONG_TEXT, Fields, read_words

MAX_SECTIONS, MAX_ITEMS = 60, 200

# What a document may say beside its questions; these describe access and work flows, not the instrument.
_ELSEWHERE = [
    "schema",
    "status",
    "access",
    "applies_to",
    "closing_rule",
    "consent_required",
    "contact_form",
    "negative_review_workflow",
    "reference_period",
    "respondent",
    "resume",
    "scales_file",
    "trigger",
    "weights_note",
]
_DOCUMENT_FIELDS = (
    *_ELSEWHERE,
    *[
        "id",
        "version",
        "title",
        "evaluator_group",
        "languages",
        "estimated_minutes",
        "modes",
        "min_age",
        "allow_skip",
    ],
    *["units_per_respondent", "context_fields", "consent", "closing", "sections"],
)
_SECTION_FIELDS = ("id", "title", "intro", "show_if", "repeat", "questions")


@dataclass(kw_only=True)
class SectionDraft:
    """One section as written."""

    code: str
    where: Where
    title: Words
    intro: Words | None
    condition: Node | None
    repeat: Repeat | None
    items: list[ItemDraft] = field(default_factory=list)


@dataclass(kw_only=True)
class DocumentDraft:
    """The whole instrument as written."""

    fields: Fields
    code: str
    version: str
    languages: tuple[str, ...]
    title: Words
    consent: Words
    closing: Words
    modes: tuple[str, ...]
    min_age: int | None
    estimated_minutes: int | None
    all_required: bool
    evaluator_groups: tuple[str, ...]
    decline_reasons: tuple[str, ...]
    context_fields: tuple[ContextField, ...]
    sections: list[SectionDraft] = field(default_factory=list)


def read_document(raw: object, findings: Findings) -> DocumentDraft:
    """The drafts of a document; every unfit field is noted and replaced by something harmless."""
    required = (
        "id",
        "version",
        "title",
        "languages",
        "modes",
        "consent",
        "closing",
        "evaluator_group",
        "sections",
    )
    fields = Fields(raw, Where(), findings, known=_DOCUMENT_FIELDS, required=required)
    languages = _languages(fields)
    blank = dict.fromkeys(languages, "")
    skip = fields.raw.get("allow_skip", True)
    fields.flag("allow_skip")
    draft = DocumentDraft(
        fields=fields,
        code=fields.name("id"),
        version=fields.string("version") or "",
        languages=languages,
        title=fields.words("title", languages) or blank,
        consent=fields.words("consent", languages, limit=MAX_LONG_TEXT) or blank,
        closing=fields.words("closing", languages, holes=frozenset({"receipt"})) or blank,
        modes=_modes(fields),
        min_age=fields.whole("min_age", low=0, high=120),
        estimated_minutes=fields.whole("estimated_minutes", low=1, high=600),
        all_required=skip is False,
        evaluator_groups=fields.names("evaluator_group"),
        decline_reasons=_decline_reasons(fields),
        context_fields=tuple(_context_fields(fields, languages)),
    )
    sections = fields.members("sections", limit=MAX_SECTIONS)
    if not sections:
        findings.add("no_sections", Where(field="sections"))
    draft.sections = [_section(part, at, languages, findings) for at, part in enumerate(sections)]
    return draft


def _languages(fields: Fields) -> tuple[str, ...]:
    names = fields.names("languages")
    for name in names:
        if name not in LANGUAGES:
            fields.findings.add("unknown_language", fields.at("languages"), language=name)
    known = tuple(language for language in LANGUAGES if language in names)
    if names and "zh" not in known:
        fields.findings.add("unknown_language", fields.at("languages"), language=", ".join(names))
    return known or LANGUAGES


def _modes(fields: Fields) -> tuple[str, ...]:
    modes = fields.names("modes")
    for mode in modes:
        if mode not in MODES:
            fields.findings.add("unknown_mode", fields.at("modes"), value=mode, known=", ".join(MODES))
    return modes


def _decline_reasons(fields: Fields) -> tuple[str, ...]:
    rules = fields.raw.get("units_per_respondent")
    if rules is None:
        return ()
    known = ("assigned", "rule", "may_add", "may_decline", "decline_reasons")
    inner = Fields(rules, Where(field="units_per_respondent"), fields.findings, known=known)
    return inner.names("decline_reasons") if inner.flag("may_decline") else ()


def _context_fields(fields: Fields, languages: Sequence[str]) -> list[ContextField]:
    found = []
    for at, raw in enumerate(fields.members("context_fields", limit=MAX_ITEMS)):
        inner = Fields(
            raw,
            Where(field="context_fields", at=at),
            fields.findings,
            known=("id", "source", *LANGUAGES, "codes"),
            required=("id",),
        )
        names = {language: inner.raw.get(language) for language in languages}
        text = read_words(names, inner.where, fields.findings, languages=languages)
        found.append(ContextField(name=inner.name("id"), codes=inner.names("codes"), text=text))
    return found


def _section(raw: object, at: int, languages: Sequence[str], findings: Findings) -> SectionDraft:
    code = raw.get("id") if isinstance(raw, Mapping) else None
    where = Where(section=code) if isinstance(code, str) else Where(field="sections", at=at)
    fields = Fields(raw, where, findings, known=_SECTION_FIELDS, required=("id", "title", "questions"))
    repeat = _repeat(fields)
    condition = None
    if "show_if" in fields.raw:
        condition = read_condition(fields.raw["show_if"], fields.at("show_if"), findings)
    holes = placeholders(repeat)
    questions = fields.members("questions", limit=MAX_ITEMS)
    if not questions:
        findings.add("empty_section", fields.at("questions"))
    return SectionDraft(
        code=fields.name("id"),
        where=where,
        title=fields.words("title", languages, holes=holes) or dict.fromkeys(languages, ""),
        intro=fields.words("intro", languages, holes=holes),
        condition=condition,
        repeat=repeat,
        items=read_items(questions, where, findings, languages=languages, repeat=repeat),
    )


def _repeat(fields: Fields) -> Repeat | None:
    written = fields.string("repeat")
    for repeat in SECTION_REPEATS:
        if written == repeat:
            return repeat
    if written is not None:
        known = ", ".join(SECTION_REPEATS)
        fields.findings.add("unknown_repeat", fields.at("repeat"), value=written, known=known)
    return None
