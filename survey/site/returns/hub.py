"""The overview of a firm's return: how far each section is, who was asked to fill it in, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import flask
from flask.typing import ResponseReturnValue

from survey import clock
from survey.collect import returns
from survey.collect.returns import Share
from survey.collect.sections import Section, Standing, deciding, sections_of
from survey.errors import NotFound
from survey.instrument.path import PageRef, find_path
from survey.kit import guard
from survey.kit.own_transaction import reading
from survey.site.answer import going_on, respondent
from survey.site.answer.respondent import Mine


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A return with its sections, and what was handed out of it, as of today."""

    mine: Mine
    sections: tuple[Section, ...]
    shares: tuple[Share, ...]
    today: date

    @property
    def over(self) -> frozenset[bytes]:
        """The links whose last day has passed."""
        return frozenset(share.id for share in self.shares if share.is_over(self.today))

    def asked(self, section: Section) -> list[Share]:
        """Who was asked to fill in a section, and still can."""
        return [s for s in self.shares if section.code in s.sections and s.id not in self.over]

    @cached_property
    def left(self) -> tuple[Section, ...]:
        """What the holder has still to fill in: sections that are not complete and that nobody was asked for."""
        return tuple(s for s in self.sections if s.standing is not Standing.COMPLETE and not self.asked(s))

    @cached_property
    def waiting(self) -> tuple[Share, ...]:
        """Parts that have not been handed back."""
        return tuple(s for s in self.shares if not s.is_done and s.id not in self.over)

    @cached_property
    def first(self) -> tuple[Section, ...]:
        """Sections that should come first, because they decide what is asked elsewhere, and are not complete."""
        codes = deciding(self.mine.program)
        return tuple(s for s in self.sections if s.code in codes and s.standing is not Standing.COMPLETE)


def overview(wave: str) -> Overview:
    """The return that this browser holds. Raises NotFound where it is none of a firm, Forbidden for a part of one."""
    with reading() as session:
        mine = respondent.find_mine(wave, session)
        if not mine.is_shared:
            raise no_return()
        shares = returns.of_draft(session, mine.draft)
        today = clock.today(session, mine.wave.zone)
    return Overview(
        mine=mine,
        sections=sections_of(mine.program, mine.draft.document),
        shares=shares,
        today=today,
    )


def hub(wave: str) -> ResponseReturnValue:
    """All sections, and the one that comes next."""
    found = overview(wave)
    if _is_screened_out(found.mine):
        return flask.redirect(going_on.url(wave, going_on.END), code=303)
    return flask.render_template("site/returns/hub.html", wave=found.mine.wave, overview=found)


def next_page(wave: str) -> ResponseReturnValue:
    """On to the next page of one's own: of the sections nobody else was asked for, or of the part one was given."""
    with reading() as session:
        part = None if respondent.find_draft(wave, session) else respondent.find_part(wave, session)
    if part is not None:
        sections = sections_of(part.program, part.draft.document)
        refs = [_to_do(s) for s in sections if part.admits(s.go_on)]
        place = next((ref.key for ref in refs if ref is not None), None)
        target = going_on.url(wave, place) if place else flask.url_for("returns.part", wave=wave)
        return flask.redirect(target, code=303)
    found = overview(wave)
    refs = [_to_do(section) for section in found.left]
    place = next((ref.key for ref in refs if ref is not None), None)
    if place is None:
        place = going_on.HUB if found.left or found.waiting else going_on.REVIEW
    return flask.redirect(going_on.url(wave, place), code=303)


def no_return() -> NotFound:
    """The interview is no return of a firm."""
    return NotFound(
        "no_return",
        zh="这份问卷由一个人填写，没有分工页面。",
        en="This questionnaire is filled in by one person; there is nothing to share out.",
    )


def _to_do(section: Section) -> PageRef | None:
    """The page of a section that was not sent in full; one with errors is led to from the overview."""
    return section.go_on if section.standing in (Standing.NOT_BEGUN, Standing.UNDER_WAY) else None


def _is_screened_out(mine: Mine) -> bool:
    return find_path(mine.program, mine.draft.document.state).screened_out is not None


def register(blueprint: flask.Blueprint) -> None:
    """The addresses of this module."""
    blueprint.get("/answer/<wave>/return", endpoint="hub")(guard.granted(hub))
    blueprint.get("/answer/<wave>/return/next")(guard.granted(next_page))
