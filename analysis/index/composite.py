"""Home of a composite index over units: normalised, aggregated, and with standard errors by the delta method."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.index.aggregation import Aggregated, Mean, aggregate
from analysis.index.errors import IndexStatus
from analysis.index.gap import item_weights
from analysis.index.normalisation import Normalised, Scale, normalise
from analysis.rank.intervals import normal_quantile
from analysis.rank.simultaneous import competition_ranks
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompositeIndex(Result):
    """Of u units and k indicators.

    Attributes
    ----------
    index, se : (u,); se is nan where no covariance was given or the normalisation has no slope.
    covariance : (u, u) of the index, for `rank.sets`; normalising by other units makes them move together.
    rank : (u,) 1 = highest.
    normalised : (u, k) values that were aggregated.
    """

    units: tuple[str, ...]
    names: tuple[str, ...]
    index: FloatArray
    se: FloatArray
    covariance: FloatArray = field(repr=False)
    rank: IntArray
    normalised: FloatArray = field(repr=False)
    weights: FloatArray

    def ci(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """(u,) normal limits."""
        half = normal_quantile(level) * self.se
        return self.index - half, self.index + half

    def to_rows(self) -> list[Row]:
        """One row per unit, with the normalised indicators."""
        low, high = self.ci()
        rows: list[Row] = []
        for i, unit in enumerate(self.units):
            row: Row = {
                "unit": unit,
                "index": float(self.index[i]),
                "se": _known(self.se[i]),
                "ci_low": _known(low[i]),
                "ci_high": _known(high[i]),
                "rank": int(self.rank[i]),
            }
            row.update({name: float(self.normalised[i, j]) for j, name in enumerate(self.names)})
            row["method"], row["definition"], row["version"] = self.method, self.definition, self.version
            row["status"] = ";".join(item.code for item in self.status)
            rows.append(row)
        return rows


def composite(
    values: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    scale: Scale | None = None,
    rule: Mean | None = None,
    covariance: ArrayLike | None = None,
    units: Sequence[object] | None = None,
    names: Sequence[str] | None = None,
) -> CompositeIndex:
    """A composite index with the error of the indicators carried through normalisation and aggregation.

    Parameters
    ----------
    values : (u, k) estimates, complete.
    weights : (k,) equal by default.
    scale, rule : how to normalise (default: none) and to aggregate (default: arithmetic mean).
    covariance : of the values: (u, k) variances; (u, k, k) per unit; or (u k, u k), unit by unit, where units share
        respondents. None: no standard errors.

    Raises
    ------
    IndexRefused
        As `normalise` and `aggregate`.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators; the delta method is first order.
    """
    chosen, mean = scale or Scale(method="none"), rule or Mean()
    even = normalise(values, chosen, units=units, names=names)
    found = aggregate(even.values, mean, weights=weights, units=even.units, names=even.names)
    spread = _carried(even, found, covariance)
    return CompositeIndex(
        method=f"composite, {chosen.method}, {mean.method}",
        definition="index.composite",
        status=_statuses(even, found, given=covariance is not None),
        units=even.units,
        names=even.names,
        index=_check.frozen(found.values),
        se=np.sqrt(np.maximum(np.diag(spread), 0.0)),
        covariance=_check.frozen(spread),
        rank=competition_ranks(found.values),
        normalised=_check.frozen(even.values),
        weights=item_weights(weights, k=len(even.names)),
    )


def _carried(even: Normalised, found: Aggregated, covariance: ArrayLike | None) -> FloatArray:
    """(u, u) covariance of the index, nan where it does not exist."""
    u, k = even.values.shape
    if covariance is None or even.slopes is None:
        return np.full((u, u), np.nan)
    # [i, l, j]: slope of unit i's index in indicator j of unit l
    slope = np.einsum("ij,jil->ilj", found.slopes, even.slopes)
    given = np.asarray(covariance, dtype=np.float64)
    if not np.isfinite(given).all():
        raise InvalidInput(
            "not_finite", name="covariance", row=int(np.argwhere(~np.isfinite(given))[0][0]) + 1
        )
    if given.shape == (u * k, u * k):
        flat = slope.reshape(u, u * k)
        return np.asarray(flat @ given @ flat.T)
    if given.shape == (u, k):
        given = given[:, :, None] * np.eye(k)
    if given.shape != (u, k, k):
        shapes = f"({u}, {k}), ({u}, {k}, {k}) or ({u * k}, {u * k})"
        raise InvalidInput("wrong_shape", name="covariance", expected=shapes, actual=given.shape)
    return np.asarray(np.einsum("alj,ljm,blm->ab", slope, given, slope, optimize=True))


def _statuses(even: Normalised, found: Aggregated, *, given: bool) -> tuple[AnalysisWarning, ...]:
    status: list[AnalysisWarning] = []
    if given and even.slopes is None:
        status.append(IndexStatus(code="no_se_for_ranks"))
    status += [IndexStatus(code="tied_values", context={"unit": even.units[i]}) for i in found.tied]
    return tuple(status)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
