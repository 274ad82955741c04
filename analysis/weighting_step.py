"""Home of the report on one weighting step: margins and balance before and after, g-weights, the price in precision."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginCheck:
    """One category of one margin, as shares (0 to 1) of those whose category is known."""

    margin: str
    category: str
    respondents: int
    target: float
    before: float
    after: float

    @property
    def deviation(self) -> float:
        """After weighting minus target, in percentage points."""
        return 100.0 * (self.after - self.target)

    @property
    def balance(self) -> "Balance":
        """The category as a 0/1 variable."""
        return Balance(
            name=f"{self.margin}: {self.category}",
            target=self.target,
            before=self.before,
            after=self.after,
            spread=float(np.sqrt(self.target * (1.0 - self.target))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How far the weighted sample is from what it should look like, for one variable (a category counts as 0/1).

    Attributes
    ----------
    target, before, after : mean of the variable in the population or reference, and in the sample before and after.
    spread : standard deviation that differences are measured in; that of the target.
    """

    name: str
    target: float
    before: float
    after: float
    spread: float

    @property
    def asmd_before(self) -> float:
        """Absolute standardised mean difference before weighting; nan where the target does not vary."""
        return abs(self.before - self.target) / self.spread if self.spread > 0 else float("nan")

    @property
    def asmd_after(self) -> float:
        """Absolute standardised mean difference after weighting; nan where the target does not vary."""
        return abs(self.after - self.target) / self.spread if self.spread > 0 else float("nan")


QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightingStep(Result):
    """What one weighting step did. What describes the weights is computed when it is asked for.

    Attributes
    ----------
    before, after : (n,) weights before and after the step.
    checks : what computes `margins`, shares of every category before and after.
    kept : what the step promised, as a function of (n,) later weights: a status for every margin or total that
        they no longer meet. A later step is told so.
    compared : balance of variables that are no margins of this step.
    failed : names of the margins or totals that miss their target by more than the tolerance.
    """

    before: FloatArray = field(repr=False)
    after: FloatArray = field(repr=False)
    checks: Callable[[], tuple[MarginCheck, ...]] | None = field(default=None, repr=False)
    kept: Callable[[FloatArray], tuple[AnalysisWarning, ...]] | None = field(default=None, repr=False)
    compared: tuple[Balance, ...] = ()
    failed: tuple[str, ...] = ()
    iterations: int = 0
    converged: bool = True

    @property
    def margins(self) -> tuple[MarginCheck, ...]:
        """Share of every category of every margin before and after."""
        return () if self.checks is None else self.checks()

    @property
    def g_weights(self) -> FloatArray:
        """(n,) weight after the step over weight before it (1 where both are 0)."""
        held = self.before > 0
        return np.divide(self.after, self.before, out=np.ones_like(self.after), where=held)

    def g_quantiles(self, levels: tuple[float, ...] = QUANTILES) -> dict[float, float]:
        """Quantiles of the g-weights of the rows that keep a weight (linear interpolation)."""
        used = self.g_weights[self.after > 0]
        return dict(zip(levels, np.quantile(used, levels).tolist(), strict=True))

    @property
    def weight_sum(self) -> float:
        """Sum of the weights after the step."""
        return float(self.after.sum())

    @property
    def kish_deff(self) -> float:
        """n sum w^2 / (sum w)^2 over the weights above 0, after the step."""
        return int(np.count_nonzero(self.after)) * float(self.after @ self.after) / self.weight_sum**2

    @property
    def n_effective(self) -> float:
        """(sum w)^2 / sum w^2, after the step."""
        return self.weight_sum**2 / float(self.after @ self.after)

    @property
    def largest_over_mean(self) -> float:
        """Largest weight over the mean of the weights above 0, after the step."""
        return float(self.after.max()) * int(np.count_nonzero(self.after)) / self.weight_sum

    @property
    def balance(self) -> tuple[Balance, ...]:
        """Every category of every margin, and the variables compared beside them."""
        return (*(check.balance for check in self.margins), *self.compared)

    def to_rows(self) -> list[Row]:
        """One row per margin category or compared variable (`part` balance) and per number on the weights."""
        g = {f"g_q{level:g}": value for level, value in self.g_quantiles().items()}
        numbers = {
            "weight_sum": self.weight_sum,
            "kish_deff": self.kish_deff,
            "n_effective": self.n_effective,
            "largest_over_mean": self.largest_over_mean,
            **g,
        }
        rows: list[Row] = [
            {"step": self.method, "part": "weights", "name": name, "value": value}
            for name, value in numbers.items()
        ]
        return rows + [
            {
                "step": self.method,
                "part": "balance",
                "name": item.name,
                "target": item.target,
                "before": item.before,
                "after": item.after,
                "asmd_before": _known(item.asmd_before),
                "asmd_after": _known(item.asmd_after),
            }
            for item in self.balance
        ]

    def to_document(self) -> dict[str, object]:
        """A JSON-ready summary without the per-person values."""
        return {
            "method": self.method,
            "converged": self.converged,
            "iterations": self.iterations,
            "weight_sum": self.weight_sum,
            "n_effective": self.n_effective,
            "kish_deff": self.kish_deff,
            "largest_over_mean": self.largest_over_mean,
            "g_min": float(self.g_weights.min()),
            "g_max": float(self.g_weights.max()),
            "failed": list(self.failed),
            "status": [item.code for item in self.status],
            "margins": [
                {
                    "margin": check.margin,
                    "category": check.category,
                    "respondents": check.respondents,
                    "target": check.target,
                    "before": check.before,
                    "after": check.after,
                    "deviation_points": check.deviation,
                }
                for check in self.margins
            ],
        }


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
