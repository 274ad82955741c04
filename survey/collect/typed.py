"""Home of what was typed and not yet taken as an answer: kept beside the answers, item by item, and shown again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from survey.collect.contacts import Entries
from survey.errors import Invalid
from survey.instrument.computing import offered_value
from survey.instrument.frame_facts import field_name, stored_word
from survey.instrument.path import PageRef, Reach
from survey.instrument.posted import field_names
from survey.instrument.program import MISSING_MARK, Item, Program
from survey.instrument.state import AnswerState, answer_key, codes_of
from survey.instrument.values import split_parts
from survey.text import UnfitText, normalise

Fields = Mapping[str, Sequence[str]]
NOT_TYPED = frozenset({"note", "computed", "end", "file"})
MOST_CHARS = 60_000
"""Of everything typed together; an interview with more cannot be put into the largest box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One opened page of one browser: a random name, and how often it has sent what was typed.

    Without a script there is neither.
    """

    name: str = ""
    turn: int = 0

    def is_same(self, other: Window) -> bool:
        """Whether both are one opened page; pages without a script cannot be told apart."""
        return self.name != "" and self.name == other.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields of one item as typed, the version in which they were kept, and the window they came from."""

    fields: Fields
    ver: int
    window: Window = Window()

    def to_json(self) -> list[Any]:  # Any: a JSON document
        """Plain data."""
        return [
            {name: list(v) for name, v in self.fields.items()},
            self.ver,
            self.window.name,
            self.window.turn,
        ]

    @classmethod
    def from_json(cls, document: Sequence[Any]) -> Typed:
        """The inverse of ``to_json``."""
        fields, ver, name, turn = document
        return cls(fields=fields, ver=ver, window=Window(name=name, turn=turn))


@dataclass(frozen=True, kw_only=True)
class Page:
    """What fields of a page are compared with: the answers so far, and the contacts beside them."""

    program: Program
    ref: PageRef
    state: AnswerState
    contacts: Entries

    @cached_property
    def reach(self) -> Reach:
        """What is offered before anything is answered hangs on it."""
        return Reach(self.program, self.state)

    def keys(self, only: frozenset[str] | None = None) -> Iterator[tuple[str, Item]]:
        """The items of the page that can be typed in, by answer key; ``only`` some of them and what they open."""
        number = self.program.page_numbers.get((self.ref.code, self.ref.unit is not None))
        for item in () if number is None else self.program.pages[number].items:
            is_meant = only is None or item.code in only or item.other_of in only
            if is_meant and item.kind not in NOT_TYPED and not item.read_only:
                yield answer_key(item.code, self.ref.unit), item

    def stored(self, key: str, item: Item) -> dict[str, list[str]]:
        """The fields of an item as its form shows them where nothing else was typed."""
        word = stored_word(self.state, key) if item.prefill else None
        return {**self._stored(key, item), **({} if word is None else {field_name(key): [word]})}

    def _stored(self, key: str, item: Item) -> dict[str, list[str]]:
        if item.kind == "contact":
            parts = {f"{key}.{name}": [value] for name, value in self.contacts.get(key, {}).items()}
            return _without_blanks(parts)
        answer = self.state.answers.get(key)
        if answer is None:
            answer = offered_value(self.reach, item)
        if item.time_parts and isinstance(answer, str) and not answer.startswith(MISSING_MARK):
            split = split_parts(item.kind, answer, item.time_parts)
            return _without_blanks({f"{key}.{name}": [value] for name, value in split.items()})
        return _without_blanks({key: list(codes_of(answer))})

    def sent(self, raw: Fields, *, only: frozenset[str] | None = None) -> dict[str, dict[str, list[str]]]:
        """What was sent for each item, where it is something else than what is stored, else nothing."""
        found = {}
        for key, item in self.keys(only):
            names = sorted(field_names(item, key))
            fields = _without_blanks({name: list(raw.get(name, ())) for name in names})
            found[key] = {} if fields == self.stored(key, item) else fields or {key: []}
        return found


def after_typing(
    known: Mapping[str, Typed], sent: Mapping[str, Fields], *, ver: int, window: Window
) -> dict[str, Typed]:
    """What is typed so far after a page sent its fields. Raises Invalid where it is more than can be kept."""
    found = dict(known)
    for key, fields in sent.items():
        before = found.get(key)
        if before is not None and (before.fields == fields or _is_later(before.window, window)):
            continue
        if fields:
            found[key] = Typed(fields=fields, ver=ver, window=window)
        else:
            found.pop(key, None)
    if (
        sum(len(text) for typed in found.values() for texts in typed.fields.values() for text in texts)
        > MOST_CHARS
    ):
        raise Invalid(
            "typed_too_long",
            zh="内容太长，暂时无法自动保存。请缩短后再继续。",
            en="This is too long to be saved as you type. Please shorten it.",
        )
    return found


def is_newer_elsewhere(
    known: Mapping[str, Typed], sent: Mapping[str, Fields], *, seen: int, window: Window
) -> bool:
    """Whether another window has since typed something else into an item of this page."""
    return any(
        key in sent and typed.ver > seen and not typed.window.is_same(window) and typed.fields != sent[key]
        for key, typed in known.items()
    )


def as_shown(page: Page, known: Mapping[str, Typed], *, only: frozenset[str] | None = None) -> Fields | None:
    """All fields of a page with what was typed in them; None where nothing was, and the answers stand."""
    items = list(page.keys(only))
    if not any(key in known for key, _ in items):
        return None
    raw: dict[str, Sequence[str]] = {}
    for key, item in items:
        raw.update(known[key].fields if key in known else page.stored(key, item))
    return raw


def without(known: Mapping[str, Typed], keys: Sequence[str]) -> dict[str, Typed]:
    """What is typed and still not taken, after some items were."""
    return {key: typed for key, typed in known.items() if key not in keys}


def _is_later(before: Window, now: Window) -> bool:
    return before.is_same(now) and before.turn > now.turn


def _without_blanks(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    kept = {name: [text for value in values if (text := _fit(value))] for name, values in fields.items()}
    return {name: values for name, values in kept.items() if values}


def _fit(text: str) -> str:
    """Text as it can be stored; what cannot is refused when the page is taken."""
    try:
        return normalise(text)
    except UnfitText:
        return ""
