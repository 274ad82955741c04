"""Home of every text of a document by a name that survives moves: for translating it and for seeing what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.instrument.changes import ABSENT, Document, Edited, Path, put
from survey.instrument.editing import put_text

# What stands beside the questions and is never shown to a respondent, or is no text in a language.
_NOT_WORDED = frozenset({"foreign", "legal", "bank", "show_if"})
_MARKED_UNKNOWN = "und"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in its languages. ``is_beside`` where the languages stand beside the code, as in format 1."""

    place: str
    path: Path
    section: str
    item: str
    field: str
    words: Mapping[str, str]
    is_beside: bool

    def put(self, document: Document, language: str, text: str) -> Edited:
        """The document with this text set in one language, or taken out where it is empty."""
        if self.is_beside:
            if not text and language not in self.words:
                return Edited(document=dict(document))
            return put(document, (*self.path, language), text or ABSENT)
        return put_text(document, self.path, language, text)


def texts(document: Document, languages: Sequence[str]) -> list[Text]:
    """Every text that has at least one of the languages, in the order of the document."""
    found = list(
        _walk(document, (), "", languages=frozenset((*languages, _MARKED_UNKNOWN)), section="", item="")
    )
    seen: Counter[str] = Counter()
    unique = []
    for text in found:
        seen[text.place] += 1
        n = seen[text.place]
        unique.append(text if n == 1 else _renamed(text, f"{text.place}#{n}"))
    return unique


def by_place(document: Document, languages: Sequence[str]) -> dict[str, Text]:
    """The texts of a document by their place."""
    return {text.place: text for text in texts(document, languages)}


def _walk(
    node: Any,  # Any: a JSON document
    path: Path,
    name: str,
    *,
    languages: frozenset[str],
    section: str,
    item: str,
) -> Iterator[Text]:
    if isinstance(node, list):
        for at, member in enumerate(node):
            yield from _member(member, at, path, name, languages=languages, section=section, item=item)
        return
    if not isinstance(node, Mapping):
        return
    words = {key: said for key, said in node.items() if key in languages and isinstance(said, str)}
    if words:
        field = _last_name(path)
        yield Text(
            place=name,
            path=path,
            section=section,
            item=item,
            field=field,
            words=words,
            is_beside=len(words) < len(node),
        )
    for key, inner in node.items():
        if key in _NOT_WORDED or key in words:
            continue
        yield from _walk(
            inner, (*path, key), _joined(name, str(key)), languages=languages, section=section, item=item
        )


def _member(
    member: Any,
    at: int,
    path: Path,
    name: str,
    *,
    languages: frozenset[str],
    section: str,
    item: str,
) -> Iterator[Text]:
    """A section or item begins a name of its own, so that its texts are found wherever it is moved."""
    code = next(
        (
            str(member[key])
            for key in ("id", "code")
            if isinstance(member, Mapping) and isinstance(member.get(key), str | int)
        ),
        str(at),
    )
    inner = (*path, at)
    if path == ("sections",):
        yield from _walk(member, inner, f"§{code}", languages=languages, section=code, item="")
    elif path[:1] == ("sections",) and path[2:] == ("questions",):
        yield from _walk(member, inner, code, languages=languages, section=section, item=code)
    else:
        named = _joined(name, code)
        yield from _walk(member, inner, named, languages=languages, section=section, item=item)


def _joined(name: str, step: str) -> str:
    return f"{name}.{step}" if name else step


def _last_name(path: Path) -> str:
    """The field that a text stands in: its own name, or the list that its holder is a member of."""
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "")


def _renamed(text: Text, place: str) -> Text:
    return Text(
        place=place,
        path=text.path,
        section=text.section,
        item=text.item,
        field=text.field,
        words=text.words,
        is_beside=text.is_beside,
    )
