"""A page that is kept is the page that would have been made, and holds nothing of whom it was made for."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from admin.content.load import compile_all, load_content
from survey.instrument.offered import is_interviewer
from survey.instrument.path import Reach, find_path
from survey.instrument.program import Item, Program
from survey.instrument.shown import show_page
from survey.instrument.state import Answer, AnswerState, answer_key
from survey.kit import page_memory
from survey.kit.page_form import page_form
from tests.survey.instrument import every_type

WORDS = "somebody's own words"
PROGRAMS = {
    **compile_all(load_content()),
    "every_type": every_type.program(),
}


def _answer(item: Item, chance: random.Random) -> Answer | None:
    codes = [option.code for option in item.options]
    if item.kind in ("multi", "units"):
        return sorted(chance.sample(codes, chance.randint(1, min(3, len(codes)))))
    if codes:
        return chance.choice(codes)
    return str(chance.randint(1, 90)) if item.kind == "number" else WORDS if item.kind == "text" else None


def _interviews(program: Program, n: int) -> Iterator[AnswerState]:
    """States of interviews under way: some of the pages answered, in the order of the path."""
    for number in range(n):
        chance = random.Random(number)
        context: dict[str, Answer] = {"mode": chance.choice(["web", "cati"]), "group": "residents"}
        state = AnswerState(answers={}, context=context, seed=number)
        for _ in range(chance.randint(0, 12)):
            blank = [
                (ref, items)
                for ref, _, items in Reach(program, state).walk()
                if all(answer_key(item.code, ref.unit) not in state.answers for item in items)
            ]
            if not blank:
                break
            ref, items = blank[0]
            found = {answer_key(item.code, ref.unit): _answer(item, chance) for item in items}
            state = state.merged({key: value for key, value in found.items() if value is not None})
        yield state


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_kept_pages_are_the_pages_that_would_be_made(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = PROGRAMS[name]
    monkeypatch.setattr(page_memory, "_kept", type(page_memory._kept)())
    for state in _interviews(program, 40):
        for ref in find_path(program, state).pages:
            language = "en" if state.seed % 3 else "zh"
            shown = show_page(program, ref, state)
            assert shown is not None
            made = page_form(
                shown,
                language=language,
                interface="zh",
                program=program,
                is_interviewer=is_interviewer(state),
            )
            assert page_memory.fresh_form(program, ref, state, language=language, interface="zh") == made
    assert WORDS not in repr(page_memory._kept)


def test_pages_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    program = every_type.made(
        "{id: A, type: single, text: {zh: 甲, en: One}, options: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}]}",
        "{id: B, type: text, text: {zh: 乙, en: Two}}",
    )
    monkeypatch.setattr(page_memory, "_kept", type(page_memory._kept)())
    (ref,) = find_path(program, AnswerState()).pages

    def form(**answers: Answer) -> object:
        state = AnswerState(answers=answers, seed=1)
        return page_memory.fresh_form(program, ref, state, language="zh", interface="zh")

    blank = form()
    assert form() is blank
    assert form(A="a") is not blank
    assert form(B=WORDS) is not form(B=WORDS)
    assert form() is blank


def test_an_order_of_ones_own_is_kept_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    options = ", ".join(f"{{code: o{n}, zh: 项{n}, en: Item {n}}}" for n in range(8))
    program = every_type.made(
        f"{{id: A, type: single, order: random, text: {{zh: 甲, en: A}}, options: [{options}]}}"
    )
    monkeypatch.setattr(page_memory, "_kept", type(page_memory._kept)())
    (ref,) = find_path(program, AnswerState()).pages
    orders = set()
    for seed in range(12):
        form = page_memory.fresh_form(program, ref, AnswerState(seed=seed), language="zh", interface="zh")
        assert form is not None
        orders.add(tuple(choice.code for _, choices in form.asked[0].blocks for choice in choices))
    assert len(orders) > 6
    assert not page_memory._kept
