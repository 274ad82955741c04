"""The columns that an item yields in the dataset: names, labels, codes, and the cell of an answer in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal

from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.program import MISSING_MARK, Item, Page, Program, Words
from survey.instrument.state import Answer, codes_of
from survey.instrument.values import CANONICAL

BLANK = 97
BLANK_WORDS: Words = {"zh": "已询问，未作答", "en": "Asked, left blank"}
_YES: Words = {"zh": "选中", "en": "Chosen"}
_NO: Words = {"zh": "未选", "en": "Not chosen"}
_TRUE: Words = {"zh": "是", "en": "Yes"}
_FALSE: Words = {"zh": "否", "en": "No"}
_ANSWERED: Words = {"zh": "已作答", "en": "Answered"}
_NOT_RANKED: Words = {"zh": "未排", "en": "Not ranked"}
_STATUS: Words = {"zh": "作答状态", "en": "status"}
_COUNTS: dict[str, Words] = {
    "ticked": {"zh": "勾选的单位数", "en": "number of units ticked"},
    "drawn": {"zh": "抽中的单位数", "en": "number of units drawn"},
}
VariableKind = Literal[
    "scale",
    "single",
    "area",
    "indicator",
    "count",
    "number",
    "status",
    "rank",
    "date",
    "month",
    "year",
    "time",
    "datetime",
    "text",
]
Cell = int | float | str | None
# Never a variable: free text is cleared by two people on its own way, contacts and files have stores of their own.
_NUMERIC = frozenset({"number", "slider", "duration"})
ANSWERED = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an item. ``suffix`` is what its name adds to that of the item, ``note`` what its label adds."""

    kind: VariableKind
    cell: Callable[[Answer | None], Cell]
    suffix: str = ""
    note: Words | None = None
    options: tuple[tuple[str, Words], ...] = ()
    missing: tuple[str, ...] = ()


def columns_of(program: Program, item: Item) -> tuple[Column, ...]:
    """The columns of an item that was asked, in order; ``units`` are counted elsewhere."""
    if not is_variable(program, item):
        return ()
    return tuple(_columns(item))


def is_variable(program: Program, item: Item) -> bool:
    """Whether the item may stand in a dataset: no free text, no contact, nothing private, nothing made of these."""
    return item.code in program.publishable


def turns_of(program: Program, page: Page) -> tuple[str | None, ...]:
    """Every turn that a page of a loop may have; the one entry None for any other page."""
    if page.repeat != "loop":
        return (None,)
    loop = program.loops_by_code[page.loop or ""]
    if loop.over is not None:
        options = program.places[loop.over].item.options
        return tuple(option.code for option in options if not (option.missing or option.exclusive))
    if loop.rows is not None:
        return tuple(dict.fromkeys(item.row for item in program.members[loop.rows] if item.row is not None))
    return tuple(str(number) for number in range(1, (loop.count or loop.limit) + 1))


def width_of(item: Item) -> int:
    """How many columns an item has at most, without making them."""
    return len(item.options) if item.kind in ("multi", "ranking") else 2


def column_name(item: Item, column: Column, turn: str | None) -> str:
    """The name of a column: ``Q1``, ``Q1@edu`` in a loop, ``Q1.a`` or ``Q1@edu.a`` for one option."""
    at = "" if turn is None else f"{UNIT_SEPARATOR}{turn}"
    return f"{item.code}{at}{column.suffix}"


def blank_code(item: Item) -> str:
    """The code of "asked, left blank": 97, or -97 where an option is called that."""
    taken = str(BLANK) in item.options_by_code or (item.kind == "ranking" and len(item.options) >= BLANK)
    return str(-BLANK) if taken else str(BLANK)


def _columns(item: Item) -> Iterator[Column]:
    blank = blank_code(item)
    left = (blank, BLANK_WORDS)
    labelled = tuple((option.code, option.text) for option in item.options_by_code.values())
    reasons = tuple(option.code for option in item.options_by_code.values() if option.missing)
    if item.kind == "units":
        for name in ("ticked",) if item.declines else ("ticked", "drawn"):
            yield Column(kind="count", cell=_nothing, suffix=f".{name}", note=_COUNTS[name])
    elif item.kind == "scale":
        cell = partial(_number, int(blank))
        yield Column(kind="scale", cell=cell, options=(*labelled, left), missing=(*reasons, blank))
    elif item.kind in ("single", "area", "geopoint"):
        kind: VariableKind = "single" if item.kind == "single" else "area"
        cell = partial(_text, blank)
        yield Column(kind=kind, cell=cell, options=(*labelled, left), missing=(*reasons, blank))
    elif item.kind == "multi":
        codes: tuple[tuple[str, Words], ...] = (("0", _NO), ("1", _YES), left)
        for option in item.options_by_code.values():
            cell = partial(_chosen, int(blank), option.code)
            yield Column(
                kind="indicator",
                cell=cell,
                suffix=f".{option.code}",
                note=option.text,
                options=codes,
                missing=(blank,),
            )
    elif item.kind == "ranking":
        for option in item.options_by_code.values():
            cell = partial(_place, int(blank), option.code)
            codes = (("0", _NOT_RANKED), left)
            yield Column(
                kind="rank",
                cell=cell,
                suffix=f".{option.code}",
                note=option.text,
                options=codes,
                missing=("0", blank),
            )
    elif item.kind in _NUMERIC:
        yield Column(kind="number", cell=_measured)
        states = ((ANSWERED, _ANSWERED), *labelled, left)
        cell = partial(_status, blank)
        yield Column(
            kind="status",
            cell=cell,
            suffix=".status",
            note=_STATUS,
            options=states,
            missing=(*reasons, blank),
        )
    elif item.kind == "consent":
        codes = (("0", _FALSE), ("1", _TRUE), left)
        yield Column(kind="indicator", cell=partial(_agreed, int(blank)), options=codes, missing=(blank,))
    elif item.kind == "computed":
        yield _computed(item)
    elif item.kind in CANONICAL:
        cell = partial(_text, blank)
        yield Column(
            kind=_MOMENTS[item.kind], cell=cell, options=(*labelled, left), missing=(*reasons, blank)
        )


_MOMENTS: dict[str, VariableKind] = {
    "date": "date",
    "month": "month",
    "year": "year",
    "time": "time",
    "datetime": "datetime",
}


def _computed(item: Item) -> Column:
    if item.value == "number":
        return Column(kind="number", cell=_measured)
    if item.value == "bool":
        return Column(kind="indicator", cell=_truth, options=(("0", _FALSE), ("1", _TRUE)))
    return Column(kind="date" if item.value == "date" else "text", cell=_as_is)


def _nothing(answer: Answer | None) -> Cell:
    return None


def _as_is(answer: Answer | None) -> Cell:
    return answer if isinstance(answer, str) else None


def _number(blank: int, answer: Answer | None) -> Cell:
    return int(answer) if isinstance(answer, str) and answer else blank


def _text(blank: str, answer: Answer | None) -> Cell:
    return answer.removeprefix(MISSING_MARK) if isinstance(answer, str) and answer else blank


def _chosen(blank: int, code: str, answer: Answer | None) -> Cell:
    return int(code in codes_of(answer)) if answer else blank


def _place(blank: int, code: str, answer: Answer | None) -> Cell:
    ranked = list(codes_of(answer))
    if not ranked:
        return blank
    return ranked.index(code) + 1 if code in ranked else 0


def _measured(answer: Answer | None) -> Cell:
    if not isinstance(answer, str) or not answer or answer.startswith(MISSING_MARK):
        return None
    return float(Decimal(answer))


def _status(blank: str, answer: Answer | None) -> Cell:
    if not isinstance(answer, str) or not answer:
        return blank
    return answer[1:] if answer.startswith(MISSING_MARK) else ANSWERED


def _agreed(blank: int, answer: Answer | None) -> Cell:
    return 1 if answer else blank


def _truth(answer: Answer | None) -> Cell:
    return None if not isinstance(answer, str) else int(answer == "true")


def labelled(first: Words, *notes: Words | None, turn: Words | None = None) -> Words:
    """A label and what is added to it, in every language of the label; the turn stands in its place if it has one."""
    parts = [note for note in notes if note is not None]
    found = {}
    for language, text in first.items():
        whole = ": ".join([text, *(_in(part, language) for part in parts)])
        if turn is not None:
            name = _in(turn, language)
            whole = whole.replace("{loop}", name) if "{loop}" in whole else f"{whole}: {name}"
        found[language] = whole
    return found


def _in(words: Words, language: str) -> str:
    return (
        words.get(language)
        or words.get(language.partition("-")[0])
        or words.get("en")
        or next(iter(words.values()), "")
    )


def clashes(names: Iterable[str], taken: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names that are taken, or that differ from another in upper and lower case only: a table takes them as one."""
    seen = {name.casefold(): name for name in taken}
    for name in names:
        folded = name.casefold()
        if folded in seen:
            yield name, seen[folded]
        seen.setdefault(folded, name)
