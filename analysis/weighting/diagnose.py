"""Home of the report on a weighting step: margins before and after, g-weights, the price in precision."""

from collections.abc import Sequence

import numpy as np

from analysis._sums import group_sums
from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.weighting.margins import Margin
from analysis.weighting_step import MarginCheck, WeightingStep


def kish_design_effect(weights: FloatArray) -> float:
    """n sum w^2 / (sum w)^2 over the weights above 0: what unequal weights alone cost.

    References
    ----------
    Kish (1965), Survey Sampling, sec. 11.7.
    """
    used = weights[weights > 0]
    return float(used.shape[0] * (used @ used) / used.sum() ** 2)


def report(
    method: str,
    *,
    definition: str = "",
    before: FloatArray,
    after: FloatArray,
    margins: Sequence[Margin] = (),
    tolerance: float = 1e-9,
    iterations: int = 0,
    converged: bool = True,
    failed: Sequence[str] = (),
    status: Sequence[AnalysisWarning] = (),
) -> WeightingStep:
    """The report of the step from weights `before` to `after`, both (n,).

    `tolerance` is the deviation of a share (0 to 1) from its target above which a margin has failed.
    """
    checks = tuple(check for margin in margins for check in margin_checks(margin, before=before, after=after))
    missed = _missed(checks, tolerance=tolerance)
    warnings = list(status)
    if not converged:
        warnings.append(AnalysisWarning(code="not_converged", context={"iterations": iterations}))
    warnings += [
        AnalysisWarning(
            code="margin_failed",
            context={"margin": name, "category": worst.category, "worst": round(worst.deviation, 4)},
        )
        for name, worst in missed.items()
    ]
    return WeightingStep(
        method=method,
        definition=definition,
        before=before,
        after=after,
        margins=checks,
        failed=(*failed, *missed),
        iterations=iterations,
        converged=converged,
        status=tuple(warnings),
    )


def margin_checks(margin: Margin, *, before: FloatArray, after: FloatArray) -> tuple[MarginCheck, ...]:
    """Share of every category before and after, among the respondents whose category is known."""
    code, size = margin.codes + 1, len(margin.labels) + 1  # place 0 collects the unknown
    n = np.bincount(code, minlength=size)[1:]
    old = group_sums(code, before, size=size)[1:]
    new = group_sums(code, after, size=size)[1:]
    old, new, shares = old / old.sum(), new / new.sum(), margin.shares
    return tuple(
        MarginCheck(
            margin=margin.name,
            category=label,
            respondents=int(n[index]),
            target=float(shares[index]),
            before=float(old[index]),
            after=float(new[index]),
        )
        for index, label in enumerate(margin.labels)
    )


def _missed(checks: Sequence[MarginCheck], *, tolerance: float) -> dict[str, MarginCheck]:
    """The worst category of every margin that misses its target."""
    worst: dict[str, MarginCheck] = {}
    for check in checks:
        if abs(check.deviation) > 100.0 * tolerance:
            held = worst.get(check.margin)
            if held is None or abs(check.deviation) > abs(held.deviation):
                worst[check.margin] = check
    return worst
