"""The parts of a program that are plain values: options, items, pages, batteries, loops, quotas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from survey.instrument.expression import Node

Words = Mapping[str, str]
Kind = Literal[
    "single",
    "multi",
    "scale",
    "area",
    "text",
    "units",
    "number",
    "date",
    "month",
    "year",
    "time",
    "datetime",
    "duration",
    "ranking",
    "slider",
    "contact",
    "file",
    "geopoint",
    "computed",
    "note",
    "consent",
    "end",
]
Repeat = Literal["assigned_unit", "drawn_unit", "commitment", "loop"]
Order = Literal["document", "random", "reversed_half"]
ValueType = Literal["bool", "number", "text", "code", "codes", "date", "time", "datetime", "none"]
NONE_OF_THESE = "none"
# Begins a missing code where the answer is otherwise open: "#88" in a number, a date or a text.
MISSING_MARK = "#"

_VALUE_TYPES: Mapping[str, ValueType] = {
    "single": "code",
    "scale": "code",
    "area": "code",
    "multi": "codes",
    "units": "codes",
    "ranking": "codes",
    "number": "number",
    "slider": "number",
    "duration": "number",
    "year": "number",
    "date": "date",
    "time": "time",
    "datetime": "datetime",
    "text": "text",
    "month": "text",
    "geopoint": "text",
    "consent": "bool",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice. ``missing`` marks the codes that never enter an index (88, 98, 99).

    ``other`` opens a text item, ``fixed`` keeps its place when the order is random, ``columns`` are what a
    ``choice_filter`` may look at.
    """

    code: str
    text: Words
    exclusive: bool = False
    screen_out: bool = False
    interviewer_only: bool = False
    missing: bool = False
    analysis_only: bool = False
    opens: str | None = None
    other: bool = False
    fixed: bool = False
    columns: Mapping[str, str] | None = None
    # The code that it had in the version before; its answers stay its own.
    was: str | None = None


# No slots in the next two: their look-up tables are cached in the instance.
@dataclass(frozen=True, kw_only=True)
class Item:
    """One question. On a repeated page it is asked once per unit or turn.

    ``declines`` marks the tick list in which a representative names assigned units they will not appraise.
    Which of the later fields have a meaning depends on the kind; docs/instrument-document.md has the table.
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
    # every kind
    required_if: Node | None = None
    required_message: Words | None = None
    constraint: Node | None = None
    constraint_message: Words | None = None
    soft: bool = False
    default: str | tuple[str, ...] | None = None
    read_only: bool = False
    private: bool = False
    interviewer_note: Words | None = None
    # where it comes from: a row (and column) of a battery, or the text of an "other, please say"
    battery: str | None = None
    row: str | None = None
    column: str | None = None
    other_of: str | None = None
    other_code: str | None = None
    # choices and rankings
    list_name: str | None = None
    order: Order = "document"
    appearance: str | None = None
    choice_filter: Node | None = None
    min_choices: int | None = None
    max_choices: int | None = None
    cascade: bool = False
    # numbers, sliders, dates and times; bounds as canonical text, or computed
    form: str | None = None
    decimals: int | None = None
    unit: Words | None = None
    currency: str | None = None
    low: str | None = None
    high: str | None = None
    low_from: Node | None = None
    high_from: Node | None = None
    step: str | None = None
    low_label: Words | None = None
    high_label: Words | None = None
    time_parts: tuple[str, ...] = ()
    # texts
    lines: int | None = None
    pattern: str | None = None
    pattern_message: Words | None = None
    format: str | None = None
    # contact, file, geopoint, computed, end
    contact_fields: tuple[str, ...] = ()
    purpose: Words | None = None
    media: str | None = None
    max_mb: int | None = None
    precision: str | None = None
    calculation: Node | None = None
    value: str | None = None
    is_shown: bool = True
    screen_out: bool = False
    # The code that it had in the version before.
    was: str | None = None

    @cached_property
    def options_by_code(self) -> Mapping[str, Option]:
        """The options by their code, in the order of the document."""
        return {option.code: option for option in self.options}

    @cached_property
    def screening_codes(self) -> frozenset[str]:
        """The codes that end the interview."""
        return frozenset(option.code for option in self.options if option.screen_out)

    @cached_property
    def missing_codes(self) -> frozenset[str]:
        """The codes that say why there is no answer."""
        return frozenset(option.code for option in self.options if option.missing)

    @cached_property
    def has_interviewer_options(self) -> bool:
        """Whether some options are for interviewers only."""
        return any(option.interviewer_only for option in self.options)

    @property
    def value_type(self) -> ValueType:
        """What an expression sees of the answer."""
        if self.kind == "computed":
            return _COMPUTED_TYPES.get(self.value or "", "text")
        return _VALUE_TYPES.get(self.kind, "none")

    @property
    def is_visible(self) -> bool:
        """Whether a respondent sees anything of it; a computed item may be silent."""
        return self.kind != "computed" or self.is_shown


_COMPUTED_TYPES: Mapping[str, ValueType] = {
    "number": "number",
    "text": "text",
    "date": "date",
    "bool": "bool",
}


@dataclass(frozen=True, kw_only=True)
class Page:
    """What is shown at once: a section, or the part of one that can be decided before it is opened.

    A repeated page may share its code with the plain page that precedes it (tick list "U", then "U@edu").
    ``section`` is what counts in "section 2 of 5"; ``loop`` names the Loop of a page with ``repeat="loop"``;
    ``shuffle`` names the block that changes its place in a random section order. On a page kept ``together``
    items may depend on answers of the same page.
    """

    code: str
    section: str
    title: Words
    items: tuple[Item, ...]
    intro: Words | None = None
    shown_if: Node | None = None
    repeat: Repeat | None = None
    loop: str | None = None
    together: bool = False
    shuffle: str | None = None

    @cached_property
    def has_conditions(self) -> bool:
        """Whether any of its items is asked of some people only."""
        return any(item.shown_if is not None for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryPart:
    """A row or a column of a battery."""

    code: str
    text: Words
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """Items that share a stem: a grid, several texts, or an allocation with a ``total``.

    ``required`` is said of an allocation: some of its parts must be filled in. Elsewhere each row is required.
    """

    code: str
    text: Words
    rows: tuple[BatteryPart, ...]
    columns: tuple[BatteryPart, ...] = ()
    help: Words | None = None
    note: Words | None = None
    row_order: Order = "document"
    total: str | None = None
    unit: Words | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """How often a section is asked: per ticked option of ``over``, per filled row of ``rows``, or ``count`` times."""

    code: str
    over: str | None = None
    rows: str | None = None
    count: int | None = None
    count_from: Node | None = None
    limit: int = 20
    label: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A largest number of responses for those of whom ``where`` is true."""

    code: str
    title: Words
    limit: int
    where: Node | None = None
    on_full: Literal["end", "continue"] = "end"
    message: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organiser:
    """A department whose sign-off the publish gate wants."""

    code: str
    text: Words
