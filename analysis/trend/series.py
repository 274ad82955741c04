"""Home of the trend of a series of estimates: regression on time weighted by their errors, with a break."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._tails import chi2_tail, t_tail
from analysis._types import FloatArray
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.results import Result, Row
from analysis.trend.errors import TrendError


class Break(StrEnum):
    """What changes at a break: the level, the slope, or both."""

    LEVEL = "level"
    SLOPE = "slope"
    BOTH = "both"


class Dispersion(StrEnum):
    """`known`: the points vary by their standard errors only (z); `residual`: their spread around the line scales
    the errors, as in a weighted least-squares regression (t)."""

    KNOWN = "known"
    RESIDUAL = "residual"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrendLine(Result):
    """A line through estimates.

    Attributes
    ----------
    names : intercept (at time 0), slope, and level_change, slope_change at the break. coefficients : of them.
    df : inf where the errors are known. points : used.
    q, q_df, q_p : weighted sum of squared residuals, its degrees of freedom, and its chi-square p value.
    autocorrelation : of standardised residuals at lag one; nan below three points.
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray = field(repr=False)
    df: float
    points: int
    q: float
    q_df: int
    q_p: float
    autocorrelation: float

    @property
    def se(self) -> FloatArray:
        """Standard errors."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def p(self) -> FloatArray:
        """Two-sided p values."""
        return np.array([2.0 * t_tail(abs(t), self.df) for t in self.coefficients / self.se])

    def ci(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Limits of every coefficient."""
        from scipy import special

        tail = 1.0 - (1.0 - _check.confidence(level)) / 2.0
        half = (special.ndtri(tail) if np.isinf(self.df) else special.stdtrit(self.df, tail)) * self.se
        return self.coefficients - half, self.coefficients + half

    def to_rows(self) -> list[Row]:
        """One row per coefficient."""
        low, high = self.ci()
        return [
            {
                "term": name,
                "estimate": float(self.coefficients[place]),
                "se": float(self.se[place]),
                "p": float(self.p[place]),
                "ci_low": float(low[place]),
                "ci_high": float(high[place]),
                "df": None if np.isinf(self.df) else self.df,
                "points": self.points,
                "status": ";".join(item.code for item in self.status),
            }
            for place, name in enumerate(self.names)
        ]


def weighted_trend(
    times: ArrayLike,
    values: ArrayLike,
    *,
    se: ArrayLike | None = None,
    covariance: ArrayLike | None = None,
    break_at: float | None = None,
    kind: Break = Break.BOTH,
    dispersion: Dispersion = Dispersion.KNOWN,
) -> TrendLine:
    """Line through estimates, weighted by 1 / se^2, or by the inverse of their covariance where waves overlap.

    Parameters
    ----------
    times, values : (m,) nan where missing; such points are left out.
    se : (m,) standard errors, above 0. covariance : (m, m), of `wave_covariance`; give one of the two.
    break_at : first time after the break; `kind` says what changes there. The slope change counts from `break_at`.
    dispersion : see `Dispersion`.

    Raises
    ------
    TrendError
        ``too_few_points``, ``bad_se``, ``break_outside``, ``singular_covariance``.

    References
    ----------
    Draper, Smith (1998), Applied Regression Analysis, 3rd ed., ch. 9 (generalised least squares); Wagner et al.
    (2002), J. Clinical Pharmacy and Therapeutics 27, 299-309 (segmented regression); Cochran (1954), Biometrics 10,
    101-129 (Q).
    """
    how = _check.choice("dispersion", dispersion, among=Dispersion)
    t, y = _check.numbers("times", times), _check.numbers("values", values)
    if t.shape != y.shape:
        raise InvalidInput("wrong_shape", name="values", expected=t.shape, actual=y.shape)
    full = _errors(se, covariance, size=t.size)
    used = np.isfinite(t) & np.isfinite(y) & np.isfinite(np.diag(full))
    t, y, V = t[used], y[used], full[np.ix_(used, used)]
    X, names = _columns(t, break_at=break_at, kind=_check.choice("kind", kind, among=Break))
    _refuse_few(X, names, break_at=break_at)
    coefficients, inverse, residual = _least_squares(X, y, V)
    q, q_df = float(residual @ residual), int(y.size - X.shape[1])
    factor = q / q_df if how is Dispersion.RESIDUAL and q_df > 0 else 1.0
    if how is Dispersion.RESIDUAL and q_df == 0:
        raise TrendError("too_few_points", actual=int(y.size), least=X.shape[1] + 1)
    return TrendLine(
        method=f"weighted regression on time, {how.value} dispersion",
        definition="trend.weighted",
        names=names,
        coefficients=coefficients,
        covariance=inverse * factor,
        df=float(q_df) if how is Dispersion.RESIDUAL else float("inf"),
        points=int(y.size),
        q=q,
        q_df=q_df,
        q_p=chi2_tail(q, q_df) if q_df > 0 else float("nan"),
        autocorrelation=lag_one(residual),
        status=_status(q, q_df, residual, known=how is Dispersion.KNOWN),
    )


def _least_squares(X: FloatArray, y: FloatArray, V: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Coefficients, their covariance, and residuals in units of the errors."""
    try:
        root = np.linalg.cholesky(V)
    except np.linalg.LinAlgError as problem:
        raise TrendError("singular_covariance") from problem
    A, b = np.linalg.solve(root, X), np.linalg.solve(root, y)
    basis, triangle = np.linalg.qr(A)  # years and seconds since 1970 lose no digits in it
    back = np.linalg.inv(triangle)
    coefficients = back @ (basis.T @ b)
    return np.asarray(coefficients), np.asarray(back @ back.T), np.asarray(b - A @ coefficients)


def _errors(se: ArrayLike | None, covariance: ArrayLike | None, *, size: int) -> FloatArray:
    """(m, m) covariance of the points."""
    if (se is None) == (covariance is None):
        raise InvalidInput("bad_option", name="se", value="se and covariance", choices="se, covariance")
    if covariance is not None:
        given = np.asarray(covariance, dtype=np.float64)
        if given.shape != (size, size):
            raise InvalidInput(
                "wrong_shape", name="covariance", expected=f"({size}, {size})", actual=given.shape
            )
        return given
    errors = _check.numbers("se", se if se is not None else [], n=size)
    for row in np.flatnonzero(errors <= 0.0):
        raise TrendError("bad_se", row=int(row) + 1, value=float(errors[row]))
    return np.diag(errors**2)


def _columns(t: FloatArray, *, break_at: float | None, kind: Break) -> tuple[FloatArray, tuple[str, ...]]:
    columns, names = [np.ones_like(t), t], ["intercept", "slope"]
    if break_at is not None:
        after = (t >= break_at).astype(np.float64)
        if kind in (Break.LEVEL, Break.BOTH):
            columns, names = [*columns, after], [*names, "level_change"]
        if kind in (Break.SLOPE, Break.BOTH):
            columns, names = [*columns, after * (t - break_at)], [*names, "slope_change"]
    return np.column_stack(columns), tuple(names)


def _refuse_few(X: FloatArray, names: tuple[str, ...], *, break_at: float | None) -> None:
    if X.shape[0] < X.shape[1]:
        raise TrendError("too_few_points", actual=X.shape[0], least=X.shape[1])
    scaled = X / np.maximum(np.sqrt((X**2).sum(axis=0)), 1e-300)
    for width in range(2, X.shape[1] + 1):
        if np.linalg.matrix_rank(scaled[:, :width], tol=1e-9) < width:
            if width == 2:
                raise TrendError("no_variation", name="times")
            raise TrendError("break_outside", at=break_at, name=names[width - 1])


def lag_one(residual: FloatArray) -> float:
    """Autocorrelation at lag one of residuals in the order of time; nan below three."""
    square = float(residual @ residual)
    if residual.size < 3 or square <= 0.0:
        return float("nan")
    return float(residual[1:] @ residual[:-1]) / square


def _status(q: float, q_df: int, residual: FloatArray, *, known: bool) -> tuple[AnalysisWarning, ...]:
    found: tuple[AnalysisWarning, ...] = ()
    if known and q_df > 0 and chi2_tail(q, q_df) < 0.05:
        context = {"q": round(q, 2), "df": q_df}
        found += (AnalysisWarning(code="more_noise_than_errors", context=context),)
    return found + autocorrelated(residual)


def autocorrelated(residual: FloatArray) -> tuple[AnalysisWarning, ...]:
    """A status where neighbours in time are more alike than chance allows."""
    r = lag_one(residual)
    if np.isfinite(r) and r > 1.96 / np.sqrt(residual.size):
        return (AnalysisWarning(code="autocorrelated", context={"r": round(r, 2)}),)
    return ()
