"""Reads the quotas of a document: how many responses are wanted at most, and of whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from survey.instrument.drafts.fields import Fields, Languages, Written
from survey.instrument.problems import Where
from survey.instrument.program import Quota

MAX_QUOTAS, MAX_PLACES = 500, 10_000_000
_FIELDS = ("code", "title", "limit", "where", "on_full", "message", "foreign")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaDraft:
    """One quota as written; ``condition`` says whom it counts."""

    quota: Quota
    where: Where
    condition: Written | None


def read_quotas(fields: Fields, languages: Languages) -> tuple[QuotaDraft, ...]:
    """All quotas of the document."""
    found: dict[str, QuotaDraft] = {}
    for at, raw in enumerate(fields.members("quotas", limit=MAX_QUOTAS)):
        where = Where(field="quotas", at=at)
        inner = Fields(raw, where, fields.findings, known=_FIELDS, required=("code", "limit", "where"))
        code = inner.code("code")
        if code in found:
            fields.findings.add("duplicate_code", where, value=code)
        title = inner.words("title", languages) or dict.fromkeys(languages, code)
        full = inner.choice("on_full", ("end", "continue"))
        quota = Quota(
            code=code,
            title=title,
            limit=inner.whole("limit", low=0, high=MAX_PLACES) or 0,
            on_full="continue" if full == "continue" else "end",
            message=inner.words("message", languages),
        )
        found[code] = QuotaDraft(quota=quota, where=where, condition=_condition(inner))
    return tuple(found.values())


def _condition(fields: Fields) -> Written | None:
    raw = fields.written("where")
    if raw is None:
        return None
    if not isinstance(raw, (str, Mapping)):
        fields.wrong_type("where", "expression")
        return None
    place = replace(fields.at("where"), at=fields.where.at)
    return Written(raw=raw, where=place, wants="bool")
