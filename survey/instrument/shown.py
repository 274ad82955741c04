"""What a page shows: the items asked now, their options in order, their texts with the unit filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from survey.instrument.path import PageRef, Reach, assigned_units, rank
from survey.instrument.program import (
    INTERVIEWER_MODES,
    NONE_OF_THESE,
    Item,
    Kind,
    Option,
    Page,
    Program,
    Words,
)
from survey.instrument.state import Answer, AnswerState, answer_key

# Special codes come after the points of a scale, "don't know" at the very end.
_SPECIAL_ORDER = {"99": 0, "98": 1, "88": 2}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBattery:
    """What stands over the items of a battery, with everything filled in."""

    code: str
    text: Words
    help: Words | None
    note: Words | None
    total: str | None = None
    unit: Words | None = None


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
    """The items of a page that are asked now; none if the page is not on the path."""
    return tuple(_shown_item(program, item, ref, state) for item in Reach(program, state).shown_items(ref))


def show_page(program: Program, ref: PageRef, state: AnswerState) -> ShownPage | None:
    """The page with its heading, or None if it is not on the path."""
    items = page_items(program, ref, state)
    if not items:
        return None
    page = program.pages[program.page_numbers[ref.code, ref.unit is not None]]
    return ShownPage(
        ref=ref,
        section=page.section,
        title=title_of(program, page, ref.unit),
        intro=None if page.intro is None else _filled(program, page.intro, ref.unit),
        items=items,
        all_items=items,
    )


def title_of(program: Program, page: Page, unit: str | None) -> Words:
    """The heading of a page, with the name of the unit it is about."""
    return _filled(program, page.title, unit)


def progress(program: Program, pages: Sequence[PageRef], current: PageRef) -> tuple[int, int]:
    """Which section this is and how many there are on the path: "2 of 5"."""
    sections = list(dict.fromkeys(_page_of(program, ref).section for ref in pages))
    return sections.index(_page_of(program, current).section) + 1, len(sections)


def worst_first(program: Program, state: AnswerState) -> bool:
    """Whether this respondent reads all scales from worst to best: half of them do, by their seed."""
    return program.random_direction and rank(state.seed, "direction", program.code)[0] % 2 == 1


def is_interviewer(state: AnswerState) -> bool:
    """Whether an interviewer fills in the answers, who may code a refusal."""
    return state.context.get("mode") in INTERVIEWER_MODES


def offered_options(program: Program, item: Item, state: AnswerState) -> tuple[Option, ...]:
    """The options an answer may come from, in the order of the document; areas have none of their own."""
    if item.declines:
        assigned = set(assigned_units(program, state))
        return tuple(option for option in item.options if option.code in assigned)
    if item.kind == "scale" and not is_interviewer(state):
        return tuple(option for option in item.options if not option.interviewer_only)
    return item.options


def _page_of(program: Program, ref: PageRef) -> Page:
    return program.pages[program.page_numbers[ref.code, ref.unit is not None]]


def _shown_item(program: Program, item: Item, ref: PageRef, state: AnswerState) -> ShownItem:
    key = answer_key(item.code, ref.unit)
    value = state.answers.get(key)
    from_frame = state.context.get(f"frame.{item.code}") if item.prefill == "frame" else None
    prefilled = value is None and from_frame is not None
    return ShownItem(
        key=key,
        item=item,
        kind=item.kind,
        text=_filled(program, item.text, ref.unit),
        help=None if item.help is None else _filled(program, item.help, ref.unit),
        options=_shown_options(program, item, state),
        required=item.required,
        max_chars=item.max_chars,
        value=from_frame if prefilled else value,
        prefilled=prefilled,
    )


def _shown_options(program: Program, item: Item, state: AnswerState) -> tuple[ShownOption, ...]:
    if item.kind == "area":
        return _areas(program, item.level or "")
    return tuple(
        ShownOption(
            code=option.code,
            text=option.text,
            exclusive=option.exclusive,
            missing=option.missing,
            opens=option.opens,
        )
        for option in _ordered(program, item, state)
    )


def _ordered(program: Program, item: Item, state: AnswerState) -> list[Option]:
    options = list(offered_options(program, item, state))
    if item.kind == "scale":
        points = sorted((o for o in options if not o.missing), key=lambda o: int(o.code))
        special = sorted((o for o in options if o.missing), key=lambda o: _SPECIAL_ORDER.get(o.code, 0))
        return (points if worst_first(program, state) else points[::-1]) + special
    if item.random_order:
        place = partial(rank, state.seed, f"order {item.code}")
        return sorted(options, key=lambda option: (option.code == NONE_OF_THESE, place(option.code)))
    return options


def _areas(program: Program, level: str) -> tuple[ShownOption, ...]:
    parents = {area.code: area.words for area in program.areas}
    return tuple(
        ShownOption(code=area.code, text=area.words, group=parents.get(area.parent or ""))
        for area in program.area_codes[level].values()
    )


def _filled(program: Program, words: Words, unit: str | None) -> Words:
    """The words with the name of the unit in place of ``{unit}`` or ``{commitment}``."""
    if unit is None:
        return words
    names = program.units_by_code[unit].words
    return {
        language: text.replace("{unit}", names[language]).replace("{commitment}", names[language])
        for language, text in words.items()
    }
