"""From a program to the columns of the dataset: the codebook, and one respondent's row.

Free text is not a variable: it is cleared by two people on its own way and never part of a frozen dataset.
Values: not asked = None; asked but left blank = 97; 88, 98 and 99 as coded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from survey.instrument.path import Reach, drawn_units
from survey.instrument.program import NONE_OF_THESE, Item, Page, Program, Words
from survey.instrument.state import AnswerState, answer_key, codes_of

BLANK = 97
BLANK_WORDS: Words = {"zh": "已询问，未作答", "en": "Asked, left blank"}
_YES: Words = {"zh": "选中", "en": "Chosen"}
_NO: Words = {"zh": "未选", "en": "Not chosen"}
_COUNT_WORDS: dict[str, Words] = {
    "ticked": {"zh": "勾选的单位数", "en": "number of units ticked"},
    "drawn": {"zh": "抽中的单位数", "en": "number of units drawn"},
}
VariableKind = Literal["scale", "single", "area", "indicator", "count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One column. ``table`` is "responses" or, for items asked once per unit, "unit_ratings"."""

    name: str
    item: str
    kind: VariableKind
    table: Literal["responses", "unit_ratings"]
    label: Words
    options: tuple[tuple[str, Words], ...]
    missing: tuple[str, ...]
    scale: str | None = None
    level: str | None = None
    quasi_identifier: bool = False
    criterion: bool = False
    integrity: bool = False
    groups: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """The variable as it stands in ``codebook.json``."""
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
        }


def codebook(program: Program) -> tuple[Variable, ...]:
    """All variables in the order in which they are asked."""
    return tuple(
        variable for page in program.pages for item in page.items for variable in _variables(page, item)
    )


def dataset_values(program: Program, state: AnswerState) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One respondent's row and one row per rated unit. Any: a cell is an int, a string or None.

    A unit's row carries ``ticked`` and ``drawn``: its weight is multiplied by their ratio.
    """
    row: dict[str, Any] = dict.fromkeys(_columns(program))
    ratings: dict[str, dict[str, Any]] = {}
    counts: dict[str, dict[str, int]] = {}
    for ref, page, items in Reach(program, state).walk():
        if ref.unit is None:
            for item in items:
                row.update(_cells(item, state, None))
                if item.kind == "units" and not item.declines and state.answers.get(item.code):
                    counts[page.section] = _tick_counts(item, state)
            continue
        rating = ratings.get(ref.unit)
        if rating is None:
            rating = ratings[ref.unit] = {
                "unit": ref.unit,
                **counts.get(page.section, {"ticked": 1, "drawn": 1}),
                **dict.fromkeys(_unit_columns(program)),
            }
        for item in items:
            rating.update(_cells(item, state, ref.unit))
    return row, list(ratings.values())


def _columns(program: Program) -> tuple[str, ...]:
    return tuple(
        name for page in program.pages if page.repeat is None for item in page.items for name in _names(item)
    )


def _unit_columns(program: Program) -> tuple[str, ...]:
    return tuple(
        name for page in program.pages if page.repeat for item in page.items for name in _names(item)
    )


def _names(item: Item) -> tuple[str, ...]:
    if item.kind == "text":
        return ()
    if item.kind == "multi":
        return tuple(f"{item.code}.{option.code}" for option in item.options)
    if item.kind == "units":
        return (f"{item.code}.ticked",) if item.declines else (f"{item.code}.ticked", f"{item.code}.drawn")
    return (item.code,)


def _cells(item: Item, state: AnswerState, unit: str | None) -> dict[str, int | str | None]:
    """The cells of an item that was asked."""
    answer = state.answers.get(answer_key(item.code, unit))
    if item.kind == "text":
        return {}
    if item.kind == "units":
        return (
            {f"{item.code}.{name}": count for name, count in _tick_counts(item, state).items()}
            if answer
            else {}
        )
    if item.kind == "multi":
        chosen = codes_of(answer)
        return {
            f"{item.code}.{option.code}": int(option.code in chosen) if answer else BLANK
            for option in item.options
        }
    if not isinstance(answer, str) or not answer:
        return {item.code: BLANK if item.kind == "scale" else str(BLANK)}
    return {item.code: int(answer) if item.kind == "scale" else answer}


def _tick_counts(item: Item, state: AnswerState) -> dict[str, int]:
    ticked = [code for code in codes_of(state.answers.get(item.code)) if code != NONE_OF_THESE]
    if item.declines:
        return {"ticked": len(ticked)}
    return {"ticked": len(ticked), "drawn": len(drawn_units(item, state))}


def _variables(page: Page, item: Item) -> tuple[Variable, ...]:
    options = () if item.kind == "units" else tuple((option.code, option.text) for option in item.options)
    missing = tuple(option.code for option in item.options if option.missing)
    if item.kind != "units":
        options, missing = (*options, (str(BLANK), BLANK_WORDS)), (*missing, str(BLANK))
    common = Variable(
        name=item.code,
        item=item.code,
        kind="scale",
        table="responses" if page.repeat is None else "unit_ratings",
        label=item.text,
        options=options,
        missing=missing,
        scale=item.scale,
        level=item.level,
        quasi_identifier=item.quasi_identifier,
        criterion=item.criterion,
        integrity=item.integrity,
        groups=item.groups,
    )
    if item.kind == "multi":
        return tuple(
            replace(
                common,
                name=f"{item.code}.{option.code}",
                kind="indicator",
                label={language: f"{text}: {option.text[language]}" for language, text in item.text.items()},
                options=(("0", _NO), ("1", _YES), (str(BLANK), BLANK_WORDS)),
                missing=(str(BLANK),),
            )
            for option in item.options
        )
    if item.kind == "units":
        return tuple(
            replace(
                common,
                name=name,
                kind="count",
                label={
                    language: f"{text}: {_COUNT_WORDS[name.rpartition('.')[2]][language]}"
                    for language, text in item.text.items()
                },
            )
            for name in _names(item)
        )
    kinds: dict[str, VariableKind] = {"scale": "scale", "single": "single", "area": "area"}
    return (replace(common, kind=kinds[item.kind]),) if item.kind in kinds else ()
