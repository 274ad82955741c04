"""Home of the result of a regression: coefficients with their design-based covariance."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis import _check
from analysis._tails import t_tail
from analysis._types import FloatArray
from analysis.model.errors import ModelError
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regression(Result):
    """A fitted regression.

    Attributes
    ----------
    names, coefficients : p of them, in the order of the columns (an ordered regression adds its thresholds).
    covariance : (p, p) design-based.
    model_covariance : (p, p) inverse of the information at weights of mean 1: what Rao-Scott tests compare with.
    terms : which coefficients belong to each term.
    df_residual : degrees of freedom of the design + 1 - p (ordered regression: minus the slopes).
    n : rows used. deviance : with weights of mean 1 over the rows of the domain.
    dispersion : weighted variance of the Pearson residuals; nan for an ordered regression.
    influence : (n of the design, p) weight times linearised value.
    fitted : (n of the design,) means, nan in rows not used; for an ordered regression the linear predictor.
    converged, iterations : of the fit; if not converged the `status` says why.
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray = field(repr=False)
    model_covariance: FloatArray = field(repr=False)
    terms: Mapping[str, tuple[int, ...]]
    df_residual: float
    n: int
    deviance: float
    dispersion: float
    influence: FloatArray = field(repr=False)
    fitted: FloatArray = field(repr=False)
    converged: bool = True
    iterations: int = 0

    @property
    def se(self) -> FloatArray:
        """(p,) standard errors."""
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0.0)))

    @property
    def t(self) -> FloatArray:
        """(p,) coefficient over standard error."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(self.se > 0, self.coefficients / self.se, np.nan))

    @property
    def p(self) -> FloatArray:
        """(p,) two-sided p values with t on `df_residual`; nan where there are no degrees of freedom."""
        return np.array([2.0 * t_tail(abs(t), self.df_residual) for t in self.t])

    def ci(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """(p,) lower and upper limits with t on `df_residual`."""
        from scipy import special

        tail = (1.0 - _check.confidence(level)) / 2.0
        df = self.df_residual
        half = (special.stdtrit(df, 1.0 - tail) if df > 0 else np.nan) * self.se
        return self.coefficients - half, self.coefficients + half

    def place(self, name: str) -> int:
        """Where the coefficient `name` stands."""
        if name not in self.names:
            raise ModelError("unknown_term", term=name, terms=", ".join(self.names))
        return self.names.index(name)

    def to_rows(self) -> list[Row]:
        """One row per coefficient."""
        low, high = self.ci()
        columns = {
            "estimate": self.coefficients,
            "se": self.se,
            "t": self.t,
            "p": self.p,
            "ci_low": low,
            "ci_high": high,
        }
        rows: list[Row] = []
        for place, name in enumerate(self.names):
            row: Row = {"term": name, "df": self.df_residual, "n": self.n}
            for key, values in columns.items():
                row[key] = float(values[place]) if np.isfinite(values[place]) else None
            rows.append(row | {"status": ";".join(item.code for item in self.status)})
        return rows
