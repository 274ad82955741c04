"""Home of exploratory factors for omega: minres and maximum-likelihood extraction, oblimin, Schmid-Leiman."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray

# Uniquenesses are kept above this; one that stops there is a Heywood case.
LEAST_UNIQUENESS = 0.005
_OBLIMIN_STEPS = 2_000
_OBLIMIN_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extraction:
    """Unrotated loadings (k, q) of a correlation matrix with uniquenesses (k,)."""

    loadings: FloatArray
    uniqueness: FloatArray
    is_heywood: bool
    is_converged: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SchmidLeiman:
    """General and group factors of a second-order solution: (k,), (k, q), uniquenesses (k,)."""

    general: FloatArray
    groups: FloatArray
    uniqueness: FloatArray
    is_heywood: bool
    is_converged: bool


def minres(r: FloatArray, factors: int) -> Extraction:
    """Least squares of the correlations off the diagonal.

    References
    ----------
    Harman and Jones (1966), Psychometrika 31; Jöreskog (2003), "Factor analysis by MINRES", for the
    equivalence with unweighted least squares in the uniquenesses.
    """

    def objective(psi: FloatArray) -> tuple[float, FloatArray]:
        values, vectors = np.linalg.eigh(r - np.diag(psi))
        rest, directions = values[:-factors], vectors[:, :-factors]
        return 0.5 * float(rest @ rest), -(directions**2) @ rest

    return _extract(r, factors, objective, scaled=False)


def maximum_likelihood(r: FloatArray, factors: int) -> Extraction:
    """Maximum likelihood under normality, concentrated on the uniquenesses.

    References
    ----------
    Lawley and Maxwell (1971), Factor Analysis as a Statistical Method, 2nd ed., sec. 4.3.
    """

    def objective(psi: FloatArray) -> tuple[float, FloatArray]:
        root = 1 / np.sqrt(psi)
        values, vectors = np.linalg.eigh(r * np.outer(root, root))
        values = np.maximum(values, 1e-12)
        rest = values[:-factors]
        loadings = vectors[:, -factors:] * np.sqrt(np.maximum(values[-factors:] - 1, 0.0)) / root[:, None]
        gap = (loadings**2).sum(axis=1) + psi - np.diag(r)
        return float((rest - np.log(rest) - 1).sum()), gap / psi**2

    return _extract(r, factors, objective, scaled=True)


def _extract(r: FloatArray, factors: int, objective: object, *, scaled: bool) -> Extraction:
    from scipy import optimize

    start = np.clip(1 / np.diag(np.linalg.pinv(r)), 0.1, 0.95)
    found = optimize.minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1.0)] * len(r),
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2_000, "maxcor": 20},
    )
    psi = np.asarray(found.x)
    root = np.sqrt(psi) if scaled else np.ones(len(r))
    target = r / np.outer(root, root) if scaled else r - np.diag(psi)
    values, vectors = np.linalg.eigh(target)
    top = np.maximum(values[-factors:][::-1] - (1.0 if scaled else 0.0), 0.0)
    loadings = vectors[:, -factors:][:, ::-1] * np.sqrt(top) * root[:, None]
    # A factor has no sign of its own: make the sum of its loadings positive.
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return Extraction(
        loadings=loadings,
        uniqueness=psi,
        is_heywood=bool((psi <= LEAST_UNIQUENESS * (1 + 1e-6)).any()),
        is_converged=bool(np.abs(found.jac[psi > LEAST_UNIQUENESS * (1 + 1e-6)]).max(initial=0.0) < 1e-4),
    )


def oblimin(loadings: FloatArray) -> tuple[FloatArray, FloatArray, bool]:
    """Direct quartimin rotation (oblimin with gamma 0): pattern (k, q), factor correlations (q, q), converged.

    References
    ----------
    Jennrich (2002), Psychometrika 67, sec. 2 (gradient projection for oblique rotation).
    """
    q = loadings.shape[1]
    others = np.ones((q, q)) - np.eye(q)
    turn, step = np.eye(q), 1.0

    def criterion(t: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        pattern = loadings @ np.linalg.inv(t).T
        squares = pattern**2
        gradient = pattern * (squares @ others)
        return float((squares * (squares @ others)).sum()) / 4, gradient, pattern

    value, gradient, pattern = criterion(turn)
    for _ in range(_OBLIMIN_STEPS):
        slope = -(pattern.T @ gradient @ np.linalg.inv(turn)).T
        projected = slope - turn * (turn * slope).sum(axis=0)
        size = float(np.sqrt((projected**2).sum()))
        if size < _OBLIMIN_TOLERANCE:
            return pattern, turn.T @ turn, True
        step *= 2
        for _ in range(40):
            moved = turn - step * projected
            moved = moved / np.sqrt((moved**2).sum(axis=0))
            new_value, new_gradient, new_pattern = criterion(moved)
            if new_value < value - 0.5 * size**2 * step:
                break
            step /= 2
        turn, value, gradient, pattern = moved, new_value, new_gradient, new_pattern
    return pattern, turn.T @ turn, False


def schmid_leiman(r: FloatArray, factors: int) -> SchmidLeiman:
    """Second-order solution made orthogonal: one general factor beside the group factors.

    References
    ----------
    Schmid and Leiman (1957), Psychometrika 22, 53-61.
    """
    first = minres(r, factors)
    pattern, correlations, turned = oblimin(first.loadings)
    second = minres(correlations, 1)
    on_general = second.loadings[:, 0]
    general = pattern @ on_general
    groups = pattern * np.sqrt(np.maximum(1 - on_general**2, 0.0))
    return SchmidLeiman(
        general=general,
        groups=groups,
        uniqueness=first.uniqueness,
        is_heywood=first.is_heywood or second.is_heywood,
        is_converged=first.is_converged and second.is_converged and turned,
    )
