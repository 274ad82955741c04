"""Reads quotas of LimeSurvey: members of one question are alternatives, questions must all hold."""

from __future__ import annotations

from typing import Any

from survey.instrument.exchange.limesurvey.carry import Carry
from survey.instrument.exchange.limesurvey.item import Fields, without_empty
from survey.instrument.exchange.limesurvey.model import Question, Quota
from survey.instrument.exchange.limesurvey.names import LS_OTHER, option_code
from survey.instrument.exchange.limesurvey.rewrite import Place
from survey.instrument.exchange.limesurvey.variables import MULTIPLE
from survey.instrument.exchange.limesurvey.written import quote
from survey.instrument.problems import Where

_MAX_LIMIT = 10_000_000


def read_quotas(carry: Carry) -> list[dict[str, Any]]:  # Any: parts of a document
    """The quotas that can be carried over; the others are listed."""
    found = [_quota(carry, quota, at) for at, quota in enumerate(carry.survey.quotas)]
    return [quota for quota in found if quota is not None]


def _quota(carry: Carry, quota: Quota, at: int) -> Fields | None:
    where = Where(field="quotas", at=at, sheet="quota", column=f"id {quota.quota_id}"[:40])
    reason = _why_not(quota)
    if reason:
        carry.note(where, f"{quota.name}: {quota.limit}", reason)
        return None
    questions: dict[str, list[str]] = {}
    for qid, code in quota.members:
        asked = _member(carry, qid, code)
        if asked is None:
            carry.note(where, f"{quota.name}: {qid} {code}", "quota_member")
            return None
        questions.setdefault(qid, []).append(asked)
    place = Place(variables=carry.variables)
    kept = {"action": quota.action} if quota.action != "1" else {}
    if kept:
        carry.note(where, quota.name, "quota_action")
    for url in sorted(set(quota.urls.values())):
        carry.note(where, url, "quota_url")
    names = dict.fromkeys(carry.survey.languages, quota.name) if quota.name else {}
    return without_empty(
        {
            "code": f"q{quota.quota_id}",
            "title": carry.words(names, where, place, None, line=True),
            "limit": int(quota.limit),
            "where": _joined(list(questions.values())),
            "on_full": "end",
            "message": carry.words(quota.messages, where, place, None),
            "foreign": {"limesurvey": kept} if kept else None,
        }
    )


def _why_not(quota: Quota) -> str | None:
    if not quota.active:
        return "quota_inactive"
    if not quota.members:
        return "quota_empty"
    limit = quota.limit
    fits = limit.isascii() and limit.isdigit() and len(limit) <= 8 and int(limit) <= _MAX_LIMIT
    return None if fits else "quota_limit"


def _joined(questions: list[list[str]]) -> str:
    alone = len(questions) == 1
    parts = [
        parts[0] if len(parts) == 1 else " or ".join(parts) if alone else f"({' or '.join(parts)})"
        for parts in questions
    ]
    return " and ".join(parts)


def _member(carry: Carry, qid: str, code: str) -> str | None:
    """The condition that one member is; None where it names nothing that can be counted."""
    question = carry.variables.question(qid)
    known = carry.variables.of_question(qid)
    if question is None or not code:
        return None
    if question.type in MULTIPLE:
        box = known.get(f"_{code}")
        return f"selected(${{{box.name}}}, {quote(box.tick)})" if box and box.tick else None
    if question.type in "ABCEFH":
        return _row_member(question, code, known)
    variable = known.get("")
    if variable is None or variable.type != "code":
        return None
    chosen = variable.other or "other" if code == LS_OTHER else option_code(code, fallback="")
    return f"${{{variable.name}}} = {quote(chosen)}"


def _row_member(question: Question, code: str, known: Any) -> str | None:  # Any: a mapping of variables
    """A row of an array and its answer are written with a dash between them."""
    row, _, answer = code.rpartition("-")
    variable = known.get(f"_{row}")
    return f"${{{variable.name}}} = {quote(answer)}" if variable is not None and answer else None
