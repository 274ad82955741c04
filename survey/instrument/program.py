"""Program: the compiled, immutable instrument, with its look-up tables and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import rfc8785

from survey.instrument import stored
from survey.instrument.expression import Node

Words = Mapping[str, str]
Kind = Literal["single", "multi", "scale", "area", "text", "units"]
Repeat = Literal["assigned_unit", "drawn_unit", "commitment"]
INTERVIEWER_MODES = frozenset({"cati", "capi"})
NONE_OF_THESE = "none"
FORMAT = "minyi/program/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRef:
    """An assessed unit (or a commitment) as an instrument names it."""

    code: str
    zh: str
    en: str
    unit_class: str = ""

    @property
    def words(self) -> Words:
        """The name in both languages."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRef:
    """A division: ``level`` is "city" or "county"; ``parent`` is the code one level up."""

    code: str
    level: str
    zh: str
    en: str
    parent: str | None = None

    @property
    def words(self) -> Words:
        """The name in both languages."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextField:
    """Something known about the case before the first answer; ``codes`` is empty where any value may occur."""

    name: str
    codes: tuple[str, ...] = ()
    text: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice. ``missing`` marks the codes that never enter an index (88, 98, 99)."""

    code: str
    text: Words
    exclusive: bool = False
    screen_out: bool = False
    interviewer_only: bool = False
    missing: bool = False
    analysis_only: bool = False
    opens: str | None = None


# No slots in the next three: their look-up tables are cached in the instance.
@dataclass(frozen=True, kw_only=True)
class Item:
    """One question. On a repeated page it is asked once per unit.

    ``declines`` marks the tick list in which a representative names assigned units they will not appraise.
    """

    code: str
    kind: Kind
    text: Words
    help: Words | None = None
    note: Words | None = None
    options: tuple[Option, ...] = ()
    required: bool = False
    shown_if: Node | None = None
    max_chars: int | None = None
    prefill: str | None = None
    criterion: bool = False
    integrity: bool = False
    quasi_identifier: bool = False
    weight: float | None = None
    groups: tuple[str, ...] = ()
    level: str | None = None
    scale: str | None = None
    max_units: int | None = None
    random_order: bool = False
    declines: bool = False

    @cached_property
    def options_by_code(self) -> Mapping[str, Option]:
        """The options by their code, in the order of the document."""
        return {option.code: option for option in self.options}

    @cached_property
    def screening_codes(self) -> frozenset[str]:
        """The codes that end the interview."""
        return frozenset(option.code for option in self.options if option.screen_out)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What is shown at once: a section, or the part of one that can be decided before it is opened.

    A repeated page may share its code with the plain page that precedes it (tick list "U", then "U@edu").
    """

    code: str
    section: str
    title: Words
    items: tuple[Item, ...]
    intro: Words | None = None
    shown_if: Node | None = None
    repeat: Repeat | None = None

    @cached_property
    def has_conditions(self) -> bool:
        """Whether any of its items is asked of some people only."""
        return any(item.shown_if is not None for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an item stands. ``always`` is true if everybody who is not screened out is asked."""

    item: Item
    page: Page
    page_number: int
    always: bool


@dataclass(frozen=True, kw_only=True)
class Program:
    """A complete instrument, ready to be asked. Equal documents give equal digests."""

    code: str
    version: str
    languages: tuple[str, ...]
    title: Words
    consent: Words
    closing: Words
    pages: tuple[Page, ...]
    modes: tuple[str, ...]
    min_age: int | None
    units: tuple[UnitRef, ...]
    areas: tuple[AreaRef, ...]
    evaluator_groups: tuple[str, ...]
    context_fields: tuple[ContextField, ...]
    estimated_minutes: int | None = None
    random_direction: bool = False

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every item's place by its code."""
        return {
            item.code: Place(
                item=item,
                page=page,
                page_number=number,
                always=page.repeat is None and page.shown_if is None and item.shown_if is None,
            )
            for number, page in enumerate(self.pages)
            for item in page.items
        }

    @cached_property
    def page_numbers(self) -> Mapping[tuple[str, bool], int]:
        """The position of a page by its code and whether it is repeated."""
        return {(page.code, page.repeat is not None): number for number, page in enumerate(self.pages)}

    @cached_property
    def runs(self) -> tuple[tuple[int, ...], ...]:
        """Page numbers asked together: all pages of a repeated section for one unit, then for the next."""
        found: list[tuple[int, ...]] = []
        for number, page in enumerate(self.pages):
            before = self.pages[number - 1] if number else None
            if before and page.repeat and (before.section, before.repeat) == (page.section, page.repeat):
                found[-1] = (*found[-1], number)
            else:
                found.append((number,))
        return tuple(found)

    @cached_property
    def screening(self) -> tuple[Place, ...]:
        """The items that can end the interview, in order."""
        return tuple(place for place in self.places.values() if place.item.screening_codes)

    @cached_property
    def ticking(self) -> Mapping[str, Item]:
        """By section: the item whose ticked units are drawn for the repeated page."""
        return {
            place.page.section: place.item
            for place in self.places.values()
            if place.item.kind == "units" and not place.item.declines
        }

    @cached_property
    def declining(self) -> Mapping[str, tuple[Item, ...]]:
        """By section: the items in which assigned units may be declined."""
        found: dict[str, tuple[Item, ...]] = {}
        for place in self.places.values():
            if place.item.declines:
                found[place.page.section] = (*found.get(place.page.section, ()), place.item)
        return found

    @cached_property
    def units_by_code(self) -> Mapping[str, UnitRef]:
        """The units by their code."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def area_codes(self) -> Mapping[str, Mapping[str, AreaRef]]:
        """By level: the areas by their code."""
        found: dict[str, dict[str, AreaRef]] = {}
        for area in self.areas:
            found.setdefault(area.level, {})[area.code] = area
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the program's RFC 8785 form."""
        return hashlib.sha256(rfc8785.dumps(self.to_json())).hexdigest()

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """The program as a JSON document."""
        return {"format": FORMAT, **stored.write(self)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Program:
        """The inverse of ``to_json``. Raises ValueError for any other document."""
        parts = dict(document)
        if parts.pop("format", None) != FORMAT:
            raise ValueError("no program of a known format")
        try:
            return stored.read(
                cls,
                parts,
                pages=tuple(_page(page) for page in parts["pages"]),
                units=tuple(stored.read(UnitRef, unit) for unit in parts["units"]),
                areas=tuple(stored.read(AreaRef, area) for area in parts["areas"]),
                context_fields=tuple(stored.read(ContextField, known) for known in parts["context_fields"]),
            )
        except (KeyError, TypeError, AttributeError) as exc:
            raise ValueError("no program") from exc


def _page(document: Mapping[str, Any]) -> Page:
    items = tuple(_item(item) for item in document["items"])
    return stored.read(Page, document, items=items, shown_if=_condition(document))


def _item(document: Mapping[str, Any]) -> Item:
    options = tuple(stored.read(Option, option) for option in document.get("options", ()))
    return stored.read(Item, document, options=options, shown_if=_condition(document))


def _condition(document: Mapping[str, Any]) -> Node | None:
    return Node.from_json(document["shown_if"]) if "shown_if" in document else None
