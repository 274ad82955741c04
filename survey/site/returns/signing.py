"""The sign-off of a firm's return: what is in it, what is open, and the declaration of whoever holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey import clock
from survey.collect import returns
from survey.collect.sections import Standing, sections_of
from survey.collect.signing import NAME_CHARS, Function
from survey.collect.signing import signed as with_signature
from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.piping import piped_names
from survey.instrument.problems import Problem
from survey.instrument.program import Words
from survey.kit import language
from survey.kit.own_transaction import own_transaction
from survey.models.wave import Anonymity
from survey.site.answer import going_on
from survey.site.answer.respondent import Mine
from survey.site.returns.hub import Overview
from survey.text import UnfitText, one_line

Refused = tuple[str, str]
"""Where it leads to, and what is wrong."""


def signed(mine: Mine, form: Mapping[str, str]) -> tuple[Mine, tuple[Refused, ...]]:
    """The return with its declaration, or what of the declaration is missing."""
    refused: list[Refused] = []
    function = next((each for each in Function if each.value == form.get("function")), None)
    name = _name(form.get("name", "")) if asks_name(mine) else None
    if form.get("declared") != "yes":
        refused.append(("declared", _("Confirm the declaration. Without it the return cannot be handed in.")))
    if function is None:
        refused.append((f"function-{Function.DIRECTOR.value}", _("Choose your function in the firm.")))
    if asks_name(mine) and name is None:
        refused.append(("name", _("Write your name. In this survey returns are signed by name.")))
    if function is None or refused:
        return mine, tuple(refused)
    return replace(mine, draft=with_signature(mine.draft, function=function, name=name)), ()


def page(mine: Mine, *, refused: Sequence[Refused] = ()) -> ResponseReturnValue:
    """The last look: every section, every open problem, and the declaration."""
    with own_transaction(reads_only=True) as session:
        shares = returns.of_draft(session, mine.draft)
        today = clock.today(session, mine.wave.zone)
    sections = sections_of(mine.program, mine.draft.document)
    found = Overview(mine=mine, sections=sections, shares=shares, today=today)
    here = language.current()
    open_problems = [
        (_place(mine, problem), problem.message(here), section, _question(mine, problem))
        for section in sections
        for problem in section.problems
    ]
    return flask.render_template(
        "site/returns/sign.html",
        wave=mine.wave,
        overview=found,
        open_problems=open_problems,
        blank=[section for section in sections if section.standing is Standing.NOT_BEGUN],
        refused=refused,
        functions=tuple(Function),
        asks_name=asks_name(mine),
        name_chars=NAME_CHARS,
    )


def asks_name(mine: Mine) -> bool:
    """Whether returns of this wave are signed by name: only where people agreed to be identified."""
    return mine.wave.anonymity == Anonymity.IDENTIFIED.value


def _place(mine: Mine, problem: Problem) -> str:
    return f"{going_on.url(mine.wave.public_id, problem.where.section or '')}#i-{problem.where.item}"


def _question(mine: Mine, problem: Problem) -> Words:
    """The words of the item that a problem is about; none where they say earlier answers, which stay on their page."""
    place = mine.program.places.get((problem.where.item or "").partition(UNIT_SEPARATOR)[0])
    return {} if place is None or piped_names([place.item.text]) else place.item.text


def _name(text: str) -> str | None:
    try:
        found = one_line(text)
    except UnfitText:
        return None
    return found if 0 < len(found) <= NAME_CHARS else None
