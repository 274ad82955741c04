"""Whether quotas can be filled: each by itself, beside the others, and all together.

A person belongs to some set of quotas. Which sets can occur among those who complete the interview is found by the
solver; how many of each set can come in is then a linear programme with a whole-number right side, solved exactly in
fractions. A quota that closes (``on_full: end``) takes nobody more, also not for another quota.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from survey.instrument.lint.cells import AT_END, Answer
from survey.instrument.lint.model import Model
from survey.instrument.lint.report import QuotaFill
from survey.instrument.lint.simplex import greatest
from survey.instrument.problems import Level, Problem, Where
from survey.instrument.program import Program, Quota

# With more quotas than this their sets are taken from the simulated walks only.
_MAX_SETS = 200


class QuotaChecker:
    """The quotas of one program."""

    def __init__(self, model: Model) -> None:
        self.model, self.quotas = model, model.program.quotas
        self.goals = {quota.code: model.logic.formula(quota.where) for quota in self.quotas}

    def possible(self, goal: int) -> Answer:
        """Whether somebody who completes can make the formula true: at the very end, or at an end before it."""
        search = self.model.search
        answers = [search.possible(goal, before=len(search.cells), page=AT_END)]
        for asked in self.model.asked:
            if asked.item.kind == "end" and not asked.item.screen_out:
                formula = self.model.pool.all_of((asked.cell.guard, self._as_of(goal, asked.before)))
                answers.append(search.possible(formula, before=asked.before, page=asked.number))
        likely = [answer for answer in answers if not answer.impossible]
        return next((answer for answer in likely if answer.possible), (likely or answers)[0])

    def _as_of(self, goal: int, before: int) -> int:
        """A formula for those whose interview ends before a place: what comes later has no answer."""
        for cell in self.model.search.cells[before:]:
            goal = self.model.pool.bind(goal, cell.name, None)
        return goal

    def findings(self) -> Iterator[Problem]:
        """Quotas that nobody belongs to, that others close first, or that do not add up."""
        alive: list[Quota] = []
        for quota in self.quotas:
            answer = self.possible(self.goals[quota.code])
            if answer.possible:
                alive.append(quota)
                continue
            yield self._problem("quota_unfillable", quota, answer.proof)
        sets, proof = self._sets(alive)
        capped = False
        for quota in alive:
            reachable = _most(quota, alive, sets)
            if reachable < quota.limit:
                capped = True
                yield self._problem("quota_capped", quota, proof, limit=quota.limit, reachable=int(reachable))
        if not capped and len(alive) > 1 and not _together(alive, sets):
            yield self._problem("quotas_disagree", alive[0], proof)

    def _problem(self, code: str, quota: Quota, proof: str, **context: int) -> Problem:
        level: Level = "advice" if proof != "exact" or code == "quotas_disagree" else "gap"
        where = Where(field=f"quotas.{quota.code}")
        shown = {} if code == "quotas_disagree" else {"name": quota.code}
        return Problem(code=code, where=where, context={**shown, **context, "proof": proof}, level=level)

    def _sets(self, quotas: Sequence[Quota]) -> tuple[list[frozenset[str]], str]:
        """Every set of quotas that one person can belong to, built up quota by quota."""
        pool = self.model.pool
        found: list[tuple[frozenset[str], int]] = [(frozenset(), pool.true)]
        proof = "exact"
        for quota in quotas:
            grown: list[tuple[frozenset[str], int]] = []
            for members, goal in found:
                inside = pool.all_of((goal, self.goals[quota.code]))
                outside = pool.all_of((goal, pool.negation(self.goals[quota.code])))
                for which, formula in ((members | {quota.code}, inside), (members, outside)):
                    answer = self.possible(formula)
                    if answer.possible or not answer.impossible:
                        grown.append((which, formula))
                    if not answer.possible and not answer.impossible:
                        proof = answer.proof
            if len(grown) > _MAX_SETS:
                return [frozenset({quota.code}) for quota in quotas], f"bounded({_MAX_SETS} states)"
            found = grown
        return [members for members, _ in found], proof


def fills(
    program: Program, counted: Mapping[str, int], completes: int, problems: Sequence[Problem]
) -> tuple[QuotaFill, ...]:
    """How the quotas fill at the shares of the simulated walks."""
    found = []
    bad = {str(p.context.get("name")): p for p in problems if p.code in ("quota_unfillable", "quota_capped")}
    for quota in program.quotas:
        share = Fraction(counted.get(quota.code, 0), completes) if completes else Fraction(0)
        wrong = bad.get(quota.code)
        found.append(
            QuotaFill(
                code=quota.code,
                limit=quota.limit,
                share=round(float(share), 4),
                completes_to_fill=-(-quota.limit * share.denominator // share.numerator) if share else None,
                possible=wrong is None,
                proof=str(wrong.context["proof"]) if wrong else "exact",
            )
        )
    return tuple(found)


def _most(target: Quota, quotas: Sequence[Quota], sets: Sequence[frozenset[str]]) -> Fraction:
    """The most that can belong to a quota while no other that closes is overfilled."""
    useful = [members for members in sets if target.code in members]
    rows, limits = [], []
    for quota in quotas:
        if quota.on_full == "end" or quota is target:
            rows.append([Fraction(quota.code in members) for members in useful])
            limits.append(Fraction(quota.limit))
    return greatest([Fraction(1)] * len(useful), rows, limits)


def _together(quotas: Sequence[Quota], sets: Sequence[frozenset[str]]) -> bool:
    """Whether all quotas can be exactly full at the same time."""
    useful = [members for members in sets if members]
    rows = [[Fraction(quota.code in members) for members in useful] for quota in quotas]
    limits = [Fraction(quota.limit) for quota in quotas]
    worth = [Fraction(len(members)) for members in useful]
    # Sum of all fills; it reaches the sum of all limits only where each is full.
    return greatest(worth, rows, limits) == sum(limits)
