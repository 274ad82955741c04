"""Home of the lognormal model of response times: how long an item takes, how fast a person works, what is too fast."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.errors import AnalysisWarning
from analysis.quality import lognormal
from analysis.quality.errors import QualityError
from analysis.quality.items import item_matrix
from analysis.quality.lognormal import LogTimes
from analysis.results import Result, Row

_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseTimes(Result):
    """The fitted model log t = intensity of the item − speed of the person + error.

    Attributes
    ----------
    intensity : (k,) β, mean log seconds an item takes a person of average speed
    discrimination : (k,) α, one over the standard deviation of an item's error
    speed_sd : standard deviation of the speed over persons
    speed : (n,) τ, expected speed of each person given their times; 0 is average, nan without times
    speed_se : (n,) its posterior standard deviation
    residual : (n, k) standardised error α (log t − β + τ); very negative: much faster than item and person explain
    misfit : (n,) squared distance of a person's log times from the intensities in the model's covariance, chi-square
        with `answered` degrees of freedom under the model: an unusual pattern, whatever the speed
    misfit_p : (n,) upper tail of it
    answered : (n,) times known
    log_likelihood : marginal, of log seconds
    """

    intensity: FloatArray
    discrimination: FloatArray
    speed_sd: float
    speed: FloatArray
    speed_se: FloatArray
    residual: FloatArray
    misfit: FloatArray
    misfit_p: FloatArray
    answered: IntArray
    log_likelihood: float

    def robust_z(self) -> FloatArray:
        """(n,) speed in robust standard deviations (median, MAD · 1.4826) from the median; above 0 is faster.

        Under careless answering the mean and the standard deviation are moved by those they should find.
        """
        from math import isnan

        known = self.speed[np.isfinite(self.speed)]
        centre = float(np.median(known))
        spread = _MAD_TO_SD * float(np.median(np.abs(known - centre)))
        if spread == 0.0 or isnan(spread):
            return np.where(np.isfinite(self.speed), 0.0, np.nan)
        return np.asarray((self.speed - centre) / spread)

    def too_fast(self, *, limit: float = 3.0) -> BoolArray:
        """(n,) persons whose speed lies more than `limit` robust standard deviations above the median."""
        if not limit > 0:
            raise QualityError(
                "bad_cutoff", name="too_fast", value=limit, expected_zh="大于 0", expected_en="above 0"
            )
        return np.asarray(self.robust_z() > limit)

    def rapid_answers(self, *, limit: float = 3.0) -> BoolArray:
        """(n, k) single answers more than `limit` standard deviations faster than item and person explain."""
        return np.asarray(self.residual < -abs(limit))

    def to_rows(self) -> list[Row]:
        """One row per item."""
        return [
            {"item": item + 1, "intensity": float(b), "discrimination": float(a), "typical": float(np.exp(b))}
            for item, (b, a) in enumerate(zip(self.intensity, self.discrimination, strict=True))
        ]


def response_times(times: ArrayLike) -> ResponseTimes:
    """Fit the lognormal model by marginal maximum likelihood, speed normal over persons with mean 0.

    Parameters
    ----------
    times : (n, k) seconds per item, above 0, nan where missing; missing times are left out, persons stay.

    Raises
    ------
    QualityError
        ``time_not_positive`` naming row and item; ``item_unanswered``; ``too_few_rows`` under three persons;
        ``no_variation`` for an item whose times are all equal.

    Notes
    -----
    EM with the parameter expansion of a free mean speed, on the log times; status ``not_converged`` where the
    largest change of a parameter stays above 1e-9.

    References
    ----------
    van der Linden (2006), Journal of Educational and Behavioral Statistics 31, 181-204, eq. 1-3 (model); van der
    Linden and Guo (2008), Psychometrika 73, 365-384 (residuals); Liu, Rubin and Wu (1998), Biometrika 85, 755-770
    (PX-EM).
    """
    from scipy import special

    log_t, known = _logs(times)
    data = LogTimes.of(log_t, known)
    state, iterations = lognormal.fit(data)
    beta, error = state.beta + data.centre, state.error
    mean, spread = lognormal.posterior(data, state)
    answered = known.sum(axis=1).astype(np.int64)
    speed = np.where(answered > 0, mean, np.nan)
    residual = np.where(known, (log_t - beta + mean[:, None]) / np.sqrt(error), np.nan)
    misfit = lognormal.marginal_squares(data, state)
    return ResponseTimes(
        method="lognormal response time model, marginal maximum likelihood (PX-EM)",
        definition="quality.response_times",
        status=()
        if iterations < lognormal.ITERATIONS
        else (AnalysisWarning(code="not_converged", context={"iterations": iterations}),),
        intensity=beta,
        discrimination=1.0 / np.sqrt(error),
        speed_sd=float(np.sqrt(state.variance)),
        speed=speed,
        speed_se=np.sqrt(spread),
        residual=residual,
        misfit=misfit,
        misfit_p=np.where(answered > 0, special.chdtrc(np.maximum(answered, 1), misfit), np.nan),
        answered=answered,
        log_likelihood=lognormal.log_likelihood(data, state, misfit),
    )


def _logs(times: ArrayLike) -> tuple[FloatArray, BoolArray]:
    """(n, k) log times, 0 where missing, and which are known."""
    matrix = item_matrix(times, index="response_times")
    bad = np.argwhere(matrix <= 0)
    if bad.size:
        row, item = (int(place) for place in bad[0])
        raise QualityError(
            "time_not_positive", name="times", row=row + 1, item=item + 1, value=float(matrix[row, item])
        )
    if matrix.shape[0] < 3:
        raise QualityError("too_few_rows", index="response_times", least=3, actual=matrix.shape[0])
    known = np.isfinite(matrix)
    logs = np.log(np.where(known, matrix, 1.0))
    spread = np.nanmax(np.where(known, logs, np.nan), axis=0) - np.nanmin(
        np.where(known, logs, np.nan), axis=0
    )
    flat = np.flatnonzero(spread == 0)
    if flat.size:
        raise QualityError("no_variation", index="response_times", item=int(flat[0]) + 1)
    return logs, known
