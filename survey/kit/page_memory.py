"""Home of pages that were made once and are the same for everybody who comes to them alike.

Preparing a page of questions is much of what a request costs, and most people who come to a page see the same: its
fields are empty, and nothing on it hangs on what they said. What a page hangs on is not declared but watched
(survey.instrument.watched), so it cannot be forgotten. Nothing that somebody typed, and no fact about anybody, stays
here: only pages that rest on choices from lists are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import NamedTuple

from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.offered import is_interviewer
from survey.instrument.orders import is_reversed
from survey.instrument.path import PageRef
from survey.instrument.program import Program
from survey.instrument.shown import show_page
from survey.instrument.state import AnswerState
from survey.instrument.watched import Basis, Watch
from survey.kit.page_form import PageForm, page_form

_MOST_PLACES, _MOST_EACH = 512, 8
_OPEN_FACTS = frozenset({"mode", "group", "today"})
"""Facts of an interview that say nothing about the person."""
_Place = tuple[str, str, str, str, bool]


class _Kept(NamedTuple):
    basis: Basis
    form: PageForm


_kept: OrderedDict[_Place, tuple[_Kept, ...]] = OrderedDict()


def fresh_form(
    program: Program, ref: PageRef, state: AnswerState, *, language: str, interface: str
) -> PageForm | None:
    """A page as ``page_form`` prepares it for answers as they are stored; None where it is not on the path."""
    # Half of all respondents read scales from the other end: two pages, and not one for each seed.
    turned = is_reversed(state.seed, program)
    place = (program.digest, ref.key, language, interface, turned)
    for kept in _kept.get(place, ()):
        if kept.basis.holds_for(state):
            return kept.form
    watch = Watch(state)
    shown = show_page(program, ref, watch.state)
    if shown is None:
        return None
    form = page_form(
        shown,
        language=language,
        interface=interface,
        program=program,
        is_interviewer=is_interviewer(watch.state),
    )
    basis = watch.basis()
    if basis is not None and _says_nothing(basis, program, ref):
        form = replace(form, edition=object())
        _keep(place, _Kept(basis, form))
    return form


def _keep(place: _Place, kept: _Kept) -> None:
    others = _kept.pop(place, ())
    _kept[place] = (kept, *others[: _MOST_EACH - 1])
    while len(_kept) > _MOST_PLACES:
        _kept.popitem(last=False)


def _says_nothing(basis: Basis, program: Program, ref: PageRef) -> bool:
    """Whether a page is still blank, and rests on nothing that should not outlive its request."""
    for key, value in basis.answers.items():
        place = program.places.get(key.partition(UNIT_SEPARATOR)[0])
        is_choice = place is not None and place.item.options and place.page.code != ref.code
        if value is not None and not is_choice:
            return False
    return all(value is None or key in _OPEN_FACTS for key, value in basis.context.items())
