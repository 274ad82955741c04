"""Proves what can and cannot happen on the walks through an instrument, and says how sure each finding is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from survey.instrument.expression import Node
from survey.instrument.lint import logic
from survey.instrument.lint.checks import has_room
from survey.instrument.lint.model import Asked, Model
from survey.instrument.lint.places import Written, walk_in_words
from survey.instrument.lint.search import THIS, Answer
from survey.instrument.problems import Level, Problem, Where, shorten


def check_soundness(model: Model, document: Mapping[str, object]) -> tuple[Problem, ...]:
    """Everything that nobody can come to, that holds nobody back, or that nobody can get past."""
    checker = _Checker(model, Written(document))
    return tuple(checker.findings())


class _Checker:
    """The questions put to the solver, place by place."""

    def __init__(self, model: Model, written: Written) -> None:
        self.model, self.pool, self.written = model, model.pool, written

    def findings(self) -> Iterator[Problem]:
        """All findings in the order of the instrument."""
        blocks = groupby(self.model.asked, key=lambda asked: (asked.page.section, asked.page.repeat))
        for (section, _), members in blocks:
            block = list(members)
            shown = [self._possible(asked.cell.guard, asked) for asked in block]
            yield from self._section(section, block, unreachable=not any(a.possible for a in shown))
            nobody = all(answer.impossible for answer in shown)
            for asked, answer in zip(block, shown, strict=True):
                yield from self._item(asked, answer, section_is_dead=nobody)

    def _possible(self, goal: int, asked: Asked) -> Answer:
        return self.model.search.possible(goal, before=asked.before, page=asked.number)

    def _section(self, code: str, block: list[Asked], *, unreachable: bool) -> Iterator[Problem]:
        first = block[0]
        where = Where(section=code)
        if unreachable:
            answer = self._possible(self.pool.any_of(asked.cell.guard for asked in block), block[-1])
            if answer.impossible or not answer.possible:
                yield self._finding("section_unreachable", where, answer, name=code)
        if self.written.section_has_condition(code):
            place = Where(section=code, field="show_if")
            node = self.written.condition_of_section(first.page)
            yield from self._condition(node, place, first, given=self.pool.true)

    def _item(self, asked: Asked, answer: Answer, *, section_is_dead: bool) -> Iterator[Problem]:
        item = asked.item
        where = Where(section=asked.page.section, item=item.code)
        if not answer.possible:
            if item.required:
                yield self._finding("required_unreachable", where, answer, name=item.code)
            elif not section_is_dead:
                yield self._finding("item_unreachable", where, answer, name=item.code)
        if self.written.item_has_condition(item) and not section_is_dead:
            place = Where(section=where.section, item=where.item, field="show_if")
            yield from self._condition(asked.condition, place, asked, given=asked.page_shown)
        if answer.possible:
            yield from self._stops(asked, where)

    def _condition(self, node: Node | None, where: Where, asked: Asked, *, given: int) -> Iterator[Problem]:
        """A condition, and each part of it, that never or always holds where its place is reached."""
        if node is None or not self._possible(given, asked).possible:
            return
        for part in (node, *logic.parts(node)):
            whole = part is node
            formula = self.model.logic.formula(part)
            never = self._possible(self.pool.all_of((given, formula)), asked)
            if not never.possible:
                code = "condition_never_true" if whole else "part_never_true"
                yield self._finding(code, where, never, part=logic.written(part))
                return
            always = self._possible(self.pool.all_of((given, self.pool.negation(formula))), asked)
            if always.impossible:
                code = "condition_always_true" if whole else "part_always_true"
                yield self._finding(code, where, always, level="advice", part=logic.written(part))
                return

    def _stops(self, asked: Asked, where: Where) -> Iterator[Problem]:
        """A required item that no answer gets past, and an item whose every answer is the end."""
        search, cell = self.model.search, asked.cell
        if cell.domain is None or cell.computed is not None:
            if cell.last_page is not None:
                yield from self._after(asked, where)
            return
        values, complete = search.values_of(cell)
        allowed = self.pool.any_of(self.pool.bind(cell.check, THIS, value) for value in values)
        room = has_room(self.model.logic, asked.item)
        if room is not None:
            allowed, complete = room, True
        stuck = self.pool.all_of((cell.guard, self.pool.negation(cell.blank), self.pool.negation(allowed)))
        found = self._possible(stuck, asked)
        if found.possible and not complete:
            found = replace(found, exact=False, sure=False)
        if found.possible:
            free = self._possible(
                self.pool.all_of((cell.guard, self.pool.any_of((cell.blank, allowed)))), asked
            )
            if free.possible:
                path = walk_in_words(found.walk)
                yield self._finding("dead_end", where, found, name=cell.name, path=path)
            else:
                yield self._finding("required_unanswerable", where, free, name=cell.name)
        elif cell.ends and not search.may_go_on(cell):
            yield from self._after(asked, where)

    def _after(self, asked: Asked, where: Where) -> Iterator[Problem]:
        """An item after which nobody comes any further, though something follows."""
        following = self.model.asked[-1].number
        later = self.model.search.possible(self.pool.true, before=asked.before + 1, page=asked.number + 1)
        if later.impossible and following > asked.number:
            yield self._finding("always_ends", where, later, name=asked.cell.name)

    def _finding(
        self, code: str, where: Where, answer: Answer, *, level: Level = "gap", **context: object
    ) -> Problem:
        """A finding; what was only searched for is advice, because it is not proven."""
        shown = {name: shorten(value) for name, value in context.items()}
        sure = answer.proof == "exact"
        return Problem(
            code=code,
            where=where,
            context={**shown, "proof": answer.proof},
            level=level if sure else "advice",
        )
