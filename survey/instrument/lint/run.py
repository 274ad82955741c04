"""Runs the whole linter over one compiled instrument: soundness, wording, duration, walks, quotas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from survey.instrument.lint.coverage import check_pages, coverage, durations
from survey.instrument.lint.model import build_model
from survey.instrument.lint.quotas import QuotaChecker, fills
from survey.instrument.lint.report import LintReport
from survey.instrument.lint.respondent import Margins
from survey.instrument.lint.soundness import check_soundness
from survey.instrument.lint.walks import simulate
from survey.instrument.lint.wording import check_wording
from survey.instrument.problems import Problem
from survey.instrument.program import Program

DEFAULT_WALKS = 1_000
DEFAULT_SEED = 20_260_101
_USUALLY_ASSIGNED, _MOST_ASSIGNED = 3, 50


def lint(
    program: Program,
    document: Mapping[str, object],
    *,
    walks: int = DEFAULT_WALKS,
    seed: int = DEFAULT_SEED,
    margins: Margins | None = None,
) -> LintReport:
    """Everything that can be found out about an instrument before anybody has answered it.

    ``document`` is what the program was compiled from: places in it are named as the designer wrote them.
    ``walks`` interviews are simulated with ``seed``; 0 leaves them out.
    """
    model = build_model(program)
    sound: tuple[Problem, ...] = check_soundness(model, document)
    quotas = tuple(QuotaChecker(model).findings())
    sound = (*sound, *quotas)
    bounds = [str(problem.context["proof"]) for problem in sound if problem.context["proof"] != "exact"]
    found: list[Problem] = [*sound, *check_wording(program)]
    report = LintReport(
        findings=tuple(found),
        proof=bounds[0] if bounds else "exact",
        states=model.search.states,
    )
    if walks <= 0:
        return report
    tally = simulate(
        model,
        walks=walks,
        rng=Random(seed),  # noqa: S311  # walks that can be repeated, no secret
        margins=margins or {},
        assigned=_assigned(document),
    )
    walked = [
        finding
        for finding in found
        if finding.code != "not_decided" or not tally.places["item", finding.where.item or ""]
    ]
    return replace(
        report,
        findings=(*walked, *check_pages(program, tally)),
        durations=durations(program, tally),
        coverage=coverage(program, tally, seed=seed),
        quotas=fills(program, tally.quotas, tally.ends["completed"], quotas),
    )


def _assigned(document: Mapping[str, object]) -> int:
    """How many units a representative is given to appraise."""
    rules = document.get("units_per_respondent")
    number = rules.get("assigned") if isinstance(rules, Mapping) else None
    return number if isinstance(number, int) and 0 < number <= _MOST_ASSIGNED else _USUALLY_ASSIGNED
