"""Home of key drivers: how much of R squared each driver carries, with the standard errors of the design."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.drivers._decompose import johnson, lmg
from analysis.drivers.errors import DriverError, DriverStatus
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.estimate.estimates import Estimates, Named, collect
from analysis.estimate.moment_functions import MomentState, moment_state, of_moments
from analysis.results import Result, Row

MOST_LMG = 12
"""Most drivers for LMG: 4,096 subsets, computed again for every slope of the linearisation."""

_STRONG = 30.0  # condition number from which regression texts speak of collinearity


class Importance(StrEnum):
    """`lmg`: mean gain over all orders of entry (Shapley); `johnson`: relative weights, for any number of drivers."""

    LMG = "lmg"
    JOHNSON = "johnson"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeyDrivers(Result):
    """Importance of k drivers.

    Attributes
    ----------
    names : k drivers.
    raw : estimates of parts "importance" (they sum to R squared) and "share" (they sum to 1), and R squared, with
        covariance.
    coefficients : (k,) standardised regression coefficients, for the sign.
    """

    names: tuple[str, ...]
    raw: Estimates = field(repr=False)
    coefficients: FloatArray

    @property
    def importance(self) -> FloatArray:
        """(k,) part of R squared."""
        return self.raw.values[: len(self.names)]

    @property
    def share(self) -> FloatArray:
        """(k,) importance over R squared."""
        return self.raw.values[len(self.names) : -1]

    @property
    def importance_se(self) -> FloatArray:
        """(k,) standard errors of the importance."""
        return self.raw.se[: len(self.names)]

    @property
    def share_se(self) -> FloatArray:
        """(k,) standard errors of the shares."""
        return self.raw.se[len(self.names) : -1]

    @property
    def r_squared(self) -> float:
        """Of the regression on all drivers."""
        return float(self.raw.values[-1])

    def to_rows(self) -> list[Row]:
        """One row per driver, largest first."""
        importance_ci, share_ci = self.raw.ci()[: len(self.names)], self.raw.ci()[len(self.names) : -1]
        return [
            {
                "driver": self.names[j],
                "importance": float(self.importance[j]),
                "se": float(self.importance_se[j]),
                "ci_low": float(importance_ci[j, 0]),
                "ci_high": float(importance_ci[j, 1]),
                "share": float(self.share[j]),
                "share_se": float(self.share_se[j]),
                "share_low": float(share_ci[j, 0]),
                "share_high": float(share_ci[j, 1]),
                "coefficient": float(self.coefficients[j]),
                "r_squared": self.r_squared,
                "n": self.raw.named[0].estimate.n,
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "seed": self.seed,
                "status": ";".join(item.code for item in self.status),
            }
            for j in np.argsort(-self.importance, kind="stable")
        ]


def key_drivers(
    outcome: ArrayLike,
    drivers: ArrayLike,
    *,
    design: BoundDesign,
    names: Sequence[str],
    method: str = Importance.LMG,
    domain: ArrayLike | None = None,
) -> KeyDrivers:
    """Share the R squared of a weighted regression among its drivers.

    Parameters
    ----------
    outcome : (n,) e.g. overall satisfaction; drivers : (n, k). Nan where missing; only complete rows count.
    design : linearised or with replicates; with replicates every replicate decomposes again.
    method : "lmg" (up to 12 drivers) or "johnson".

    Raises
    ------
    DriverError
        ``too_few_drivers``, ``too_many_drivers``, ``collinear``, ``name_twice``.
    InvalidInput
        ``constant_column`` naming the driver or the outcome.

    References
    ----------
    Gromping (2007), The American Statistician 61, 139-147; Johnson (2000), Multivariate Behavioral Research 35.
    """
    how = _check.choice("method", method, among=Importance)
    state, labels = driver_state(outcome, drivers, design=design, names=names, domain=domain)
    if how is Importance.LMG and len(labels) > MOST_LMG:
        raise DriverError("too_many_drivers", most=MOST_LMG, actual=len(labels))
    decompose = lmg if how is Importance.LMG else johnson

    def parts(_: FloatArray, covariance: FloatArray) -> FloatArray:
        found = decompose(correlation_of(covariance))
        total = float(found.sum())
        return np.concatenate([found, found / total if total > 0 else np.full(len(found), np.nan), [total]])

    estimates = of_moments(state, parts, method=f"key drivers, {how.value}")
    items = [
        Named(item=name, part=part, estimate=e)
        for (part, name), e in zip(_cells(labels), estimates, strict=True)
    ]
    raw = collect(
        items, design=design, cov=True, method=f"key drivers, {how.value}", definition=f"drivers.{how.value}"
    )
    k = len(labels)
    slopes = np.linalg.solve(state.correlation[:k, :k], state.correlation[:k, k])
    return KeyDrivers(
        method=raw.method,
        definition=raw.definition,
        seed=raw.seed,
        status=(*estimates[0].status, *collinearity(state)),
        names=labels,
        raw=raw,
        coefficients=_check.frozen(slopes.astype(np.float64)),
    )


def driver_state(
    outcome: ArrayLike,
    drivers: ArrayLike,
    *,
    design: BoundDesign,
    names: Sequence[str],
    domain: ArrayLike | None,
) -> tuple[MomentState, tuple[str, ...]]:
    """Moments of the drivers with the outcome last, and the drivers' names; no column is redundant."""
    labels = tuple(str(name) for name in names)
    for place, name in enumerate(labels):
        if name in labels[:place]:
            raise DriverError("name_twice", name=name)
    if len(labels) < 2:
        raise DriverError("too_few_drivers", actual=len(labels))
    x = _check.numbers("outcome", outcome, n=design.n)
    try:
        given = np.asarray(drivers, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="drivers", value=problem) from problem
    if given.shape != (design.n, len(labels)):
        raise InvalidInput(
            "wrong_shape", name="drivers", expected=f"({design.n}, {len(labels)})", actual=given.shape
        )
    state = moment_state(np.column_stack([given, x]), design, names=[*labels, "outcome"], domain=domain)
    for last in range(2, len(labels) + 1):
        if np.linalg.eigvalsh(state.correlation[:last, :last])[0] < 1e-10:
            raise DriverError("collinear", driver=labels[last - 1])
    return state, labels


def collinearity(state: MomentState) -> tuple[AnalysisWarning, ...]:
    """A status where the drivers' condition number is high."""
    values = np.linalg.eigvalsh(state.correlation[:-1, :-1])
    number = float(np.sqrt(values[-1] / values[0]))
    if number < _STRONG:
        return ()
    return (DriverStatus(code="nearly_collinear", context={"number": round(number, 1)}),)


def correlation_of(covariance: FloatArray) -> FloatArray:
    """Correlation matrix of a covariance matrix."""
    sd = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(sd, sd))


def _cells(labels: tuple[str, ...]) -> list[tuple[str, str]]:
    shares = [(part, name) for part in ("importance", "share") for name in labels]
    return [*shares, ("r_squared", "all")]
