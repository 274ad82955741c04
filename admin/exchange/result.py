"""What an import hands from the child process to its parent, as JSON; the parent believes none of it unchecked."""

from __future__ import annotations

from typing import Any

from survey.instrument.exchange.report import Counts, Imported, NotCarried, Reason
from survey.instrument.messages import MESSAGES
from survey.instrument.problems import Problem, Where

_COUNTS = ("groups", "questions", "subquestions", "options", "conditions", "quotas")
_LEVELS = ("error", "gap", "advice")
_MOST = 20_000


def to_json(imported: Imported) -> dict[str, Any]:  # Any: JSON
    """Everything of an import, with its document."""
    return {
        "format": imported.format,
        "document": imported.document,
        "counts": imported.counts.to_json(),
        "problems": [
            {"code": p.code, "where": p.where.to_json(), "context": dict(p.context), "level": p.level}
            for p in imported.problems
        ],
        "not_carried": [
            {"where": row.where.to_json(), "what": row.what, "reason": list(row.reason)}
            for row in imported.not_carried
        ],
        "places": {name: where.to_json() for name, where in imported.places.items()},
    }


def from_json(raw: Any) -> Imported:  # Any: JSON of any shape
    """The inverse of ``to_json``. Raises ValueError, KeyError or TypeError for anything else."""
    document = raw["document"]
    if document is not None and not isinstance(document, dict):
        raise ValueError("no document")
    return Imported(
        document=document,
        counts=_counts(raw["counts"]),
        problems=tuple(_problem(part) for part in raw["problems"][:_MOST]),
        not_carried=tuple(_not_carried(part) for part in raw["not_carried"][:_MOST]),
        format=str(raw["format"])[:20],
        places={str(name): _where(part) for name, part in raw["places"].items()},
    )


def _counts(raw: dict[str, Any]) -> Counts:  # Any: JSON
    known = {name: int(raw[name]) for name in _COUNTS}
    more = {
        str(name): int(value) for name, value in raw.items() if name not in _COUNTS and name != "languages"
    }
    return Counts(languages=tuple(str(tag) for tag in raw["languages"]), more=more, **known)


def _problem(raw: dict[str, Any]) -> Problem:  # Any: JSON
    if raw["code"] not in MESSAGES or raw["level"] not in _LEVELS:
        raise ValueError("no problem of ours")
    context = {str(name): value for name, value in raw["context"].items() if isinstance(value, (str, int))}
    problem = Problem(code=raw["code"], where=_where(raw["where"]), context=context, level=raw["level"])
    problem.message("en")  # a context that does not fit its message raises here, not on a page
    return problem


def _not_carried(raw: dict[str, Any]) -> NotCarried:  # Any: JSON
    code, zh, en = raw["reason"]
    return NotCarried(
        where=_where(raw["where"]), what=str(raw["what"]), reason=Reason(str(code), str(zh), str(en))
    )


def _where(raw: dict[str, Any]) -> Where:  # Any: JSON
    def text(name: str) -> str | None:
        return str(raw[name])[:200] if name in raw else None

    def whole(name: str) -> int | None:
        return int(raw[name]) if name in raw else None

    return Where(
        section=text("section"),
        item=text("item"),
        field=text("field"),
        at=whole("at"),
        character=whole("character"),
        sheet=text("sheet"),
        row=whole("row"),
        column=text("column"),
    )
