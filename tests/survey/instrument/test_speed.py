"""A large instrument compiles at once, and its pages cost no more than those of a small one."""

from __future__ import annotations

import time

from survey.instrument.compile import compile_instrument
from survey.instrument.path import find_path
from survey.instrument.shown import show_page
from survey.instrument.state import AnswerState
from tests.bench.instruments import COMPILE_LIMIT, PAGE_LIMIT, SCALES, document


def test_a_thousand_items_compile_in_a_second_and_a_page_of_them_is_shown_in_no_time() -> None:
    raw = document()
    begin = time.process_time()  # of this process alone: the machine is shared
    program = compile_instrument(raw, scales=SCALES, modules={}, units=(), areas=()).program
    compiled = time.process_time()
    assert program
    assert sum(len(page.items) for page in program.pages) == 1000
    state = AnswerState(answers={"q0_0": "o1"})
    ref = find_path(program, state).pages[1]
    shown = time.process_time()
    for _ in range(5):
        find_path(program, state)
        assert show_page(program, ref, state)
    each = (time.process_time() - shown) / 5
    assert compiled - begin < COMPILE_LIMIT
    assert each < PAGE_LIMIT
