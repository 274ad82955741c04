"""The steps of a page that is asked one item at a time: which items stand together, and which step follows which."""

from __future__ import annotations

from dataclasses import dataclass, replace

from survey.instrument.path import PageRef
from survey.instrument.program import Item, Program
from survey.instrument.shown import ShownItem, ShownPage, page_items
from survey.instrument.state import AnswerState

STEP_SEPARATOR = "!"
_ONLY_READ = frozenset({"note", "computed", "end"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a page: its name (``first_code``), and the codes of all items that stand on it."""

    code: str
    items: frozenset[str]


def steps_of(program: Program, ref: PageRef, state: AnswerState) -> tuple[Step, ...]:
    """The steps of a page as the answers stand: each question alone, with what is to be read before it.

    Parts of one sum and the cells of one row stay together, for they are one question. None off the path.
    """
    groups: list[tuple[str, list[str]]] = []
    read: list[str] = []
    for shown in page_items(program, ref, state):
        if shown.kind in _ONLY_READ:
            read.append(shown.item.code)
            continue
        bond = _bond(program, shown.item)
        if groups and groups[-1][0] == bond:
            groups[-1][1].extend([*read, shown.item.code])
        else:
            groups.append((bond, [*read, shown.item.code]))
        read = []
    if read:
        if groups:
            groups[-1][1].extend(read)
        else:
            groups.append((read[0], read))
    return tuple(
        Step(code=first_code(program, ref, frozenset(codes)), items=frozenset(codes)) for _, codes in groups
    )


def first_code(program: Program, ref: PageRef, items: frozenset[str]) -> str:
    """By which a step is known, whatever order its items are shown in: its first question, else its first text."""
    page = program.pages[program.page_numbers[ref.code, ref.unit is not None]]
    found = [item for item in page.items if item.code in items]
    asked = [item for item in found if item.kind not in _ONLY_READ]
    return next((item.code for item in (*asked, *found)), "")


def step_of(steps: tuple[Step, ...], code: str | None) -> Step | None:
    """The step on which an item stands; the first where none is named or it is not asked now."""
    return next((step for step in steps if code in step.items), steps[0] if steps else None)


def only_step(page: ShownPage, step: Step) -> ShownPage:
    """The page with one step on it. What opened it was answered before, so nothing on it waits for a script."""

    def kept(items: tuple[ShownItem, ...]) -> tuple[ShownItem, ...]:
        return tuple(each for each in items if each.item.code in step.items)

    return replace(page, items=kept(page.items), all_items=kept(page.items), together=False, known={})


def step_key(ref: PageRef, code: str) -> str:
    """The name of a step among all steps of an interview."""
    return f"{ref.key}{STEP_SEPARATOR}{code}"


def _bond(program: Program, item: Item) -> str:
    battery = program.batteries_by_code.get(item.battery or "")
    if battery is not None and battery.total is not None:
        return f"{battery.code}{STEP_SEPARATOR}"
    if battery is not None and battery.columns and item.row is not None:
        return f"{battery.code}{STEP_SEPARATOR}{item.row}"
    return item.code
