"""Home of the checks whether items share enough to be factored: KMO and Bartlett's test."""

from dataclasses import dataclass
from math import log

import numpy as np

from analysis._types import FloatArray
from analysis.reliability._results import per_item
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.smc import definite, inverse_of
from analysis.reliability.states import State
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kmo(Result):
    """Kaiser-Meyer-Olkin measure of sampling adequacy (MSA), overall and per item (k,)."""

    labels: tuple[str, ...]
    overall: float
    items: FloatArray

    def to_rows(self) -> list[Row]:
        """The whole set, then one row per item."""
        return [{"item": "all", "msa": self.overall}, *per_item(self.labels, msa=self.items)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bartlett(Result):
    """Bartlett's test that the items are uncorrelated."""

    chi_square: float
    df: int
    p_value: float

    def to_rows(self) -> list[Row]:
        """One row."""
        return [{"chi_square": self.chi_square, "df": self.df, "p_value": self.p_value}]


def kmo(state: State) -> Kmo:
    """Share of squared correlations in squared correlations plus squared partial correlations.

    Raises
    ------
    ReliabilityError
        ``singular`` if the correlation matrix cannot be inverted.

    References
    ----------
    Kaiser and Rice (1974), Educational and Psychological Measurement 34, 111-117.
    """
    r = state.correlation
    inverse = inverse_of(r)
    scale = 1 / np.sqrt(np.diag(inverse))
    partial = inverse * np.outer(scale, scale)
    off = ~np.eye(len(r), dtype=np.bool_)
    shared, left = np.where(off, r**2, 0.0), np.where(off, partial**2, 0.0)
    return Kmo(
        method="Kaiser-Meyer-Olkin",
        definition="factors.kmo",
        labels=state.labels,
        overall=float(shared.sum() / (shared.sum() + left.sum())),
        items=shared.sum(axis=0) / (shared.sum(axis=0) + left.sum(axis=0)),
    )


def bartlett(state: State) -> Bartlett:
    """Test of sphericity with the number of complete rows; for a simple random sample.

    Raises
    ------
    ReliabilityError
        ``singular``, ``indefinite`` (pairwise or polychoric matrices may be).

    References
    ----------
    Bartlett (1951), Biometrika 38, 337-344.
    """
    from scipy import special

    k = state.k
    determinant = float(np.linalg.slogdet(definite(state.correlation))[1])
    if determinant < log(np.finfo(np.float64).eps):
        raise ReliabilityError("singular")
    chi_square = -(state.n - 1 - (2 * k + 5) / 6) * determinant
    df = k * (k - 1) // 2
    return Bartlett(
        method="Bartlett's test of sphericity",
        definition="factors.bartlett",
        chi_square=chi_square,
        df=df,
        p_value=float(special.chdtrc(df, chi_square)),
    )
