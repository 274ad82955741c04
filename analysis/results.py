"""Home of the frozen results: what all results carry, and estimates with influence values."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis import _check, _intervals
from analysis._types import FloatArray, Interval
from analysis.errors import AnalysisWarning

VERSION = "0.1.0"
"""Version of the library, as every result carries it; a test holds it equal to the project's."""

Row = dict[str, float | int | str | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result(ABC):
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

    @abstractmethod
    def to_rows(self) -> list[Row]:
        """Tidy rows, one per number; every result says how it becomes rows."""

    def to_frame(self) -> Any:  # Any: a pandas frame, imported late
        """The tidy rows as a pandas data frame, where pandas is installed."""
        from analysis._display import frame

        return frame(self.to_rows())

    def __str__(self) -> str:
        from analysis._display import text

        return text(self.to_rows(), notes=self._notes())

    def _repr_html_(self) -> str:
        from analysis._display import table

        return table(self.to_rows(), notes=self._notes())

    def _notes(self) -> list[str]:
        """What stands below the rows: how they were made, and what a reader must know."""
        made = f"{self.method} ({self.definition})" if self.definition else self.method
        return [made, *(item.message() for item in self.status)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate(Result):
    """A design-based estimate.

    Attributes
    ----------
    value, se : the estimate and its linearised standard error, in the unit of the variable.
    df : degrees of freedom of the design (PSUs minus strata), also for a domain.
    n : respondents with a valid value inside the domain and a weight above 0.
    n_effective : Kish effective size of those weights, (sum w)^2 / sum w^2.
    deff : variance over that of a simple random sample of n without replacement (nan if undefined).
    weight_sum : sum of the weights of those n.
    interval : how `ci` is made.
    influence : (n of the design,) weight times linearised value, before the calibration residuals;
        `BoundDesign.covariance` of stacked influences gives the covariance of estimates.
    replicates : (R,) the same estimate in every replicate of a replicate design, None without replicates.
    """

    value: float
    se: float
    df: float
    n: int
    n_effective: float
    deff: float
    weight_sum: float
    interval: Interval = Interval.T
    influence: FloatArray | None = field(default=None, repr=False)
    replicates: FloatArray | None = field(default=None, repr=False)

    def to_rows(self) -> list[Row]:
        """One row, as `to_row`."""
        return [self.to_row()]

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

    def __str__(self) -> str:
        from analysis._display import text

        return text([self.to_row()], notes=[item.message() for item in self.status])

    def _repr_html_(self) -> str:
        from analysis._display import table

        return table([self.to_row()], notes=[item.message() for item in self.status])

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
