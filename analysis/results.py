"""Home of the frozen results: what all results carry, estimates with influence values, the report of a weighting step."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis import _check, _intervals
from analysis._types import FloatArray, Interval
from analysis.errors import AnalysisWarning

VERSION = "0.1.0"
"""Version of the library, as every result carries it; a test holds it equal to the project's."""

Row = dict[str, float | int | str | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """What every result of the library carries, so that a number can be traced to how it was made.

    Attributes
    ----------
    method : estimator and variance method, in words.
    definition : id of the definition in the handbook (`docs/methods/`), e.g. "alpha.weighted".
    version : of the library that computed it.
    seed : of the random draws, None where nothing was drawn.
    status : what a reader must know; empty where there is nothing to say. Nothing is ever printed instead.
    """

    method: str
    definition: str = ""
    version: str = VERSION
    seed: int | None = None
    status: tuple[AnalysisWarning, ...] = ()

    def to_rows(self) -> list[Row]:
        """Tidy rows, one per number; every result says how it becomes rows."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        from analysis._display import table

        return table(self.to_rows())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """A design-based estimate.

    Attributes
    ----------
    value, se : the estimate and its linearised standard error, in the unit of the variable.
    df : degrees of freedom of the design (PSUs minus strata), also for a domain.
    n : respondents with a valid value inside the domain and a weight above 0.
    n_effective : Kish effective size of those weights, (sum w)^2 / sum w^2.
    deff : variance over that of a simple random sample of n without replacement (nan if undefined).
    weight_sum : sum of the weights of those n.
    method : estimator and variance method.
    interval : how `ci` is made.
    influence : (n of the design,) weight times linearised value, before the calibration residuals;
        `BoundDesign.covariance` of stacked influences gives the covariance of estimates.
    status : what a reader must know about this number.
    """

    value: float
    se: float
    df: float
    n: int
    n_effective: float
    deff: float
    weight_sum: float
    method: str
    interval: Interval = Interval.T
    influence: FloatArray | None = field(default=None, repr=False)
    status: tuple[AnalysisWarning, ...] = ()

    def ci(self, level: float = 0.95) -> tuple[float, float]:
        """Lower and upper limit at confidence `level`, by the estimate's `interval`."""
        basis = _intervals.Basis(
            value=self.value, se=self.se, df=self.df, n=self.n, n_effective=self.n_effective
        )
        return _intervals.bounds(self.interval, basis, level=_check.confidence(level))

    @property
    def kish_deff(self) -> float:
        """Design effect of the weights alone, n / n_effective = 1 + cv^2 of the weights."""
        return self.n / self.n_effective

    def to_row(self, level: float = 0.95) -> Row:
        """A flat row for tables and files; numbers that do not exist are None."""
        low, high = self.ci(level)
        row: Row = {
            "estimate": _known(self.value),
            "se": _known(self.se),
            "ci_low": _known(low),
            "ci_high": _known(high),
            "df": _known(self.df),
            "n": self.n,
            "n_effective": _known(self.n_effective),
            "deff": _known(self.deff),
            "weight_sum": _known(self.weight_sum),
            "method": self.method,
            "interval": self.interval.value,
            "status": ";".join(item.code for item in self.status),
        }
        return row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HypothesisTest(Result):
    """A test of one hypothesis.

    Attributes
    ----------
    statistic, statistic_name : the number that is compared with its reference distribution: "F", "chi2", "t", "z".
    df : its degrees of freedom: (k,), or numerator and denominator.
    p : the p value; nan where the test does not exist, with the reason in `status`.
    n : respondents that entered.
    estimate : the estimate that is tested against `null`, where there is a single one.
    details : further numbers by name, e.g. the uncorrected statistic.
    """

    statistic: float
    statistic_name: str
    df: tuple[float, ...]
    p: float
    n: int
    estimate: Estimate | None = field(default=None, repr=False)
    null: float = 0.0
    details: Mapping[str, float] = field(default_factory=dict)

    def to_rows(self) -> list[Row]:
        """One row; numbers that do not exist are None."""
        row: Row = {
            "statistic_name": self.statistic_name,
            "statistic": _known(self.statistic),
            "df": _known(self.df[0]),
            "ddf": _known(self.df[1]) if len(self.df) > 1 else None,
            "p": _known(self.p),
            "n": self.n,
        }
        if self.estimate is not None:
            low, high = self.estimate.ci()
            row |= {
                "estimate": _known(self.estimate.value),
                "se": _known(self.estimate.se),
                "ci_low": _known(low),
                "ci_high": _known(high),
            }
        row |= {name: _known(value) for name, value in self.details.items()}
        return [row | {"method": self.method, "status": ";".join(item.code for item in self.status)}]


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


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
    margins : shares of every category before and after.
    compared : balance of variables that are no margins of this step.
    failed : names of the margins or totals that miss their target by more than the tolerance.
    """

    before: FloatArray = field(repr=False)
    after: FloatArray = field(repr=False)
    margins: tuple[MarginCheck, ...] = ()
    compared: tuple[Balance, ...] = ()
    failed: tuple[str, ...] = ()
    iterations: int = 0
    converged: bool = True

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
