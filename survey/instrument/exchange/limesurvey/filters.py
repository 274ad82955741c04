"""Which options are offered: conditions of single boxes, and filters by the boxes of another question."""

from __future__ import annotations

from collections.abc import Sequence

from survey.instrument.exchange.limesurvey.carry import keep
from survey.instrument.exchange.limesurvey.item import ItemReader
from survey.instrument.exchange.limesurvey.variables import MULTIPLE
from survey.instrument.exchange.limesurvey.written import quote
from survey.instrument.expression import parse, render

_MAX_FILTER = 8_000
# The code of the option that a choice filter looks at.
_CODE = "name"


def choice_filter(reader: ItemReader, conditions: Sequence[tuple[str, str]], other: str | None) -> str | None:
    """The filter of the options: ``conditions`` belong to single codes; "other" is never filtered away."""
    parts = [f"{_CODE} != {quote(code)} or ({condition})" for code, condition in conditions]
    for attribute, shape in (("array_filter", "{}"), ("array_filter_exclude", "not({})")):
        value = reader.attributes.take(attribute)
        asked = _sources(reader, value)
        if value and asked is None:
            reader.attributes.give_back(attribute, value)
        elif asked:
            keep(reader.kept, attribute, value)
            parts += [_with_other(shape.format(one), other) for one in asked]
    if not parts:
        return None
    node = parse(" and ".join(f"({part})" for part in parts)).node
    written = render(node) if node is not None else ""
    return written if 0 < len(written) < _MAX_FILTER else None


def _sources(reader: ItemReader, value: str) -> list[str] | None:
    """Whether the code was ticked in each of the questions named; None where one of them has no boxes."""
    found: list[str] = []
    variables = reader.carry.variables
    for title in filter(None, (part.strip() for part in value.split(";"))):
        qid = variables.qid_of(title)
        question = variables.question(qid or "")
        earlier = variables.order_of(qid or "") < variables.order_of(reader.question.qid)
        if qid is None or question is None or question.type not in MULTIPLE or not earlier:
            return None
        found.append(f"selected(${{{variables.names[qid]}}}, {_CODE})")
    return found or None


def _with_other(asked: str, other: str | None) -> str:
    return asked if other is None else f"{_CODE} = {quote(other)} or {asked}"
