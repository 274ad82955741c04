"""Home of the report on a weighting step: margins before and after, failed margins by name, the price in precision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.weighting._cells import Cells
from analysis.weighting.errors import StepWarning
from analysis.weighting.margins import Margin
from analysis.weighting_step import Balance, MarginCheck, WeightingStep

UNDONE = 1e-6  # deviation of a share above which a later step has undone a margin


def kish_design_effect(weights: FloatArray) -> float:
    """n sum w^2 / (sum w)^2 over the weights above 0: what unequal weights alone cost.

    References
    ----------
    Kish (1965), Survey Sampling, sec. 11.7.
    """
    return int(np.count_nonzero(weights > 0)) * float(weights @ weights) / float(weights.sum()) ** 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarginTable:
    """Margins before and after a step, as sums of weights in cells.

    Attributes
    ----------
    before, after : (C,) sums of weights in cells.
    weights : (n,) starting weights; those above 0 are counted as respondents.
    """

    cells: Cells
    margins: tuple[Margin, ...]
    before: FloatArray
    after: FloatArray
    weights: FloatArray

    def missed(self, tolerance: float) -> dict[str, tuple[str, float]]:
        """The worst category of every margin that misses a target share, and by how many percentage points."""
        found = {}
        for place, margin in enumerate(self.margins):
            apart = self._shares(place, self.after) - margin.shares
            worst = int(np.abs(apart).argmax())
            if abs(apart[worst]) > tolerance:
                found[margin.name] = (margin.labels[worst], 100.0 * float(apart[worst]))
        return found

    def undone(self, weights: FloatArray) -> tuple[AnalysisWarning, ...]:
        """A status for every margin that was met and that later (n,) `weights` miss."""
        later = replace(self, after=self.cells.sums(weights))
        met = set(self.missed(UNDONE))
        return tuple(
            StepWarning(
                code="margin_undone",
                context={"name": name, "category": category, "worst": round(points, 4)},
            )
            for name, (category, points) in later.missed(UNDONE).items()
            if name not in met
        )

    def __call__(self) -> tuple[MarginCheck, ...]:
        """Share of every category before and after, among those whose category is known."""
        counts = self.cells.counts(self.weights).astype(np.float64)
        found: list[MarginCheck] = []
        for place, margin in enumerate(self.margins):
            n = self.cells.margin_sums(place, counts, size=len(margin.labels))
            old, new = self._shares(place, self.before), self._shares(place, self.after)
            found += [
                MarginCheck(
                    margin=margin.name,
                    category=label,
                    respondents=int(n[index]),
                    target=float(margin.shares[index]),
                    before=float(old[index]),
                    after=float(new[index]),
                )
                for index, label in enumerate(margin.labels)
            ]
        return tuple(found)

    def _shares(self, place: int, mass: FloatArray) -> FloatArray:
        sums = self.cells.margin_sums(place, mass, size=len(self.margins[place].labels))
        return np.asarray(sums / sums.sum())


def report(
    method: str,
    *,
    definition: str,
    before: FloatArray,
    after: FloatArray,
    table: MarginTable | None = None,
    kept: Callable[[FloatArray], tuple[AnalysisWarning, ...]] | None = None,
    compared: Sequence[Balance] = (),
    tolerance: float = 1e-9,
    iterations: int = 0,
    converged: bool = True,
    failed: Sequence[str] = (),
    status: Sequence[AnalysisWarning] = (),
) -> WeightingStep:
    """The report of the step from weights `before` to `after`, both (n,).

    `tolerance` is the deviation of a share (0 to 1) from its target above which a margin has failed.
    """
    missed = {} if table is None else table.missed(tolerance)
    warnings = list(status)
    if not converged:
        warnings.append(AnalysisWarning(code="not_converged", context={"iterations": iterations}))
    warnings += [
        AnalysisWarning(
            code="margin_failed", context={"margin": name, "category": category, "worst": round(points, 4)}
        )
        for name, (category, points) in missed.items()
    ]
    return WeightingStep(
        method=method,
        definition=definition,
        before=before,
        after=after,
        checks=table,
        kept=kept if table is None else table.undone,
        compared=tuple(compared),
        failed=(*failed, *missed),
        iterations=iterations,
        converged=converged,
        status=tuple(warnings),
    )


def balance(
    x: FloatArray,
    names: Sequence[str],
    *,
    target: FloatArray,
    spread: FloatArray,
    before: FloatArray,
    after: FloatArray,
) -> tuple[Balance, ...]:
    """Weighted means of (n, p) variables before and after against (p,) targets, in units of (p,) `spread`."""
    old, new = before @ x / before.sum(), after @ x / after.sum()
    return tuple(
        Balance(
            name=name,
            target=float(target[place]),
            before=float(old[place]),
            after=float(new[place]),
            spread=float(spread[place]),
        )
        for place, name in enumerate(names)
    )


def moments(x: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(p,) weighted means and standard deviations of (n, p) variables."""
    mean = weights @ x / weights.sum()
    square = weights @ (x - mean) ** 2 / weights.sum()
    return mean, np.sqrt(square)
