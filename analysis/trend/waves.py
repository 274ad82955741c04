"""Home of the comparison of waves: covariance that shared clusters or people give, and the change between two waves."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._tails import t_tail
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.results import Estimate, Result, Row
from analysis.trend._links import LinkedUnits, link, scores
from analysis.trend.errors import TrendError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveCovariance(Result):
    """Estimates of W waves together.

    Attributes
    ----------
    values : (W,). covariance : (W, W). df : of the whole. shared : (W, W) PSUs that two waves have in common.
    """

    values: FloatArray
    covariance: FloatArray
    df: float
    shared: FloatArray = field(repr=False)

    @property
    def correlation(self) -> FloatArray:
        """(W, W) correlations of the estimates."""
        se = np.sqrt(np.diag(self.covariance))
        return np.asarray(self.covariance / np.outer(se, se))

    def to_rows(self) -> list[Row]:
        """One row per pair of waves, each with itself included."""
        return [
            {
                "wave": first + 1,
                "with": second + 1,
                "covariance": float(self.covariance[first, second]),
                "shared_psu": int(self.shared[first, second]),
            }
            for first in range(self.values.size)
            for second in range(first, self.values.size)
        ]


def wave_covariance(
    estimates: Sequence[Estimate],
    designs: Sequence[BoundDesign],
    *,
    links: Sequence[ArrayLike] | None = None,
) -> WaveCovariance:
    """Covariance of estimates of several waves whose samples may share clusters or people.

    The variances are those of the waves' own designs. The covariance of waves a and b is
    `sum over shared PSUs of sqrt(f_ah f_bh) (t_ai - mean_ah)(t_bi - mean_bh)` with `f = (1 - fraction) n / (n - 1)`:
    for the same PSUs in both waves it is the covariance of one design, without shared ones it is 0, and the whole
    matrix has no negative eigenvalue.

    Parameters
    ----------
    estimates : one of each wave, with influence values.
    links : per wave, (n of the wave,) labels of the PSUs (of the people, where rows are PSUs) across waves; None:
        independent samples.

    Raises
    ------
    TrendError
        If waves cannot be linked; see `analysis.trend.errors`.

    References
    ----------
    Kish (1965), Survey Sampling, sec. 12.4; Berger (2004), Survey Methodology 30, 153-163 (covariance of overlapping
    samples); own choice of centring each wave at its own stratum means.
    """
    if len(estimates) != len(designs):
        raise TrendError(
            "waves_differ", designs=len(designs), others=len(estimates), name_zh="估计值", name_en="estimates"
        )
    if len(designs) < 2:
        raise TrendError("too_few_points", actual=len(designs), least=2)
    for wave, estimate in enumerate(estimates, start=1):
        if estimate.influence is None:
            raise TrendError("no_influence", wave=wave)
    units = link(designs, links) if links is not None else None
    values = np.array([estimate.value for estimate in estimates])
    if units is None:
        return _result(
            values, np.diag([e.se**2 for e in estimates]), designs, shared=_alone(designs), df=_df(designs)
        )
    table = np.zeros((len(units[0].labels), len(designs)))
    present = np.zeros_like(table)
    for wave, (estimate, design, linked) in enumerate(zip(estimates, designs, units, strict=True)):
        assert estimate.influence is not None
        table[linked.unit, wave] = scores(estimate.influence, design)
        present[linked.unit, wave] = 1.0
    found, shared = table.T @ table, present.T @ present
    np.fill_diagonal(found, [estimate.se**2 for estimate in estimates])
    return _result(values, found, designs, shared=shared, df=_df(designs) - _repeated(units, designs))


def _result(
    values: FloatArray,
    covariance: FloatArray,
    designs: Sequence[BoundDesign],
    *,
    shared: FloatArray,
    df: float,
) -> WaveCovariance:
    return WaveCovariance(
        method=f"covariance of waves, {designs[0].variance_method}",
        definition="trend.waves",
        values=values,
        covariance=covariance,
        df=df,
        shared=shared,
    )


def _alone(designs: Sequence[BoundDesign]) -> FloatArray:
    return np.diag([float(design.layout.n_psu) for design in designs])


def _df(designs: Sequence[BoundDesign]) -> float:
    return float(sum(design.df for design in designs))


def _repeated(units: Sequence[LinkedUnits], designs: Sequence[BoundDesign]) -> float:
    """Degrees of freedom counted more than once: PSUs seen in an earlier wave, less the strata that they are in."""
    seen, repeated = np.zeros(0, dtype=np.int64), 0
    for linked, design in zip(units, designs, strict=True):
        again = np.isin(linked.unit, seen)
        repeated += int(again.sum()) - int(np.unique(design.layout.stratum[again]).size)
        seen = np.union1d(seen, linked.unit)
    return float(repeated)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveChange(Result):
    """The change from one wave to another.

    Attributes
    ----------
    first, second : the two values. change, se : second minus first. correlation : of the two estimates.
    shared_psu : PSUs in both waves. df : of the t interval.
    """

    first: float
    second: float
    change: float
    se: float
    correlation: float
    shared_psu: int
    df: float

    @property
    def t(self) -> float:
        """Change over its standard error."""
        return self.change / self.se if self.se > 0 else float("nan")

    @property
    def p(self) -> float:
        """Two-sided p value."""
        return 2.0 * t_tail(abs(self.t), self.df)

    def ci(self, level: float = 0.95) -> tuple[float, float]:
        """Interval of the change with t."""
        from scipy import special

        tail = (1.0 - _check.confidence(level)) / 2.0
        half = float(special.stdtrit(self.df, 1.0 - tail)) * self.se
        return self.change - half, self.change + half

    def to_rows(self) -> list[Row]:
        """One row."""
        low, high = self.ci()
        return [
            {
                "first": self.first,
                "second": self.second,
                "change": self.change,
                "se": self.se,
                "ci_low": low,
                "ci_high": high,
                "t": self.t if np.isfinite(self.t) else None,
                "p": self.p if np.isfinite(self.p) else None,
                "df": self.df,
                "correlation": self.correlation if np.isfinite(self.correlation) else None,
                "shared_psu": self.shared_psu,
            }
        ]


def change(
    estimates: Sequence[Estimate],
    designs: Sequence[BoundDesign],
    *,
    links: Sequence[ArrayLike] | None = None,
) -> WaveChange:
    """The second of two waves minus the first, with the covariance of their overlap; parameters as `wave_covariance`.

    References
    ----------
    Kish (1965), Survey Sampling, eq. 12.4.1.
    """
    if len(estimates) != 2:
        raise InvalidInput("wrong_shape", name="estimates", expected="(2,)", actual=(len(estimates),))
    found = wave_covariance(estimates, designs, links=links)
    v = found.covariance
    spread = float(np.sqrt(v[0, 0] * v[1, 1]))
    return WaveChange(
        method=f"difference of waves, {designs[0].variance_method}",
        definition="trend.change",
        first=float(found.values[0]),
        second=float(found.values[1]),
        change=float(found.values[1] - found.values[0]),
        se=float(np.sqrt(max(v[0, 0] + v[1, 1] - 2.0 * v[0, 1], 0.0))),
        correlation=float(v[0, 1]) / spread if spread > 0 else float("nan"),
        shared_psu=int(found.shared[0, 1]),
        df=found.df,
        status=tuple({item.code: item for estimate in estimates for item in estimate.status}.values()),
    )
