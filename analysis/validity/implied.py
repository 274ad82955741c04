"""Home of what a factor model implies: means, covariances and thresholds, and how they move with each element."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.validity.moments import vech_index
from analysis.validity.pattern import Element, Kind, Pattern

# The complex step of the Hessian runs through the same formulae, so values may be complex here.
Values = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrices:
    """One group's matrices: loadings (p, m), factor (m, m), residual (p, p), intercept (p,), mean (m,), and for
    ordered items scale (p,) and threshold (p, most steps)."""

    loading: Values
    factor: Values
    residual: Values
    intercept: Values
    mean: Values
    scale: Values
    threshold: Values

    @property
    def sigma(self) -> Values:
        """(p, p) covariance of the items (of the continuous responses behind ordered items, off the diagonal)."""
        return np.asarray(self.loading @ self.factor @ self.loading.T + self.residual)

    @property
    def mu(self) -> Values:
        """(p,) means."""
        return np.asarray(self.intercept + self.loading @ self.mean)


def matrices(pattern: Pattern, theta: Values, group: int) -> Matrices:
    """The matrices of one group at parameters theta (k,)."""
    p, m = len(pattern.blocks.items), len(pattern.blocks.factors)
    shapes = {
        Kind.LOADING: (p, m),
        Kind.FACTOR: (m, m),
        Kind.RESIDUAL: (p, p),
        Kind.INTERCEPT: (p, 1),
        Kind.MEAN: (m, 1),
        Kind.SCALE: (p, 1),
        Kind.THRESHOLD: (p, max(pattern.steps, default=1)),
    }
    held = {kind: np.zeros(shape, dtype=theta.dtype) for kind, shape in shapes.items()}
    for element in pattern.of_group(group):
        value = element.value if element.free < 0 else theta[element.free]
        held[element.kind][element.row, element.column] = value
        if element.kind in (Kind.FACTOR, Kind.RESIDUAL):
            held[element.kind][element.column, element.row] = value
    return Matrices(
        loading=held[Kind.LOADING],
        factor=held[Kind.FACTOR],
        residual=held[Kind.RESIDUAL],
        intercept=held[Kind.INTERCEPT][:, 0],
        mean=held[Kind.MEAN][:, 0],
        scale=held[Kind.SCALE][:, 0],
        threshold=held[Kind.THRESHOLD],
    )


def tangents(now: Matrices, elements: Sequence[Element]) -> tuple[Values, Values]:
    """Derivatives of mu (E, p) and sigma (E, p, p) with respect to each of E elements.

    References
    ----------
    Bollen (1989), Structural Equations with Latent Variables, appendix 4A.
    """
    p = now.loading.shape[0]
    d_mu = np.zeros((len(elements), p), dtype=now.loading.dtype)
    d_sigma = np.zeros((len(elements), p, p), dtype=now.loading.dtype)
    crossed = now.loading @ now.factor
    for at, element in enumerate(elements):
        row, column = element.row, element.column
        if element.kind is Kind.LOADING:
            d_mu[at, row] = now.mean[column]
            d_sigma[at, row, :] += crossed[:, column]
            d_sigma[at, :, row] += crossed[:, column]
        elif element.kind is Kind.FACTOR:
            product = np.outer(now.loading[:, row], now.loading[:, column])
            d_sigma[at] = product if row == column else product + product.T
        elif element.kind is Kind.RESIDUAL:
            d_sigma[at, row, column] = d_sigma[at, column, row] = 1.0
        elif element.kind is Kind.INTERCEPT:
            d_mu[at, row] = 1.0
        elif element.kind is Kind.MEAN:
            d_mu[at] = now.loading[:, row]
    return d_mu, d_sigma


def half(matrices_: Values) -> Values:
    """(..., p(p+1)/2) lower triangles of symmetric matrices (..., p, p)."""
    rows, columns = vech_index(matrices_.shape[-1])
    return np.asarray(matrices_[..., rows, columns])
