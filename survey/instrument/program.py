"""Program: the compiled, immutable instrument, with its look-up tables and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import rfc8785

from survey.instrument import stored
from survey.instrument.expression import answer_names
from survey.instrument.parts import (
    MISSING_MARK,
    NONE_OF_THESE,
    Battery,
    BatteryPart,
    Item,
    Kind,
    Loop,
    Option,
    Order,
    Organiser,
    Page,
    Quota,
    Repeat,
    ValueType,
    Words,
)

__all__ = [
    "FORMAT",
    "INTERVIEWER_MODES",
    "MISSING_MARK",
    "NONE_OF_THESE",
    "AreaRef",
    "Battery",
    "BatteryPart",
    "ContextField",
    "Item",
    "Kind",
    "Loop",
    "Option",
    "Order",
    "Organiser",
    "Page",
    "Place",
    "Program",
    "Quota",
    "Repeat",
    "UnitOfAnswer",
    "UnitRef",
    "ValueType",
    "Words",
]

INTERVIEWER_MODES = frozenset({"cati", "capi"})
FORMAT = "minyi/program/2"
UnitOfAnswer = Literal["person", "firm"]
"""Who answers: one person alone, or a firm, several of whose people may fill in parts of one return."""
_UNPUBLISHED = frozenset({"text", "contact", "file", "note", "end"})


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
    default_language: str | None = None
    lists: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    batteries: tuple[Battery, ...] = ()
    loops: tuple[Loop, ...] = ()
    quotas: tuple[Quota, ...] = ()
    legal: Mapping[str, str] = field(default_factory=dict)
    organisers: tuple[Organiser, ...] = ()
    mandated: tuple[str, ...] = ()
    reference_period: Words | None = None
    unit_of_answer: UnitOfAnswer = "person"

    @cached_property
    def batteries_by_code(self) -> Mapping[str, Battery]:
        """The batteries by their code."""
        return {battery.code: battery for battery in self.batteries}

    @cached_property
    def loops_by_code(self) -> Mapping[str, Loop]:
        """The loops by the section that declares them."""
        return {loop.code: loop for loop in self.loops}

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
        """Page numbers asked together: all pages of a repeated section or loop for one turn, then for the next."""
        found: list[tuple[int, ...]] = []
        for number, page in enumerate(self.pages):
            before = self.pages[number - 1] if number else None
            if before and page.repeat and _cycle(before) == _cycle(page):
                found[-1] = (*found[-1], number)
            else:
                found.append((number,))
        return tuple(found)

    @cached_property
    def is_shuffled(self) -> bool:
        """Whether sections come in a random order."""
        return any(page.shuffle is not None for page in self.pages)

    @cached_property
    def screening(self) -> tuple[Place, ...]:
        """The items that can end the interview, in order."""
        return tuple(
            place for place in self.places.values() if place.item.screening_codes or place.item.kind == "end"
        )

    @cached_property
    def members(self) -> Mapping[str, tuple[Item, ...]]:
        """By battery: its items in order."""
        found: dict[str, list[Item]] = {}
        for page in self.pages:
            for item in page.items:
                if item.battery is not None:
                    found.setdefault(item.battery, []).append(item)
        return {code: tuple(items) for code, items in found.items()}

    @cached_property
    def other_texts(self) -> Mapping[tuple[str, str], Item]:
        """By item and option: the text that "other, please say" opens."""
        return {
            (item.other_of, item.other_code or ""): item
            for page in self.pages
            for item in page.items
            if item.other_of is not None
        }

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
    def publishable(self) -> frozenset[str]:
        """The items that may stand in a dataset: no free text, no contact, nothing private, nothing made of these."""
        found: set[str] = set()
        for code, place in self.places.items():
            item = place.item
            if item.kind not in _UNPUBLISHED and not item.private and item.precision != "exact":
                made_of = (
                    self.places[name].item for name in answer_names(item.calculation) if name in self.places
                )
                if all(part.code in found or _only_whether(item, part) for part in made_of):
                    found.add(code)
        return frozenset(found)

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

    @property
    def first_language(self) -> str:
        """The language in which a text is looked for when the wanted one is missing."""
        return self.default_language or self.languages[0]

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """The program as a JSON document; options of a named list are written once, with the list."""
        document = stored.write(self)
        for page in document["pages"]:
            for item in page["items"]:
                if item.get("list_name") in self.lists:
                    item.pop("options", None)
        return {"format": FORMAT, **document}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Program:
        """The inverse of ``to_json``. Raises ValueError for any other document."""
        parts = dict(document)
        if (found := parts.pop("format", None)) != FORMAT:
            raise ValueError(
                f"a stored instrument of format {found!r:.40}, this version reads {FORMAT!r}: compile it again"
            )
        try:
            lists = {name: _options(options) for name, options in parts.get("lists", {}).items()}
            return stored.read(
                cls,
                parts,
                lists=lists,
                pages=tuple(_page(page, lists) for page in parts["pages"]),
                units=stored.read_all(UnitRef, parts["units"]),
                areas=stored.read_all(AreaRef, parts["areas"]),
                context_fields=stored.read_all(ContextField, parts["context_fields"]),
                batteries=tuple(_battery(battery) for battery in parts.get("batteries", ())),
                loops=stored.read_all(Loop, parts.get("loops", ())),
                quotas=stored.read_all(Quota, parts.get("quotas", ())),
                organisers=stored.read_all(Organiser, parts.get("organisers", ())),
            )
        except (KeyError, TypeError, AttributeError) as exc:
            raise ValueError("no program") from exc


def _only_whether(item: Item, part: Item) -> bool:
    """Whether somebody wrote anything may be known, what they wrote may not."""
    return part.kind == "text" and not part.private and item.value == "bool"


def _cycle(page: Page) -> tuple[str, str | None]:
    return page.loop or page.section, page.repeat


def _page(document: Mapping[str, Any], lists: Mapping[str, tuple[Option, ...]]) -> Page:
    return stored.read(Page, document, items=tuple(_item(item, lists) for item in document["items"]))


def _item(document: Mapping[str, Any], lists: Mapping[str, tuple[Option, ...]]) -> Item:
    named = lists.get(document.get("list_name", ""))
    options = _options(document.get("options", ())) if named is None else named
    return stored.read(Item, document, options=options)


def _options(documents: Sequence[Mapping[str, Any]]) -> tuple[Option, ...]:
    return stored.read_all(Option, documents)


def _battery(document: Mapping[str, Any]) -> Battery:
    rows = stored.read_all(BatteryPart, document["rows"])
    return stored.read(
        Battery, document, rows=rows, columns=stored.read_all(BatteryPart, document.get("columns", ()))
    )
