"""Home of exploratory factor analysis: extraction, rotation and fit on a state of items."""

from dataclasses import dataclass, field
from math import log, nan, sqrt

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.reliability._results import known, status_text
from analysis.reliability.extraction import Extract, Extraction, extracted
from analysis.reliability.rotation import Rotate, Rotation, rotated
from analysis.reliability.states import State
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorFit:
    """How well q factors reproduce the correlations; nan where the matrix is singular or no degree of freedom is left.

    Attributes
    ----------
    chi_square, df, p_value : likelihood-ratio test with Bartlett's correction, for a simple random sample.
    rmsea, tli, bic : from that statistic (rmsea² = chi² / (df n) - 1 / (n - 1), at least 0); srmr : root mean square of the residual correlations off the diagonal.
    """

    chi_square: float
    df: int
    p_value: float
    rmsea: float
    tli: float
    bic: float
    srmr: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorSolution(Result):
    """An exploratory solution of k items and q factors, largest factor first, each with a positive sum.

    Attributes
    ----------
    loadings : (k, q) pattern.
    correlations : (q, q) of the factors; the identity for an orthogonal rotation.
    communality, uniqueness : (k,).
    variance : (q,) sums of squared loadings (oblique: carrying the correlations of the factors).
    """

    labels: tuple[str, ...]
    loadings: FloatArray = field(repr=False)
    correlations: FloatArray = field(repr=False)
    communality: FloatArray = field(repr=False)
    uniqueness: FloatArray = field(repr=False)
    variance: FloatArray
    fit: FactorFit
    n: int

    @property
    def structure(self) -> FloatArray:
        """(k, q) correlations of the items with the factors."""
        return np.asarray(self.loadings @ self.correlations)

    @property
    def complexity(self) -> FloatArray:
        """(k,) Hofmann's index: 1 for an item of one factor, q for one of all factors alike."""
        squares = self.loadings**2
        return np.asarray(squares.sum(axis=1) ** 2 / (squares**2).sum(axis=1))

    def to_rows(self) -> list[Row]:
        """One row per item."""
        rows: list[Row] = []
        for place, label in enumerate(self.labels):
            row: Row = {"item": label}
            row |= {f"factor_{q + 1}": float(value) for q, value in enumerate(self.loadings[place])}
            row |= {
                "communality": float(self.communality[place]),
                "uniqueness": float(self.uniqueness[place]),
                "complexity": known(float(self.complexity[place])),
                "method": self.method,
                "status": status_text(self),
            }
            rows.append(row)
        return rows


def efa(
    state: State,
    factors: int,
    *,
    extract: Extract | str = Extract.MINRES,
    rotate: Rotate | str = Rotate.OBLIMIN,
    normalise: bool | None = None,
    gamma: float = 0.0,
    delta: float = 0.01,
    power: float = 4.0,
    starts: int = 0,
    seed: int | None = None,
) -> FactorSolution:
    """Exploratory factor analysis of the correlations of a state.

    Parameters
    ----------
    state : `moments`, `pairwise_moments`, or `moments_of` a polychoric matrix.
    factors : how many; see `parallel_analysis` and `minimum_average_partial`.
    extract, rotate : see `Extract` and `Rotate`; the other parameters as in `rotation.rotated`.
    normalise : Kaiser normalisation; by default for varimax and promax only, as is usual.

    Returns
    -------
    FactorSolution
        Factors have no natural order or sign: compare communalities, or use `congruence`. Statuses: `heywood`,
        `not_converged`.

    Raises
    ------
    ReliabilityError
        ``too_many_factors``; ``no_variation`` naming the item; ``singular`` (ml).
    """
    by = _check.choice("extract", extract, among=Extract)
    way = _check.choice("rotate", rotate, among=Rotate)
    r = state.correlation
    first = extracted(r, factors, by=by)
    scaled = way in (Rotate.VARIMAX, Rotate.PROMAX) if normalise is None else normalise
    turned = rotated(
        first.loadings, way, normalise=scaled, gamma=gamma, delta=delta, power=power, starts=starts, seed=seed
    )
    pattern, correlations = _ordered(turned)
    return FactorSolution(
        method=f"factor analysis, {by.value}, {way.value}",
        definition="factors.efa",
        seed=seed if starts else None,
        status=_statuses(first, turned, state.labels),
        labels=state.labels,
        loadings=pattern,
        correlations=correlations,
        communality=np.asarray(((pattern @ correlations) * pattern).sum(axis=1)),
        uniqueness=first.uniqueness,
        variance=np.asarray(np.diag(correlations @ pattern.T @ pattern)),
        fit=_fit(r, first, n=state.n),
        n=state.n,
    )


def _ordered(turned: Rotation) -> tuple[FloatArray, FloatArray]:
    """Largest factor first, signs so that every column of the pattern has a positive sum."""
    size = np.diag(turned.correlations @ turned.pattern.T @ turned.pattern)
    order = np.argsort(-size, kind="stable")
    signs = np.where(turned.pattern.sum(axis=0) < 0, -1.0, 1.0)[order]
    correlations = turned.correlations[np.ix_(order, order)] * np.outer(signs, signs)
    return turned.pattern[:, order] * signs, correlations


def _statuses(first: Extraction, turned: Rotation, labels: tuple[str, ...]) -> tuple[AnalysisWarning, ...]:
    found = []
    if first.is_heywood:
        names = ", ".join(labels[place] for place in np.flatnonzero(first.heywood))
        found.append(AnalysisWarning(code="heywood", context={"items": names}))
    if not (first.is_converged and turned.is_converged):
        found.append(AnalysisWarning(code="not_converged", context={"iterations": 2_000}))
    return tuple(found)


def _fit(r: FloatArray, first: Extraction, *, n: int) -> FactorFit:
    """Fit of the unrotated solution; rotation changes nothing of it."""
    from scipy import special

    k, q = first.loadings.shape
    df = ((k - q) ** 2 - k - q) // 2
    model = first.loadings @ first.loadings.T
    residual = (r - model)[np.triu_indices(k, 1)]
    srmr = sqrt(float(residual @ residual) / len(residual))
    np.fill_diagonal(model, 1.0)
    signs, logs = np.linalg.slogdet(np.array([model, r]))
    if (signs <= 0).any() or logs.min() < log(np.finfo(np.float64).eps):
        return FactorFit(chi_square=nan, df=df, p_value=nan, rmsea=nan, tli=nan, bic=nan, srmr=srmr)
    discrepancy = float(np.trace(np.linalg.solve(model, r)) - k + logs[0] - logs[1])
    scale = n - 1 - (2 * k + 5) / 6 - 2 * q / 3
    chi_square = max(discrepancy, 0.0) * scale
    tli = rmsea = p_value = nan
    if df > 0:
        null = -float(logs[1]) * scale / (k * (k - 1) / 2)
        tli = (null - chi_square / df) / (null - 1)
        rmsea = sqrt(max(chi_square / (df * n) - 1 / (n - 1), 0.0))
        p_value = float(special.chdtrc(df, chi_square))
    return FactorFit(
        chi_square=chi_square,
        df=df,
        p_value=p_value,
        rmsea=rmsea,
        tli=tli,
        bic=chi_square - df * log(n),
        srmr=srmr,
    )
