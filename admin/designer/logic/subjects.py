"""Home of what conditions can look at: the items of a draft, read as they stand, whether or not it compiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from admin.designer.fields.kinds import text_of
from admin.designer.logic.groups import Subject
from admin.designer.tree import words_in
from survey.instrument import editing
from survey.instrument.changes import Document, Path

# Any: values of a JSON document
Kind = Literal["one", "many", "number", "text", "moment"]
_KINDS: Mapping[str, Kind] = {
    "single": "one",
    "scale": "one",
    "nps": "one",
    "review": "one",
    "consent": "one",
    "select_area": "text",
    "multi": "many",
    "ranking": "many",
    "number": "number",
    "slider": "number",
    "allocation": "number",
    "year": "number",
    "duration": "number",
    "computed": "number",
    "text": "text",
    "texts": "text",
    "date": "moment",
    "month": "moment",
    "datetime": "moment",
    "time": "moment",
}
_SHOWN_CHARS = 70


def subjects(
    document: Document, *, before: Path, scales: Mapping[str, Any], tongues: Sequence[str]
) -> dict[str, Subject]:
    """The items that stand before a place (all of them for the settings), by the name of their answer."""
    found: dict[str, Subject] = {}
    for place in editing.items(document):
        if before and place.path >= before[: len(place.path)]:
            break
        for subject in _of(place.raw, document, scales, tongues):
            found.setdefault(subject.name, subject)
    return found


def _of(
    item: Mapping[str, Any], document: Document, scales: Mapping[str, Any], tongues: Sequence[str]
) -> Iterator[Subject]:
    kind, code = str(item.get("type", "")), item.get("id")
    if not isinstance(code, str) or not code:
        return
    text = " ".join(words_in(item.get("text"), tongues).split())
    rows = item.get("rows")
    if kind == "battery":
        kind = str(item.get("of", "scale"))
    known = _KINDS.get(kind)
    if known is None:
        return
    options = tuple(_options(item, document, scales, tongues))
    if isinstance(rows, list):
        for row in rows:
            if isinstance(row, Mapping) and row.get("code"):
                label = f"{_short(text)} · {words_in(text_of(row), tongues)}"
                yield Subject(name=f"{code}_{row['code']}", label=label, kind=known, options=options)
    else:
        yield Subject(name=code, label=_short(text), kind=known, options=options)


def _options(
    item: Mapping[str, Any], document: Document, scales: Mapping[str, Any], tongues: Sequence[str]
) -> Iterator[tuple[str, str]]:
    lists = document.get("lists")
    named = item.get("list")
    scale = scales.get(str(item.get("scale", "")))
    if isinstance(scale, Mapping):
        yield from ((str(code), words_in(words, tongues)) for code, words in scale.items())
    if item.get("type") == "nps":
        yield from ((str(n), str(n)) for n in range(11))
    if item.get("type") == "review":
        yield from ((str(n), str(n)) for n in range(5, 0, -1))
    if item.get("type") == "consent":
        yield ("yes", "✓")
    members = item.get("options")
    if not isinstance(members, list) and isinstance(lists, Mapping) and isinstance(named, str):
        members = lists.get(named)
    for member in members if isinstance(members, list) else ():
        if isinstance(member, Mapping) and member.get("code") is not None:
            code = str(member["code"])
            yield code, words_in(text_of(member), tongues) or code


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"
