"""A simulated respondent: gives some answer to any item, at random but by given margins.

Assumptions: what has no margin is chosen evenly; codes for "don't know" and the like at a fifth of that, answers
that end the interview at a tenth (they are rare among those who were drawn, and walks should get further); an item
that may be skipped is left blank in one of twenty cases. Open answers come from the values that conditions and
bounds can tell apart, so that both sides of a bound are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from random import Random

from survey.instrument.answers import AnswerReader
from survey.instrument.computing import breaks_constraint, is_required
from survey.instrument.lint import logic
from survey.instrument.lint.domains import SAMPLE_TEXTS
from survey.instrument.lint.search import Search
from survey.instrument.offered import offered_options
from survey.instrument.path import PageRef, Reach
from survey.instrument.problems import Findings, Where
from survey.instrument.program import Item, Option, Program
from survey.instrument.state import Answer, AnswerState

Margins = Mapping[str, Mapping[str, float]]

_BLANK = 0.05
_MISSING_WEIGHT = 0.2
_ENDING_WEIGHT = 0.1
_TICK = 0.35
_EXCLUSIVE = 0.1
_TRIES = 40
_INSIDE = 0.5
_UNANSWERED = frozenset({"note", "computed", "end"})


class Respondent:
    """Answers items of one program."""

    def __init__(
        self,
        program: Program,
        *,
        rng: Random,
        margins: Margins,
        search: Search,
        assigned: int = 3,
        eager: bool = False,
    ) -> None:
        self.program, self.rng, self.margins, self.eager = program, rng, margins, eager
        self._search, self._assigned = search, assigned
        self._values = {cell.name: search.all_values(cell) for cell in search.cells}

    def eagerly(self) -> Respondent:
        """The same, but ticking everything and skipping nothing."""
        return Respondent(
            self.program,
            rng=self.rng,
            margins={},
            search=self._search,
            assigned=self._assigned,
            eager=True,
        )

    def context(self) -> dict[str, Answer]:
        """What is known about the case before the first answer."""
        facts: dict[str, Answer] = {}
        for name, codes in (("mode", self.program.modes), ("group", self.program.evaluator_groups)):
            if codes:
                facts[name] = self._one(name, [(code, 1.0) for code in codes])
        for known in self.program.context_fields:
            values = known.codes or self._values.get(logic.CONTEXT + known.name, ())
            plain = [(code, 1.0) for code in values if isinstance(code, str)]
            if plain:
                facts[known.name] = self._one(known.name, plain)
        days = [day for day in self._values.get(logic.TODAY, ()) if isinstance(day, str)]
        if days:
            facts["today"] = days[len(days) // 2]
        if self.program.declining or any(page.repeat == "assigned_unit" for page in self.program.pages):
            units = [unit.code for unit in self.program.units]
            facts["assigned_units"] = self.rng.sample(units, min(self._assigned, len(units)))
        return facts

    def answer(self, item: Item, ref: PageRef, state: AnswerState) -> tuple[Answer | None, bool]:
        """An answer that passes the item's checks, or None; False if there is none though one is required."""
        if item.kind in _UNANSWERED:
            return None, True
        if item.read_only:
            return (list(item.default) if isinstance(item.default, tuple) else item.default), True
        required = item.required or (
            item.required_if is not None and is_required(Reach(self.program, state), item, ref.unit)
        )
        if not required and not self.eager and self.rng.random() < _BLANK:
            return None, True
        if is_plain(item):
            answer = self._draw(item, state)
            return answer, answer is not None or not required
        for answer in self._ways(item, state):
            if self._passes(item, answer, ref, state):
                return answer, True
        # A text of some form exists even where none of the samples has it.
        return None, not required or item.kind == "text"

    def _ways(self, item: Item, state: AnswerState) -> Iterator[Answer]:
        """Answers to try, one after the other."""
        if item.kind == "text":
            texts = [value for value in self._values.get(item.code, ()) if isinstance(value, str)]
            yield from self.rng.sample(texts, len(texts))
            yield from SAMPLE_TEXTS
            return
        for _ in range(_TRIES):
            answer = self._draw(item, state)
            if answer is None:
                return
            yield answer

    def _passes(self, item: Item, answer: Answer, ref: PageRef, state: AnswerState) -> bool:
        findings = Findings()
        values = [answer] if isinstance(answer, str) else answer
        reach = Reach(self.program, state)
        read = AnswerReader(reach, ref.unit, findings).read(item, values, Where(item=item.code))
        if read is None or findings.has_errors:
            return False
        return item.soft or not breaks_constraint(reach, item, ref.unit, read)

    def _draw(self, item: Item, state: AnswerState) -> Answer | None:
        if item.kind in ("single", "scale"):
            return self._single(item, offered_options(self.program, item, state))
        if item.kind in ("multi", "units"):
            return self._several(item, offered_options(self.program, item, state))
        if item.kind == "ranking":
            return self._ranked(item, offered_options(self.program, item, state))
        if item.kind == "area":
            codes = list(self.program.area_codes.get(item.level or "", ()))
            weights = self.margins.get(item.code, {})
            return (
                self._one(item.code, [(code, 1.0) for code in codes]) if weights else self.rng.choice(codes)
            )
        return self._open(item)

    def _open(self, item: Item) -> Answer | None:
        """A number in the middle of its range half of the time, else one of the values that matter."""
        bounded = item.value_type == "number" and item.low is not None and item.high is not None
        if bounded and item.low and item.high and self.rng.random() < _INSIDE:
            low, high = Decimal(item.low), Decimal(item.high)
            step = Decimal(item.step or 1)
            return format(
                (low + step * int(self.rng.random() * float((high - low) / step + 1))).normalize(), "f"
            )
        values = self._values.get(item.code, ())
        if not values:
            return None
        value = self.rng.choice(values)
        return list(value) if isinstance(value, tuple) else value

    def _single(self, item: Item, options: Sequence[Option]) -> str | None:
        ways = [(option.code, self._weight(option)) for option in options]
        return self._one(item.code, ways) if ways else None

    def _weight(self, option: Option) -> float:
        if option.screen_out:
            return _ENDING_WEIGHT
        return _MISSING_WEIGHT if option.missing else 1.0

    def _one(self, name: str, ways: Sequence[tuple[str, float]]) -> str:
        shares = self.margins.get(name)
        codes = [code for code, _ in ways]
        weights = [shares.get(code, 0.0) if shares else weight for code, weight in ways]
        if not any(weights):
            return self.rng.choice(codes)
        return self.rng.choices(codes, weights)[0]

    def _several(self, item: Item, options: Sequence[Option]) -> list[str] | None:
        free = [o.code for o in options if not o.exclusive and not o.screen_out]
        alone = [o.code for o in options if o.exclusive or o.screen_out]
        if alone and (not free or (not self.eager and self.rng.random() < _EXCLUSIVE)):
            return [self.rng.choice(alone)]
        if not free:
            return None
        shares = self.margins.get(item.code, {})
        chosen = [code for code in free if self.eager or self.rng.random() < shares.get(code, _TICK)] or [
            self.rng.choice(free)
        ]
        low, high = item.min_choices or 1, item.max_choices or len(free)
        rest = [code for code in free if code not in chosen]
        self.rng.shuffle(rest)
        chosen = [*chosen, *rest[: max(0, low - len(chosen))]]
        kept = set(chosen if len(chosen) <= high else self.rng.sample(chosen, high))
        return [code for code in free if code in kept]

    def _ranked(self, item: Item, options: Sequence[Option]) -> list[str] | None:
        codes = [option.code for option in options]
        if not codes:
            return None
        high = min(item.max_choices or len(codes), len(codes))
        low = min(max(item.min_choices or 1, 1), high)
        return self.rng.sample(codes, self.rng.randint(low, high))


def is_plain(item: Item) -> bool:
    """Whether every answer drawn for the item is sure to pass its checks."""
    checked = (item.constraint, item.choice_filter, item.low_from, item.high_from, item.pattern, item.format)
    return all(part is None for part in checked) and not item.declines
