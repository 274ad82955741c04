"""What the designer wrote where: which sections and items carry a condition of their own; walks put into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from survey.instrument.lint.formulas import Raw
from survey.instrument.program import Item

_SHOWN_ANSWERS = 4


class Written:
    """The document's own conditions; what the compiler adds is nobody's mistake."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._sections = {
            str(part.get("id")) for part in _members(document, "sections") if part.get("show_if")
        }
        self._items = {
            str(item.get("id"))
            for section in _members(document, "sections")
            for item in _members(section, "questions")
            if item.get("show_if")
        }

        self._rows = {
            (str(item.get("id")), str(row.get("code")))
            for section in _members(document, "sections")
            for item in _members(section, "questions")
            for row in _members(item, "rows")
            if row.get("show_if")
        }

    def section_has_condition(self, code: str) -> bool:
        """Whether the section itself has a condition."""
        return code in self._sections

    def item_has_condition(self, item: Item) -> bool:
        """Whether the item, its row, or the battery that it is a row of, has a condition."""
        own = item.code in self._items or (item.battery, item.row) in self._rows
        return own or (item.battery or "") in self._items


def walk_in_words(walk: Sequence[tuple[str, Raw]] | None) -> str:
    """The answers that lead to a place: "A1=yes, A3=a+b"."""
    given = [
        f"{name.rpartition(' ')[2]}={value if isinstance(value, str) else '+'.join(value)}"
        for name, value in walk or ()
        if value is not None
    ]
    return ", ".join(given[-_SHOWN_ANSWERS:]) or "…"


def _members(parent: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    members = parent.get(name)
    if isinstance(members, list):
        yield from (member for member in members if isinstance(member, Mapping))
