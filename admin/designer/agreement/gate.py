"""Home of the publish gate: every condition that a draft must meet, whether it does, and where it is mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from admin.designer import checking, draft_queries
from admin.designer.agreement import approvals, signing
from admin.designer.agreement import comments as agreement
from admin.designer.agreement.gate_messages import CONDITIONS
from admin.designer.bank import queries as bank_queries
from admin.designer.translation import saving as translations
from admin.designer.translation.marks import source_language
from admin.designer.tree import document_languages
from survey import clock
from survey.instrument import editing
from survey.instrument.changes import Document
from survey.models.design import InstrumentDraft
from survey.participation import consultations

LEGAL_MARKS: Mapping[str, Mapping[str, str]] = {
    "table_number": {"zh": "表号", "en": "table number"},
    "maker": {"zh": "制定机关", "en": "maker"},
    "approving_body": {"zh": "批准机关", "en": "approving body"},
    "approval_number": {"zh": "批准文号", "en": "approval number"},
    "expires_on": {"zh": "有效期", "en": "expiry"},
}
_TRANSLATION = "missing_translation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition. ``code`` and the texts stand in the catalogue; ``endpoint`` is where it is mended."""

    code: str
    is_met: bool
    endpoint: str
    context: Mapping[str, str | int] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)  # Any: as addresses take them
    """Further parts of the address."""

    def what(self, language: str) -> str:
        """What is asked, in "zh" or "en"."""
        return CONDITIONS[self.code][language].what.format_map(self.context)

    def remedy(self, language: str) -> str:
        """How to mend it."""
        return CONDITIONS[self.code][language].remedy.format_map(self.context)

    def message(self, language: str) -> str:
        """Both, as one paragraph."""
        joint = "" if language == "zh" else " "
        return f"{self.what(language)}{joint}{self.remedy(language)}"


def conditions(session: Session, draft: InstrumentDraft, *, time_zone: str) -> list[Condition]:
    """All conditions in the order of the work; the approval is the last."""
    return [
        *before_approval(session, draft, time_zone=time_zone),
        Condition(
            code="approved",
            is_met=approvals.standing(session, draft) is not None,
            endpoint="publishing.show",
        ),
    ]


def before_approval(session: Session, draft: InstrumentDraft, *, time_zone: str) -> list[Condition]:
    """What must hold before a second person may approve."""
    today = clock.today(session, time_zone)
    return [
        *_compiled(session, draft),
        *_translated(session, draft),
        *_marked(session, draft, today=today),
        *_agreed(session, draft),
    ]


def _compiled(session: Session, draft: InstrumentDraft) -> Iterator[Condition]:
    problems = checking.check(session, draft).problems
    errors = [problem for problem in problems if problem.level == "error"]
    gaps = [problem for problem in problems if problem.level == "gap" and problem.code != _TRANSLATION]
    yield Condition(
        code="no_errors", is_met=not errors, endpoint="drafts.problems", context={"n": len(errors)}
    )
    yield Condition(code="no_gaps", is_met=not gaps, endpoint="drafts.problems", context={"n": len(gaps)})


def _translated(session: Session, draft: InstrumentDraft) -> Iterator[Condition]:
    languages = document_languages(draft.document)
    yield Condition(
        code="chinese",
        is_met="zh" in languages and _names_languages(draft.document),
        endpoint="drafts.settings",
    )
    source = source_language(draft.document, languages)
    for each in translations.progress(session, draft, languages):
        for code, n in (("translated", each.missing), ("fresh", each.stale)):
            yield Condition(
                code=code,
                is_met=n == 0,
                endpoint="translation.show",
                context={"language": each.language, "n": n},
                values={"source": source, "target": each.language, "state": _FILTERS[code]},
            )


_FILTERS = {"translated": "missing", "fresh": "stale"}


def _marked(session: Session, draft: InstrumentDraft, *, today: date) -> Iterator[Condition]:
    document = draft.document
    present = {place.code for place in editing.items(document)}
    absent = [code for code in _strings(document.get("mandated")) if code not in present]
    yield Condition(
        code="mandated",
        is_met=not absent,
        endpoint="drafts.show",
        context={"names": ", ".join(absent) or "–"},
    )
    raw = document.get("legal")
    legal = raw if isinstance(raw, Mapping) else {}
    missing = [name for name in LEGAL_MARKS if not str(legal.get(name) or "").strip()]
    yield Condition(
        code="legal",
        is_met=not missing,
        endpoint="drafts.settings",
        context={
            f"names_{tag}": ", ".join(LEGAL_MARKS[name][tag] for name in missing) or "–"
            for tag in ("zh", "en")
        },
    )
    expiry = str(legal.get("expires_on") or "")
    yield Condition(
        code="not_expired",
        is_met=_is_ahead(expiry, today),
        endpoint="drafts.settings",
        context={"day": expiry or "–"},
    )
    version = str(document.get("version") or "")
    taken = {known.version for known in draft_queries.versions_of(session, draft.code)}
    yield Condition(
        code="new_version",
        is_met=bool(version) and version not in taken,
        endpoint="drafts.settings",
        context={"version": version or "–"},
    )


def _agreed(session: Session, draft: InstrumentDraft) -> Iterator[Condition]:
    departments = signing.departments(session, draft)
    yield Condition(code="organisers", is_met=bool(departments), endpoint="drafts.settings")
    for department in departments:
        other = next(iter(department.names.values()), department.code)
        yield Condition(
            code="signed",
            is_met=department.has_signed,
            endpoint="agreement.show",
            context={f"name_{tag}": department.names.get(tag, other) for tag in ("zh", "en")},
        )
    open_comments = agreement.unresolved(session, draft)
    yield Condition(
        code="comments", is_met=open_comments == 0, endpoint="agreement.show", context={"n": open_comments}
    )
    yield Condition(
        code="consultation",
        is_met=consultations.running(session, draft) is None,
        endpoint="consultations.show",
    )
    deviating = [each.item for each in bank_queries.deviations(session, draft.document)]
    yield Condition(
        code="bank",
        is_met=not deviating,
        endpoint="bank.of_draft",
        context={"names": ", ".join(deviating) or "–"},
    )


def _names_languages(document: Document) -> bool:
    return bool(_strings(document.get("languages")))


def _is_ahead(raw: str, today: date) -> bool:
    try:
        return date.fromisoformat(raw) >= today
    except ValueError:
        return False


def _strings(raw: object) -> list[str]:
    return [each for each in raw if isinstance(each, str)] if isinstance(raw, list) else []
