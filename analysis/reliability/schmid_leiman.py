"""Home of the Schmid-Leiman solution: one general factor beside group factors, made from correlated factors."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis._types import BoolArray, FloatArray
from analysis.reliability.extraction import Extract, extracted, minres
from analysis.reliability.rotation import Rotate, rotated


class Constraint(StrEnum):
    """What identifies the general factor of two groups: `equal` loadings of both, or `first` / `second` set to 1."""

    EQUAL = "equal"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SchmidLeiman:
    """General and group factors of a second-order solution: (k,), (k, q), uniquenesses (k,)."""

    general: FloatArray
    groups: FloatArray
    uniqueness: FloatArray
    heywood: BoolArray
    is_heywood: bool
    is_converged: bool


def schmid_leiman(r: FloatArray, factors: int, *, constraint: Constraint | None = None) -> SchmidLeiman:
    """Second-order solution made orthogonal.

    References
    ----------
    Schmid and Leiman (1957), Psychometrika 22, 53-61.
    """
    first = extracted(r, factors, by=Extract.MINRES)
    if factors == 1:
        return SchmidLeiman(
            general=first.loadings[:, 0],
            groups=np.zeros((len(r), 1)),
            uniqueness=first.uniqueness,
            heywood=first.heywood,
            is_heywood=first.is_heywood,
            is_converged=first.is_converged,
        )
    turned = rotated(first.loadings, Rotate.OBLIMIN, normalise=False)
    pattern, correlations = _positive(turned.pattern, turned.correlations)
    on_general, proper, settled = _second_order(correlations, constraint)
    return SchmidLeiman(
        general=pattern @ on_general,
        groups=pattern * np.sqrt(np.maximum(1 - on_general**2, 0.0)),
        uniqueness=first.uniqueness,
        heywood=first.heywood,
        is_heywood=first.is_heywood or not proper,
        is_converged=first.is_converged and turned.is_converged and settled,
    )


def _positive(pattern: FloatArray, correlations: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Largest factor first and every factor with a positive sum of loadings: only then `first` has a meaning."""
    order = np.argsort(-np.diag(correlations @ pattern.T @ pattern), kind="stable")
    signs = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)[order]
    return pattern[:, order] * signs, correlations[np.ix_(order, order)] * np.outer(signs, signs)


def _second_order(correlations: FloatArray, constraint: Constraint | None) -> tuple[FloatArray, bool, bool]:
    """Loadings of the group factors on the general one; whether they are proper; whether they converged."""
    if len(correlations) > 2:
        second = minres(correlations, 1)
        return second.loadings[:, 0], not second.is_heywood, second.is_converged
    between = float(correlations[0, 1])
    if constraint is Constraint.FIRST:
        return np.array([1.0, between]), True, True
    if constraint is Constraint.SECOND:
        return np.array([between, 1.0]), True, True
    root = np.sqrt(abs(between))
    return np.array([root, root if between >= 0 else -root]), True, True
