"""Home of the results that the coefficients of reliability share."""

from dataclasses import dataclass
from math import exp, isfinite, nan

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.errors import AnalysisWarning
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability(Result):
    """A reliability coefficient with its interval; ``value`` is nan where the status says why it does not exist."""

    value: float
    se: float
    ci_low: float
    ci_high: float
    level: float
    n: int
    k: int
    df: float = nan

    @property
    def is_proper(self) -> bool:
        """Whether the coefficient exists and is no mere bound."""
        return isfinite(self.value) and not any(item.code in IMPROPER for item in self.status)

    def to_rows(self) -> list[Row]:
        """One row."""
        names = ("value", "se", "ci_low", "ci_high", "level", "n", "k", "df")
        row: Row = {name: known(getattr(self, name)) for name in names}
        return [row | {"method": self.method, "status": status_text(self)}]


def few_df(df: float) -> tuple[AnalysisWarning, ...]:
    """The status of an interval that rests on few degrees of freedom."""
    from analysis.estimate._build import RELIABLE_DF

    return (
        (AnalysisWarning(code="few_degrees_of_freedom", context={"df": int(df)}),) if df < RELIABLE_DF else ()
    )


IMPROPER = ("heywood", "not_identified", "not_converged")


def known(value: float) -> float | None:
    """The number, or None where it does not exist."""
    return value if isfinite(value) else None


def status_text(result: Result) -> str:
    """The codes of the status, for a table."""
    return ";".join(item.code for item in result.status)


def log_complement_interval(value: float, se: float, *, df: float, level: float) -> tuple[float, float]:
    """1 - (1 - value) exp(± t se / (1 - value)); (nan, nan) where it does not exist. Never passes 1."""
    if not (isfinite(value) and isfinite(se)) or value >= 1 or df <= 0:
        return nan, nan
    half = t_quantile(level, df) * se / (1 - value)
    return 1 - (1 - value) * exp(half), 1 - (1 - value) * exp(-half)


def t_quantile(level: float, df: float) -> float:
    """Two-sided quantile of Student's t, of the normal for infinite df."""
    from scipy import special

    tail = 1 - (1 - _check.confidence(level)) / 2
    return float(special.ndtri(tail) if df == float("inf") else special.stdtrit(df, tail))


def per_item(labels: tuple[str, ...], **columns: FloatArray) -> list[Row]:
    """One row per item from (k,) columns."""
    return [
        {"item": label} | {name: known(float(values[place])) for name, values in columns.items()}
        for place, label in enumerate(labels)
    ]


def known_values(values: npt.NDArray[np.generic]) -> BoolArray:
    """(n,) which labels or numbers are there: not nan, not None."""
    if values.dtype.kind == "f":
        return np.asarray(~np.isnan(values))
    if values.dtype.kind == "O":
        return np.array([value is not None and value == value for value in values], dtype=np.bool_)
    return np.ones(len(values), dtype=np.bool_)
