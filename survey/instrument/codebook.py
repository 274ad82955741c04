"""From a program to the columns of the dataset: the codebook, and one respondent's row.

Free text is not a variable: it is cleared by two people on its own way and never part of a frozen dataset; nor is
anything private, a contact, a file or an exact place. Values: not asked = None; asked but left blank = 97; 88, 98
and 99 as coded. A number keeps its reasons for being missing apart, in ``<name>.status``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from survey.instrument.columns import (
    BLANK,
    BLANK_WORDS,
    Cell,
    Column,
    VariableKind,
    column_name,
    columns_of,
    labelled,
    turns_of,
)
from survey.instrument.computing import computed_text
from survey.instrument.path import Reach, drawn_units
from survey.instrument.program import NONE_OF_THESE, Item, Page, Program, Words
from survey.instrument.state import Answer, AnswerState, answer_key, codes_of

__all__ = ["BLANK", "BLANK_WORDS", "Variable", "VariableKind", "codebook", "dataset_values"]

Table = Literal["responses", "unit_ratings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One column. ``table`` is "responses" or, for items asked once per unit, "unit_ratings".

    ``turn`` is the option, row or number of the loop that it was asked for.
    """

    name: str
    item: str
    kind: VariableKind
    table: Table
    label: Words
    options: tuple[tuple[str, Words], ...]
    missing: tuple[str, ...]
    scale: str | None = None
    level: str | None = None
    quasi_identifier: bool = False
    criterion: bool = False
    integrity: bool = False
    groups: tuple[str, ...] = ()
    battery: str | None = None
    turn: str | None = None
    unit: Words | None = None

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """The variable as it stands in ``codebook.json``."""
        later = {"battery": self.battery, "turn": self.turn, "unit": self.unit and dict(self.unit)}
        return {
            "name": self.name,
            "item": self.item,
            "kind": self.kind,
            "table": self.table,
            "label": dict(self.label),
            "options": [{"code": code, "text": dict(text)} for code, text in self.options],
            "missing": list(self.missing),
            "scale": self.scale,
            "level": self.level,
            "quasi_identifier": self.quasi_identifier,
            "criterion": self.criterion,
            "integrity": self.integrity,
            "groups": list(self.groups),
            **{name: value for name, value in later.items() if value is not None},
        }


def codebook(program: Program) -> tuple[Variable, ...]:
    """All variables in the order in which they are asked; the turns of a loop one after the other."""
    return tuple(_variables(program))


def dataset_values(program: Program, state: AnswerState) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One respondent's row and one row per rated unit. Any: a cell is a number, a string or None.

    A unit's row carries ``ticked`` and ``drawn``: its weight is multiplied by their ratio.
    """
    return _Row(program, state).filled()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What every response to a program has in common."""

    columns: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    responses: tuple[str, ...] = ()
    ratings: tuple[str, ...] = ()


def _sheet(program: Program) -> _Sheet:
    """The columns of a program, made once for all its responses."""
    known = program.__dict__.get("dataset_sheet")
    if known is None:
        columns = {item.code: columns_of(program, item) for page in program.pages for item in page.items}
        variables = codebook(program)
        known = program.__dict__["dataset_sheet"] = _Sheet(
            columns,
            tuple(variable.name for variable in variables if variable.table == "responses"),
            tuple(variable.name for variable in variables if variable.table == "unit_ratings"),
        )
    assert isinstance(known, _Sheet)
    return known


class _Row:
    """Fills the row of one respondent."""

    def __init__(self, program: Program, state: AnswerState) -> None:
        self.program, self.state, self.sheet = program, state, _sheet(program)
        self.reach = Reach(program, state)
        self.row: dict[str, Any] = dict.fromkeys(self.sheet.responses)
        self.ratings: dict[str, dict[str, Any]] = {}
        self.counts: dict[str, dict[str, int]] = {}

    def filled(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The row, and the rows of the rated units."""
        for ref, page, items in self.reach.walk(silent=True):
            if ref.unit is None or page.repeat == "loop":
                for item in items:
                    self.row.update(self._cells(item, ref.unit, ref.unit))
                    self._count(page, item)
                continue
            rating = self._rating(page, ref.unit)
            for item in items:
                rating.update(self._cells(item, ref.unit, None))
        return self.row, list(self.ratings.values())

    def _rating(self, page: Page, unit: str) -> dict[str, Any]:
        if unit not in self.ratings:
            counts = self.counts.get(page.section, {"ticked": 1, "drawn": 1})
            self.ratings[unit] = {"unit": unit, **counts, **dict.fromkeys(self.sheet.ratings)}
        return self.ratings[unit]

    def _count(self, page: Page, item: Item) -> None:
        if item.kind == "units" and not item.declines and self.state.answers.get(item.code):
            self.counts[page.section] = _tick_counts(item, self.state)

    def _cells(self, item: Item, unit: str | None, turn: str | None) -> dict[str, Cell]:
        """The cells of an item that was asked."""
        answer: Answer | None = self.state.answers.get(answer_key(item.code, unit))
        if item.kind == "units":
            counts = _tick_counts(item, self.state) if answer else {}
            return {f"{item.code}.{name}": count for name, count in counts.items()}
        if item.kind == "computed":
            answer = computed_text(self.reach, item, unit)
        return {
            column_name(item, column, turn): column.cell(answer) for column in self.sheet.columns[item.code]
        }


def _tick_counts(item: Item, state: AnswerState) -> dict[str, int]:
    ticked = [code for code in codes_of(state.answers.get(item.code)) if code != NONE_OF_THESE]
    if item.declines:
        return {"ticked": len(ticked)}
    return {"ticked": len(ticked), "drawn": len(drawn_units(item, state))}


def _variables(program: Program) -> Iterator[Variable]:
    """The variables page by page; a loop gives all its items once for every turn it may have."""
    for run in program.runs:
        for turn in turns_of(program, program.pages[run[0]]):
            for number in run:
                page = program.pages[number]
                for item in page.items:
                    for column in columns_of(program, item):
                        yield _variable(program, page, item, column, turn)


def _variable(program: Program, page: Page, item: Item, column: Column, turn: str | None) -> Variable:
    battery = program.batteries_by_code[item.battery] if item.battery is not None else None
    texts = (item.text,) if battery is None else (battery.text, item.text)
    name = None if turn is None else _turn_words(program, page, turn)
    measured = column.kind == "number"
    return Variable(
        name=column_name(item, column, turn),
        item=item.code,
        kind=column.kind,
        table="responses" if page.repeat in (None, "loop") else "unit_ratings",
        label=labelled(*texts, column.note, turn=name),
        options=column.options,
        missing=column.missing,
        scale=item.scale,
        level=item.level,
        quasi_identifier=item.quasi_identifier,
        criterion=item.criterion,
        integrity=item.integrity,
        groups=item.groups,
        battery=item.battery,
        turn=turn,
        unit=item.unit if measured else None,
    )


def _turn_words(program: Program, page: Page, turn: str) -> Words:
    """The name of a turn as far as it is known without an answer."""
    loop = program.loops_by_code[page.loop or ""]
    if loop.over is not None:
        return program.places[loop.over].item.options_by_code[turn].text
    if loop.rows is not None:
        rows = {row.code: row.text for row in program.batteries_by_code[loop.rows].rows}
        return rows.get(turn, dict.fromkeys(program.languages, turn))
    return dict.fromkeys(program.languages, turn)
