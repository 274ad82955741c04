"""What a page shows: the items asked now, their options in order, their texts with the unit filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from survey.instrument.computing import bounds, computed_text, facts, is_required, offered_value
from survey.instrument.frame_facts import known_fact, stored_word
from survey.instrument.offered import is_interviewer, offered_options
from survey.instrument.orders import is_reversed, option_order, row_order
from survey.instrument.path import PageRef, Reach
from survey.instrument.program import Battery, Item, Kind, Option, Page, Program, Words
from survey.instrument.speaking import Speaker
from survey.instrument.state import Answer, AnswerState, answer_key
from survey.instrument.values import split_parts

__all__ = [
    "ShownBattery",
    "ShownItem",
    "ShownOption",
    "ShownPage",
    "ShownPart",
    "is_interviewer",
    "offered_options",
    "page_items",
    "progress",
    "show_page",
    "title_of",
    "worst_first",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOption:
    """One choice as shown.

    ``group`` heads a list of areas: the name of the city of a county; ``parent`` is its code. Where ``text_key``
    stands, choosing the option opens a text field of that name ("other, please say"), which holds ``text_value``.
    ``columns`` are what a choice filter looks at.
    """

    code: str
    text: Words
    exclusive: bool = False
    missing: bool = False
    group: Words | None = None
    opens: str | None = None
    parent: str | None = None
    other: bool = False
    text_key: str | None = None
    text_value: str | None = None
    text_max: int | None = None
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """One field of an item that is typed in parts: day, month and year, or latitude and longitude.

    ``name`` is the form field, ``part`` says which one it is, ``value`` what it holds.
    """

    name: str
    part: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """One item as shown. ``key`` names the form field; ``value`` is the answer so far or the frame's value.

    ``waiting`` marks an item of a page kept together that is not asked as things stand. ``low`` and ``high`` are
    the bounds in force, ``parts`` the fields of an item that may be typed in parts instead of the one ``key``.
    """

    key: str
    item: Item
    kind: Kind
    text: Words
    help: Words | None
    options: tuple[ShownOption, ...]
    required: bool
    max_chars: int | None
    value: Answer | None
    prefilled: bool
    note: Words | None = None
    waiting: bool = False
    low: str | None = None
    high: str | None = None
    parts: tuple[ShownPart, ...] = ()
    read_only: bool = False
    battery: str | None = None
    fact: Answer | None = None
    """The frame's value, which the respondent is asked to confirm or correct."""
    fact_word: str | None = None
    """What was said of it before: yes or no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBattery:
    """What stands over the items of a battery, with everything filled in."""

    code: str
    text: Words
    help: Words | None
    note: Words | None
    rows: Mapping[str, Words]
    columns: Mapping[str, Words]
    total: str | None = None
    unit: Words | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """A page ready to be rendered in any language of the program.

    ``items`` are asked now. On a page kept together ``all_items`` also holds, in place, those that an answer of
    the page may open (``waiting``); elsewhere it is the same. ``known`` are the earlier answers and facts that
    the conditions of this page look at, for the script that shows and hides.
    """

    ref: PageRef
    section: str
    title: Words
    intro: Words | None
    items: tuple[ShownItem, ...]
    all_items: tuple[ShownItem, ...] = ()
    batteries: Mapping[str, ShownBattery] = field(default_factory=dict)
    together: bool = False
    known: Mapping[str, Answer] = field(default_factory=dict)


def page_items(program: Program, ref: PageRef, state: AnswerState) -> tuple[ShownItem, ...]:
    """The items of a page that are asked now and seen; none if the page is not on the path."""
    reach = Reach(program, state)
    return _Shower(reach, ref).items(reach.shown_items(ref))


def show_page(program: Program, ref: PageRef, state: AnswerState) -> ShownPage | None:
    """The page with its heading, or None if it is not on the path."""
    reach = Reach(program, state)
    shower = _Shower(reach, ref)
    items = shower.items(reach.shown_items(ref))
    if not items:
        return None
    page = program.pages[program.page_numbers[ref.code, ref.unit is not None]]
    whole = shower.items(page.items, waiting={item.item.code for item in items}) if page.together else items
    return ShownPage(
        ref=ref,
        section=page.section,
        title=shower.fill(page.title),
        intro=None if page.intro is None else shower.fill(page.intro),
        items=items,
        all_items=whole,
        batteries=shower.batteries(whole),
        together=page.together,
        known=shower.known(page) if page.together else {},
    )


def title_of(program: Program, page: Page, unit: str | None, state: AnswerState | None = None) -> Words:
    """The heading of a page, with the name of the unit or turn it is about."""
    reach = Reach(program, state or AnswerState())
    return _Shower(reach, PageRef(code=page.code, unit=unit)).fill(page.title)


def progress(program: Program, pages: Sequence[PageRef], current: PageRef) -> tuple[int, int]:
    """Which section this is and how many there are on the path: "2 of 5"."""
    sections = list(dict.fromkeys(_page_of(program, ref).section for ref in pages))
    return sections.index(_page_of(program, current).section) + 1, len(sections)


def worst_first(program: Program, state: AnswerState) -> bool:
    """Whether this respondent reads all scales from worst to best: half of them do, by their seed."""
    return program.random_direction and is_reversed(state.seed, program)


def _page_of(program: Program, ref: PageRef) -> Page:
    return program.pages[program.page_numbers[ref.code, ref.unit is not None]]


class _Shower:
    """Shows the items of one page to one respondent."""

    def __init__(self, reach: Reach, ref: PageRef) -> None:
        self.reach, self.ref = reach, ref
        self.program, self.state = reach.program, reach.state
        self.page = self.program.pages[number] if (number := self._number()) is not None else None
        self.speaker = Speaker(reach, self.page, ref.unit)
        self.fill = self.speaker.fill

    def _number(self) -> int | None:
        return self.program.page_numbers.get((self.ref.code, self.ref.unit is not None))

    def items(self, items: Sequence[Item], *, waiting: set[str] | None = None) -> tuple[ShownItem, ...]:
        """The visible ones, in this respondent's order; with ``waiting`` (what is asked now) the rest is marked."""
        seen = [item for item in items if item.is_visible and item.other_of is None]
        return tuple(
            self._item(item, waiting=waiting is not None and item.code not in waiting)
            for item in row_order(self.program, seen, self.state.seed)
        )

    def batteries(self, items: Sequence[ShownItem]) -> dict[str, ShownBattery]:
        """What stands over the batteries among the items."""
        codes = dict.fromkeys(item.battery for item in items if item.battery is not None)
        return {code: self._battery(self.program.batteries_by_code[code]) for code in codes}

    def known(self, page: Page) -> dict[str, Answer]:
        """The answers of other pages and the facts that expressions of this page may look at."""
        return facts(self.reach, page, self.ref.unit)

    def _battery(self, battery: Battery) -> ShownBattery:
        return ShownBattery(
            code=battery.code,
            text=self.fill(battery.text),
            help=battery.help and self.fill(battery.help),
            note=battery.note and self.fill(battery.note),
            rows={row.code: self.fill(row.text) for row in battery.rows},
            columns={column.code: self.fill(column.text) for column in battery.columns},
            total=battery.total,
            unit=battery.unit,
            required=battery.required,
        )

    def _item(self, item: Item, *, waiting: bool) -> ShownItem:
        key = answer_key(item.code, self.ref.unit)
        value, prefilled = self._value(item, key)
        low, high = bounds(self.reach, item, self.ref.unit)
        return ShownItem(
            key=key,
            item=item,
            kind=item.kind,
            text=self.fill(item.text),
            help=item.help and self.fill(item.help),
            options=self._options(item, key),
            required=is_required(self.reach, item, self.ref.unit),
            max_chars=item.max_chars,
            value=value,
            prefilled=prefilled,
            note=item.note and self.fill(item.note),
            waiting=waiting,
            low=low,
            high=high,
            parts=self._parts(item, key, value),
            read_only=item.read_only,
            battery=item.battery,
            fact=known_fact(self.reach, item, self.ref.unit),
            fact_word=stored_word(self.state, key) if item.prefill else None,
        )

    def _value(self, item: Item, key: str) -> tuple[Answer | None, bool]:
        """The answer so far, else what the frame or the document offers; and whether the frame does."""
        if item.kind == "computed":
            return computed_text(self.reach, item, self.ref.unit), False
        value = self.state.answers.get(key)
        if value is not None:
            return value, False
        offered = offered_value(self.reach, item)
        return offered, offered is not None and item.prefill == "frame"

    def _parts(self, item: Item, key: str, value: Answer | None) -> tuple[ShownPart, ...]:
        if not item.time_parts and item.kind != "contact":
            return ()
        names = item.time_parts or item.contact_fields
        text = value if isinstance(value, str) and item.kind != "contact" else ""
        split = split_parts(item.kind, text, names) if text else {}
        return tuple(ShownPart(name=f"{key}.{name}", part=name, value=split.get(name, "")) for name in names)

    def _options(self, item: Item, key: str) -> tuple[ShownOption, ...]:
        if item.level is not None:
            return _areas(self.program, item.level)
        offered = offered_options(self.program, item, self.state, unit=self.ref.unit, reach=self.reach)
        ordered = option_order(self.program, item, offered, self.state.seed)
        return tuple(self._option(item, option) for option in ordered)

    def _option(self, item: Item, option: Option) -> ShownOption:
        text = self.program.other_texts.get((item.code, option.code)) if option.other else None
        text_key = answer_key(text.code, self.ref.unit) if text else None
        written = self.state.answers.get(text_key) if text_key else None
        return ShownOption(
            code=option.code,
            text=self.fill(option.text),
            exclusive=option.exclusive,
            missing=option.missing,
            opens=option.opens,
            other=option.other,
            text_key=text_key,
            text_value=written if isinstance(written, str) else None,
            text_max=text.max_chars if text else None,
            columns=option.columns,
        )


def _areas(program: Program, level: str) -> tuple[ShownOption, ...]:
    parents = {area.code: area.words for area in program.areas}
    return tuple(
        ShownOption(code=area.code, text=area.words, group=parents.get(area.parent or ""), parent=area.parent)
        for area in program.area_codes.get(level, {}).values()
    )
