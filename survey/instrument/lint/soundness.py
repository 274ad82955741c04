"""Proves what can and cannot happen on the walks through an instrument, and says how sure each finding is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from survey.instrument.expression import Node
from survey.instrument.lint import logic
from survey.instrument.lint.cells import THIS, Answer
from survey.instrument.lint.checks import option_formulas
from survey.instrument.lint.model import Asked, Model
from survey.instrument.lint.places import Written, walk_in_words
from survey.instrument.problems import Level, Problem, Where, shorten

_SHOWN_OPTIONS = 5


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
            answers = [self._possible(asked.cell.guard, asked) for asked in block]
            nobody = all(answer.impossible for answer in answers)
            yield from self._section(section, block, answers, nobody=nobody)
            for asked, answer in zip(block, answers, strict=True):
                yield from self._item(asked, answer, section_is_dead=nobody)

    def _possible(self, goal: int, asked: Asked) -> Answer:
        return self.model.search.possible(goal, before=asked.before, page=asked.number)

    def _section(
        self, code: str, block: list[Asked], answers: list[Answer], *, nobody: bool
    ) -> Iterator[Problem]:
        if nobody:
            yield self._finding("section_unreachable", Where(section=code), answers[0], name=code)
        if self.written.section_has_condition(code):
            where = Where(section=code, field="show_if")
            yield from self._condition(block[0].page.shown_if, where, block[0], given=self.pool.true)

    def _item(self, asked: Asked, answer: Answer, *, section_is_dead: bool) -> Iterator[Problem]:
        item = asked.item
        where = Where(section=asked.page.section, item=item.code)
        if self.written.item_has_condition(item):
            place = Where(section=where.section, item=where.item, field="show_if")
            yield from self._condition(asked.condition, place, asked, given=asked.page_shown)
        if answer.impossible and item.required:
            yield self._finding("required_unreachable", where, answer, name=item.code)
        elif answer.impossible and not section_is_dead:
            yield self._finding("item_unreachable", where, answer, name=item.code)
        elif not answer.possible and not answer.impossible:
            yield self._finding("not_decided", where, answer, name=item.code)
        if answer.possible:
            place = Where(section=where.section, item=where.item, field="required")
            yield from self._condition(item.required_if, place, asked, given=asked.cell.guard)
            yield from self._stops(asked, where)
            yield from self._answers(asked, where)
            yield from self._options(asked, where)

    def _condition(self, node: Node | None, where: Where, asked: Asked, *, given: int) -> Iterator[Problem]:
        """A condition, and each part of it, that never or always holds where its place is reached."""
        if node is None or not self._possible(given, asked).possible:
            return
        for part in (node, *logic.parts(node)):
            whole = part is node
            formula = self.model.logic.formula(part)
            never = self._possible(self.pool.all_of((given, formula)), asked)
            if never.impossible:
                code = "condition_never_true" if whole else "part_never_true"
                yield self._of_condition(code, where, never, part)
                return
            always = self._possible(self.pool.all_of((given, self.pool.negation(formula))), asked)
            if always.impossible:
                code = "condition_always_true" if whole else "part_always_true"
                yield self._of_condition(code, where, always, part)
                return

    def _of_condition(self, code: str, where: Where, answer: Answer, part: Node) -> Problem:
        """A condition that holds nobody back is odd but harmless."""
        level: Level = "gap" if code == "condition_never_true" else "advice"
        return self._finding(code, where, answer, level=level, part=logic.written(part))

    def _stops(self, asked: Asked, where: Where) -> Iterator[Problem]:
        """A required item that no answer gets past, and a place that is the end for everybody."""
        pool, cell = self.pool, asked.cell
        stops = self.model.search.stops_at(cell)
        found = self._possible(stops, asked)
        if not found.possible:
            return
        past = pool.all_of((cell.guard, pool.negation(stops)))
        goes_on = self._possible(past, asked)
        must_end = cell.last_page is not None or self._may_end(asked)
        if goes_on.possible and not must_end:
            path = walk_in_words(found.walk)
            yield self._finding("dead_end", where, found, name=cell.name, path=path)
        elif goes_on.impossible and not must_end:
            yield self._finding("required_unanswerable", where, goes_on, name=cell.name)
        elif goes_on.impossible and self.model.asked[-1].number > asked.number:
            later = self.model.search.possible(pool.true, before=asked.before + 1, page=asked.number + 1)
            if later.impossible:
                yield self._finding("always_ends", where, later, name=cell.name)

    def _answers(self, asked: Asked, where: Where) -> Iterator[Problem]:
        """An item that may be skipped, and has to be: no answer ever passes."""
        pool, cell = self.pool, asked.cell
        values, complete = self.model.search.values_of(cell)
        if asked.item.required or cell.check == pool.true or not complete or not values:
            return
        allowed = pool.any_of(pool.bind(cell.check, THIS, value) for value in values)
        answer = self._possible(pool.all_of((cell.guard, allowed)), asked)
        if answer.impossible:
            yield self._finding("unanswerable", where, answer, name=cell.name)

    def _may_end(self, asked: Asked) -> bool:
        """Whether the item has an answer that passes and ends the interview."""
        cell = asked.cell
        ends = [v for v in self.model.search.values_of(cell)[0] if cell.is_end(v)]
        allowed = self.pool.any_of(self.pool.bind(cell.check, THIS, value) for value in ends)
        return self._possible(self.pool.all_of((cell.guard, allowed)), asked).possible

    def _options(self, asked: Asked, where: Where) -> Iterator[Problem]:
        """Options that a filter never lets through, and cases in which none is left."""
        item, cell = asked.item, asked.cell
        if item.choice_filter is None or not item.options:
            return
        offered = option_formulas(self.model.logic, item)
        if offered is None:
            yield Problem(
                code="not_decided",
                where=where,
                context={"name": item.code, "proof": "bounded(0 states)"},
                level="advice",
            )
            return
        never = 0
        for code, formula in offered.items():
            answer = self._possible(self.pool.all_of((cell.guard, formula)), asked)
            if answer.impossible and never < _SHOWN_OPTIONS:
                never += 1
                place = Where(section=where.section, item=where.item, field="options")
                yield self._finding(
                    "option_unreachable", place, answer, level="advice", name=item.code, option=code
                )
        none = self.pool.negation(self.pool.any_of(offered.values()))
        empty = self._possible(self.pool.all_of((cell.guard, cell.blank, none)), asked)
        if empty.possible:
            path = walk_in_words(empty.walk)
            yield self._finding("no_options_left", where, empty, level="advice", name=item.code, path=path)

    def _finding(
        self, code: str, where: Where, answer: Answer, *, level: Level = "gap", **context: object
    ) -> Problem:
        """A finding; what was only searched for is advice, because it is not proven."""
        shown = {name: shorten(value) for name, value in context.items()}
        return Problem(
            code=code,
            where=where,
            context={**shown, "proof": answer.proof},
            level=level if answer.proof == "exact" else "advice",
        )
