"""Home of what a factor model implies: means, covariances and thresholds, and how they move with each element."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.validity.pattern import Kind, OfKind, Pattern
from analysis.validity.rows import vech_index

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
    def common(self) -> Values:
        """(..., p) variances that the factors give to the items."""
        return np.asarray(((self.loading @ self.factor) * self.loading).sum(axis=-1))

    @property
    def own(self) -> Values:
        """(..., p) residual variances on the diagonal."""
        return np.asarray(np.diagonal(self.residual, axis1=-2, axis2=-1))

    @property
    def factor_variance(self) -> Values:
        """(..., m) variances of the factors."""
        return np.asarray(np.diagonal(self.factor, axis1=-2, axis2=-1))

    @property
    def sigma(self) -> Values:
        """(p, p) covariance of the items (of the continuous responses behind ordered items, off the diagonal)."""
        return np.asarray(self.loading @ self.factor @ self.loading.T + self.residual)

    @property
    def mu(self) -> Values:
        """(p,) means."""
        return np.asarray(self.intercept + self.loading @ self.mean)


def matrices(pattern: Pattern, theta: Values, *, group: int) -> Matrices:
    """The matrices of one group at parameters theta (..., k)."""
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
    batch = theta.shape[:-1]
    held = {kind: np.zeros((*batch, *shape), dtype=theta.dtype) for kind, shape in shapes.items()}
    fixed = np.broadcast_to(pattern.constants, (*batch, len(pattern.constants)))
    values = np.concatenate([theta, fixed], axis=-1)
    for place in pattern.places[group]:
        held[place.kind][..., place.rows, place.columns] = values[..., place.source]
        if place.kind in (Kind.FACTOR, Kind.RESIDUAL):
            held[place.kind][..., place.columns, place.rows] = values[..., place.source]
    return Matrices(
        loading=held[Kind.LOADING],
        factor=held[Kind.FACTOR],
        residual=held[Kind.RESIDUAL],
        intercept=held[Kind.INTERCEPT][..., 0],
        mean=held[Kind.MEAN][..., 0],
        scale=held[Kind.SCALE][..., 0],
        threshold=held[Kind.THRESHOLD],
    )


def tangents(now: Matrices, kinds: Sequence[OfKind], *, count: int) -> tuple[Values, Values]:
    """Derivatives of mu (E, p) and sigma (E, p, p) with respect to each of E = `count` elements.

    References
    ----------
    Bollen (1989), Structural Equations with Latent Variables, appendix 4A.
    """
    p = now.loading.shape[0]
    d_mu = np.zeros((count, p), dtype=now.loading.dtype)
    d_sigma = np.zeros((count, p, p), dtype=now.loading.dtype)
    crossed = (now.loading @ now.factor).T
    for part in kinds:
        at, row, column = part.at, part.rows, part.columns
        if part.kind is Kind.LOADING:
            d_mu[at, row] = now.mean[column]
            d_sigma[at, row, :] = crossed[column]
            d_sigma[at, :, row] += crossed[column]
        elif part.kind is Kind.FACTOR:
            product = now.loading.T[row][:, :, None] * now.loading.T[column][:, None, :]
            share = np.where(row == column, 0.5, 1.0)[:, None, None]
            d_sigma[at] = share * (product + np.swapaxes(product, 1, 2))
        elif part.kind is Kind.RESIDUAL:
            d_sigma[at, row, column] = 1.0
            d_sigma[at, column, row] = 1.0
        elif part.kind is Kind.INTERCEPT:
            d_mu[at, row] = 1.0
        elif part.kind is Kind.MEAN:
            d_mu[at] = now.loading.T[row]
    return d_mu, d_sigma


def half(matrices_: Values) -> Values:
    """(..., p(p+1)/2) lower triangles of symmetric matrices (..., p, p)."""
    rows, columns = vech_index(matrices_.shape[-1])
    return np.asarray(matrices_[..., rows, columns])
