"""Reads an instrument document (as it stands in a file or the designer) into drafts, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.instrument.drafts.fields import (
    FORMAT_1,
    MAX_LONG_TEXT,
    Fields,
    Languages,
    is_language,
    read_words,
)
from survey.instrument.drafts.foreign import check_foreign
from survey.instrument.drafts.options import Lists, read_lists
from survey.instrument.drafts.quotas import QuotaDraft, read_quotas
from survey.instrument.drafts.sections import SectionDraft, read_sections
from survey.instrument.item_types import MODES
from survey.instrument.problems import LANGUAGES, Findings, Where
from survey.instrument.program import ContextField, Organiser, UnitOfAnswer, Words

SCHEMA_2 = "minyi/instrument/2"
MAX_CONTEXT_FIELDS, MAX_ORGANISERS, MAX_MANDATED, MAX_LANGUAGES = 200, 30, 500, 40
_LEGAL = ("table_number", "maker", "approving_body", "approval_number", "expires_on")

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
    *["units_per_respondent", "unit_of_answer", "context_fields", "consent", "closing", "sections"],
)
_SINCE_2 = ("default_language", "legal", "organisers", "mandated", "lists", "quotas", "order", "foreign")
_REQUIRED_1 = (
    *("id", "version", "title", "languages", "modes", "consent", "closing", "evaluator_group", "sections"),
)
_REQUIRED_2 = ("id", "title", "languages", "sections")


@dataclass(kw_only=True)
class DocumentDraft:
    """The whole instrument as written."""

    fields: Fields
    code: str
    version: str
    languages: Languages
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
    unit_of_answer: UnitOfAnswer = "person"
    lists: Lists = field(default_factory=dict)
    legal: Mapping[str, str] = field(default_factory=dict)
    organisers: tuple[Organiser, ...] = ()
    mandated: tuple[str, ...] = ()
    reference_period: Words | None = None
    is_shuffled: bool = False
    quotas: tuple[QuotaDraft, ...] = ()
    sections: list[SectionDraft] = field(default_factory=list)


def read_document(raw: object, findings: Findings) -> DocumentDraft:
    """The drafts of a document; every unfit field is noted and replaced by something harmless."""
    strict = not (isinstance(raw, Mapping) and raw.get("schema") == SCHEMA_2)
    findings.gap = "error" if strict else "gap"
    known = _DOCUMENT_FIELDS if strict else (*_DOCUMENT_FIELDS, *_SINCE_2)
    required = _REQUIRED_1 if strict else _REQUIRED_2
    fields = Fields(raw, Where(), findings, known=known, required=required)
    languages = _languages(fields) if strict else _languages_2(fields)
    blank = languages.blank()
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
        modes=_modes(fields) or (() if strict else ("web",)),
        min_age=fields.whole("min_age", low=0, high=120),
        estimated_minutes=fields.whole("estimated_minutes", low=1, high=600),
        all_required=skip is False,
        evaluator_groups=fields.names("evaluator_group"),
        decline_reasons=_decline_reasons(fields),
        context_fields=tuple(_context_fields(fields, languages)),
        unit_of_answer="firm" if fields.choice("unit_of_answer", ("person", "firm")) == "firm" else "person",
    )
    if not strict:
        _read_later_fields(draft)
    draft.sections = read_sections(fields, languages)
    return draft


def _read_later_fields(draft: DocumentDraft) -> None:
    """What format 2 adds."""
    fields, languages = draft.fields, draft.languages
    check_foreign(fields)
    draft.lists = read_lists(fields, languages)
    draft.legal = _legal(fields)
    draft.organisers = _organisers(fields, languages)
    draft.mandated = fields.names("mandated")[:MAX_MANDATED]
    draft.is_shuffled = fields.choice("order", ("document", "random")) == "random"
    draft.quotas = read_quotas(fields, languages)
    if "reference_period" in fields.raw:
        known = ("months", *languages.names)
        inner = Fields(
            fields.raw["reference_period"], fields.at("reference_period"), fields.findings, known=known
        )
        inner.whole("months", low=1, high=120)
        draft.reference_period = inner.label(languages)


def _languages(fields: Fields) -> Languages:
    """Format 1: Chinese, and English or Arabic beside it."""
    names = fields.names("languages")
    for name in names:
        if name not in FORMAT_1:
            fields.findings.add("unknown_language", fields.at("languages"), language=name)
    known = tuple(language for language in FORMAT_1 if language in names)
    if names and "zh" not in known:
        fields.findings.add("unknown_language", fields.at("languages"), language=", ".join(names))
    return Languages(names=known or LANGUAGES, first="zh")


def _languages_2(fields: Fields) -> Languages:
    """Any languages, the first one leading unless another is named."""
    names = tuple(dict.fromkeys(fields.names("languages")))
    for name in names:
        if not is_language(name):
            fields.findings.add("unknown_language", fields.at("languages"), language=name)
    known = tuple(name for name in names if is_language(name))[:MAX_LANGUAGES] or ("zh",)
    first = fields.string("default_language") or known[0]
    if first not in known:
        fields.findings.add(
            "unknown_value", fields.at("default_language"), value=first, known=", ".join(known)
        )
        first = known[0]
    return Languages(names=known, first=first, strict=False)


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


def _context_fields(fields: Fields, languages: Languages) -> list[ContextField]:
    found = []
    for at, raw in enumerate(fields.members("context_fields", limit=MAX_CONTEXT_FIELDS)):
        inner = Fields(
            raw,
            Where(field="context_fields", at=at),
            fields.findings,
            known=("id", "source", *LANGUAGES, *languages.names, "codes"),
            required=("id",),
        )
        names = {language: inner.raw.get(language) for language in languages}
        text = read_words(names, inner.where, fields.findings, languages=languages)
        found.append(ContextField(name=inner.name("id"), codes=inner.names("codes"), text=text))
    return found


def _legal(fields: Fields) -> dict[str, str]:
    """The marks a statistical questionnaire must bear by law, as far as they are filled in."""
    raw = fields.raw.get("legal")
    if raw is None:
        return {}
    inner = Fields(raw, Where(field="legal"), fields.findings, known=_LEGAL)
    found = {name: inner.string(name) for name in _LEGAL if name in inner.raw}
    return {name: text for name, text in found.items() if text}


def _organisers(fields: Fields, languages: Languages) -> tuple[Organiser, ...]:
    found: dict[str, Organiser] = {}
    for at, raw in enumerate(fields.members("organisers", limit=MAX_ORGANISERS)):
        where = Where(field="organisers", at=at)
        known = ("code", "text", *LANGUAGES, *languages.names)
        inner = Fields(raw, where, fields.findings, known=known, required=("code",))
        code = inner.code("code")
        if code in found:
            fields.findings.add("duplicate_code", where, value=code)
        found[code] = Organiser(code=code, text=inner.label(languages))
    return tuple(found.values())
