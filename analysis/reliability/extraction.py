"""Home of the extraction of common factors: minres, maximum likelihood, principal axis."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis._types import BoolArray, FloatArray
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.smc import definite

# Uniquenesses are kept above this; one that stops there is a Heywood case.
LEAST_UNIQUENESS = 0.005
_AXIS_STEPS = 2_000
_AXIS_TOLERANCE = 1e-7
_POLISHING_STEPS = 30
# A larger step means that the minimum is not near, and Newton is no help.
_NEAR = 1e-2

Objective = Callable[[FloatArray], tuple[float, FloatArray]]


class Extract(StrEnum):
    """`minres`: least squares off the diagonal; `ml`: maximum likelihood; `pa`: iterated principal axis."""

    MINRES = "minres"
    ML = "ml"
    PA = "pa"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extraction:
    """Unrotated loadings (k, q) of a correlation matrix with uniquenesses (k,)."""

    loadings: FloatArray
    uniqueness: FloatArray
    is_converged: bool

    @property
    def heywood(self) -> BoolArray:
        """(k,) items whose uniqueness stopped at its bound."""
        return np.asarray(self.uniqueness <= LEAST_UNIQUENESS * (1 + 1e-6))

    @property
    def is_heywood(self) -> bool:
        """Whether the solution is improper."""
        return bool(self.heywood.any())


def extracted(r: FloatArray, factors: int, *, by: Extract) -> Extraction:
    """Factors of a (k, k) correlation matrix by the chosen method.

    Raises
    ------
    ReliabilityError
        ``too_many_factors`` where the model has more parameters than correlations, ``singular`` for `ml`.
    """
    k = len(r)
    most = most_factors(k)
    if not 1 <= factors <= most:
        raise ReliabilityError("too_many_factors", k=k, most=most, actual=factors)
    return {Extract.MINRES: minres, Extract.ML: maximum_likelihood, Extract.PA: principal_axis}[by](
        r, factors
    )


def most_factors(k: int) -> int:
    """The largest number of factors that leaves no negative degrees of freedom; none for two items."""
    possible = [q for q in range(1, k) if (k - q) ** 2 >= k + q]
    return max(possible, default=0)


def minres(r: FloatArray, factors: int) -> Extraction:
    """Least squares of the correlations off the diagonal.

    References
    ----------
    Harman and Jones (1966), Psychometrika 31, 351-368; Jöreskog (2003), "Factor analysis by MINRES", for the
    equivalence with unweighted least squares in the uniquenesses.
    """

    def objective(psi: FloatArray) -> tuple[float, FloatArray]:
        values, vectors = np.linalg.eigh(r - np.diag(psi))
        rest, directions = values[:-factors], vectors[:, :-factors]
        return 0.5 * float(rest @ rest), -(directions**2) @ rest

    return _optimised(r, factors, objective, scaled=False)


def maximum_likelihood(r: FloatArray, factors: int) -> Extraction:
    """Maximum likelihood under normality, concentrated on the uniquenesses.

    References
    ----------
    Lawley and Maxwell (1971), Factor Analysis as a Statistical Method, 2nd ed., sec. 4.3.
    """
    definite(r)

    def objective(psi: FloatArray) -> tuple[float, FloatArray]:
        root = 1 / np.sqrt(psi)
        values, vectors = np.linalg.eigh(r * np.outer(root, root))
        values = np.maximum(values, 1e-12)
        rest = values[:-factors]
        loadings = vectors[:, -factors:] * np.sqrt(np.maximum(values[-factors:] - 1, 0.0)) / root[:, None]
        gap = (loadings**2).sum(axis=1) + psi - np.diag(r)
        return float((rest - np.log(rest) - 1).sum()), gap / psi**2

    return _optimised(r, factors, objective, scaled=True)


def principal_axis(r: FloatArray, factors: int) -> Extraction:
    """Communalities on the diagonal, replaced by those of the factors until they stand still.

    References
    ----------
    Gorsuch (1983), Factor Analysis, 2nd ed., sec. 6.3.
    """
    psi, moved = _start(r), np.inf
    for _ in range(_AXIS_STEPS):
        loadings = _principal(r - np.diag(psi), factors)
        new = np.clip(1 - (loadings**2).sum(axis=1), LEAST_UNIQUENESS, 1.0)
        moved = float(np.abs(new - psi).max())
        psi = new
        if moved < _AXIS_TOLERANCE:
            break
    return Extraction(
        loadings=_signed(_principal(r - np.diag(psi), factors)),
        uniqueness=psi,
        is_converged=moved < _AXIS_TOLERANCE,
    )


def _optimised(r: FloatArray, factors: int, objective: Objective, *, scaled: bool) -> Extraction:
    from scipy import optimize

    found = optimize.minimize(
        objective,
        _start(r),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1.0)] * len(r),
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2_000, "maxcor": 20},
    )
    psi = _polished(r, np.asarray(found.x), factors, scaled=scaled)
    root = np.sqrt(psi) if scaled else np.ones(len(r))
    reduced = r / np.outer(root, root) - np.eye(len(r)) if scaled else r - np.diag(psi)
    free = (psi > LEAST_UNIQUENESS * (1 + 1e-6)) & (psi < 1.0)
    return Extraction(
        loadings=_signed(_principal(reduced, factors) * root[:, None]),
        uniqueness=psi,
        is_converged=bool(np.abs(np.asarray(found.jac)[free]).max(initial=0.0) < 1e-4),
    )


def _polished(r: FloatArray, psi: FloatArray, factors: int, *, scaled: bool) -> FloatArray:
    """Newton steps from near the minimum to the last digit, so that equal states give equal figures; with the part of
    the curvature that does not vanish where the model fits. Heywood cases stay as they are.

    References
    ----------
    Jöreskog (1967), Psychometrika 32, eq. 31 (approximate second derivatives).
    """
    last = np.inf
    for _ in range(_POLISHING_STEPS):
        if (psi <= LEAST_UNIQUENESS * (1 + 1e-6)).any() or (psi >= 1.0).any():
            return psi
        root = np.sqrt(psi) if scaled else np.ones(len(r))
        reduced = r / np.outer(root, root) if scaled else r - np.diag(psi)
        values, vectors = np.linalg.eigh(reduced)
        rest, directions = values[:-factors], vectors[:, :-factors]
        slope = directions**2 @ ((1 - rest) if scaled else -rest)
        step = np.linalg.lstsq((directions @ directions.T) ** 2, slope, rcond=1e-10)[0]
        size = float(np.abs(step).max())
        if not size < min(last, _NEAR):
            return psi
        psi, last = psi * np.exp(-step) if scaled else psi - step, size
    return psi


def _start(r: FloatArray) -> FloatArray:
    return np.asarray(np.clip(1 / np.diag(np.linalg.pinv(r)), 0.1, 0.95))


def _principal(reduced: FloatArray, factors: int) -> FloatArray:
    """Loadings on the largest principal axes of a reduced correlation matrix."""
    values, vectors = np.linalg.eigh(reduced)
    return np.asarray(vectors[:, -factors:][:, ::-1] * np.sqrt(np.maximum(values[-factors:][::-1], 0.0)))


def _signed(loadings: FloatArray) -> FloatArray:
    """A factor has no sign of its own: make the sum of its loadings positive."""
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))
