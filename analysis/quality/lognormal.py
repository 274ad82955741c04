"""Home of the fit of the lognormal response time model: EM on log times, every step a few products with the table."""

from dataclasses import dataclass

import numpy as np

from analysis._types import BoolArray, FloatArray

ITERATIONS = 2000
_LARGEST_STEP = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogTimes:
    """Log times about the item means.

    Attributes
    ----------
    y : (n, k), 0 where missing
    mask : (n, k) 1 where known
    centre : (k,) item means that were taken off, so that sums of squares lose no digits
    timed : (n,) persons with at least one time
    """

    y: FloatArray
    mask: FloatArray
    centre: FloatArray
    timed: BoolArray

    @classmethod
    def of(cls, log_t: FloatArray, known: BoolArray) -> "LogTimes":
        """Times as logs, 0 where missing."""
        centre = log_t.sum(axis=0) / known.sum(axis=0)
        return cls(
            y=np.where(known, log_t - centre, 0.0),
            mask=known.astype(np.float64),
            centre=centre,
            timed=np.asarray(known.any(axis=1)),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameters:
    """Intensities less the centre (k,), error variances (k,), variance of the speed."""

    beta: FloatArray
    error: FloatArray
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sums:
    """What no step changes: (k,) times known, sums and sums of squares."""

    count: FloatArray
    y: FloatArray
    yy: FloatArray


def fit(data: LogTimes) -> tuple[Parameters, int]:
    """Marginal maximum likelihood and the steps it took; `ITERATIONS` where the steps did not settle."""
    sums = _Sums(count=data.mask.sum(axis=0), y=data.y.sum(axis=0), yy=np.einsum("ij,ij->j", data.y, data.y))
    total = float(sums.yy.sum() / sums.count.sum())
    now = Parameters(beta=np.zeros(len(sums.y)), error=np.full(len(sums.y), total / 2), variance=total / 2)
    for iteration in range(1, ITERATIONS + 1):
        new = _step(data, sums, now)
        moved = max(
            float(np.abs(new.beta - now.beta).max()),
            float(np.abs(new.error - now.error).max()),
            abs(new.variance - now.variance),
        )
        now = new
        if moved < _LARGEST_STEP * total:
            return now, iteration
    return now, ITERATIONS


def _step(data: LogTimes, sums: _Sums, now: Parameters) -> Parameters:
    """One step: persons' expected speeds, then items given them; the mean speed goes into the intensities."""
    mean, spread = posterior(data, now)
    shared = data.mask.T @ mean
    beta = (sums.y + shared) / sums.count
    # Sum of (y - beta + mean)² + spread over the known times of each item, multiplied out.
    squares = (
        sums.yy
        + beta**2 * sums.count
        + data.mask.T @ (mean**2 + spread)
        - 2.0 * beta * (sums.y + shared)
        + 2.0 * (data.y.T @ mean)
    )
    shift = float(mean[data.timed].mean())
    variance = float(((mean[data.timed] - shift) ** 2 + spread[data.timed]).mean())
    return Parameters(
        beta=beta - shift, error=np.maximum(squares / sums.count, 1e-12), variance=max(variance, 1e-12)
    )


def posterior(data: LogTimes, now: Parameters) -> tuple[FloatArray, FloatArray]:
    """(n,) posterior mean and variance of the speed."""
    precision = 1.0 / now.error
    spread = 1.0 / (1.0 / now.variance + data.mask @ precision)
    return spread * (data.mask @ (now.beta * precision) - data.y @ precision), spread


def marginal_squares(data: LogTimes, now: Parameters) -> FloatArray:
    """(n,) squared Mahalanobis length of the log times under the model: variance of speed plus error."""
    precision = 1.0 / now.error
    deviation = data.y - data.mask * now.beta
    inside = (deviation**2) @ precision
    cross = deviation @ precision
    return np.asarray(inside - cross**2 / (1.0 / now.variance + data.mask @ precision))


def log_likelihood(data: LogTimes, now: Parameters, squares: FloatArray) -> float:
    """Marginal log likelihood of the log times, given their squared lengths."""
    determinant = data.mask @ np.log(now.error) + np.log1p(now.variance * (data.mask @ (1.0 / now.error)))
    return float(-0.5 * (data.mask.sum() * np.log(2.0 * np.pi) + determinant.sum() + squares.sum()))
