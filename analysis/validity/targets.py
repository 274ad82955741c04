"""Home of what a model is fitted to: a group's means and covariances, or its thresholds and polychoric correlations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis._types import FloatArray
from analysis.validity.implied import Matrices, Values, half, tangents
from analysis.validity.pattern import Kind, OfKind
from analysis.validity.rows import vech_index


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """A group's moments near a point: the derivative (E, q) of q moments with respect to E elements, the same times the
    moments' weight matrix, and observed minus implied moments (q,)."""

    slope: Values
    weighted: Values
    residual: Values


class Target(Protocol):
    """One group's observed moments and the distance of a model from them."""

    @property
    def share(self) -> float:
        """The group's share of all respondents."""

    def distance(self, now: Matrices) -> float:
        """Discrepancy F of the model; infinite where the model implies no covariance matrix."""

    def linear(self, now: Matrices, kinds: Sequence[OfKind], *, count: int) -> Linear:
        """The moments near the point."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormalTarget:
    """Means (p,) and covariances (p, p), fitted by maximum likelihood.

    References
    ----------
    Jöreskog (1967), Psychometrika 32, 443-482; Browne and Arminger (1995), in Handbook of Statistical Modeling for the
    Social and Behavioral Sciences, ch. 4 (mean and covariance structures).
    """

    share: float
    mean: FloatArray
    covariance: FloatArray
    has_means: bool

    def distance(self, now: Matrices) -> float:
        """log|Σ| + tr(S Σ⁻¹) − log|S| − p + (m − μ)'Σ⁻¹(m − μ)."""
        sigma = now.sigma
        try:
            np.linalg.cholesky(sigma)
        except np.linalg.LinAlgError:
            return float("inf")
        inverse = np.linalg.inv(sigma)
        gap = self.mean - now.mu if self.has_means else np.zeros(len(self.mean))
        logs = np.linalg.slogdet(sigma)[1] - np.linalg.slogdet(self.covariance)[1]
        return float(logs + (self.covariance * inverse).sum() - len(sigma) + gap @ inverse @ gap)

    def linear(self, now: Matrices, kinds: Sequence[OfKind], *, count: int) -> Linear:
        """Moments are (mean, vech S) about the model; the weight is the normal theory one at the model."""
        d_mu, d_sigma = tangents(now, kinds, count=count)
        inverse = np.linalg.inv(now.sigma)
        gap = self.mean - now.mu if self.has_means else np.zeros(len(self.mean))
        second = half(self.covariance + np.outer(gap, gap) - now.sigma)
        weighted_sigma = half(inverse @ d_sigma @ inverse) * duplication(len(inverse))
        if not self.has_means:
            d_mu = np.zeros_like(d_mu)
        return Linear(
            slope=np.hstack([d_mu, half(d_sigma)]),
            weighted=np.hstack([d_mu @ inverse, weighted_sigma]),
            residual=np.concatenate([gap, second]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderedTarget:
    """Thresholds and polychoric correlations, fitted by diagonally weighted least squares.

    Attributes
    ----------
    thresholds : per item its (steps,) thresholds.
    correlation : (p, p).
    weight : (q,) inverse variances of thresholds (item by item) and correlations (column by column).

    References
    ----------
    Muthén (1984), Psychometrika 49, 115-132; Muthén, du Toit and Spisic (1997), "Robust inference using weighted least
    squares", eq. 9-12.
    """

    share: float
    thresholds: tuple[FloatArray, ...]
    correlation: FloatArray
    weight: FloatArray

    def distance(self, now: Matrices) -> float:
        """Weighted sum of squares of observed minus implied moments."""
        residual = self._residual(now)
        return float((self.weight * residual**2).sum())

    def linear(self, now: Matrices, kinds: Sequence[OfKind], *, count: int) -> Linear:
        """Threshold t of item i is s_i (τ − μ_i), correlation ij is s_i s_j σ_ij, s being the scale."""
        d_mu, d_sigma = tangents(now, kinds, count=count)
        sigma, scale = now.sigma, now.scale
        owner, step = self._steps()
        pairs = below(len(scale))
        d_threshold = -d_mu[:, owner] * scale[owner]
        d_rho = d_sigma[:, pairs[0], pairs[1]] * (scale[pairs[0]] * scale[pairs[1]])
        first = np.concatenate([[0], np.cumsum([len(steps) for steps in self.thresholds])])
        for part in kinds:
            if part.kind is Kind.THRESHOLD:
                d_threshold[part.at, first[part.rows] + part.columns] = scale[part.rows]
            elif part.kind is Kind.SCALE:
                for at, item in zip(part.at, part.rows, strict=True):
                    own = slice(first[item], first[item + 1])
                    d_threshold[at, own] = now.threshold[item, step[own]] - now.mu[item]
                    other = np.where(pairs[0] == item, scale[pairs[1]], 0.0)
                    other = np.where(pairs[1] == item, scale[pairs[0]], other)
                    d_rho[at] = other * sigma[pairs]
        slope = np.hstack([d_threshold, d_rho])
        return Linear(slope=slope, weighted=slope * self.weight, residual=self._residual(now))

    def _steps(self) -> tuple[Values, Values]:
        counts = [len(steps) for steps in self.thresholds]
        return np.repeat(np.arange(len(counts)), counts), np.concatenate(
            [np.arange(count) for count in counts]
        )

    def _residual(self, now: Matrices) -> Values:
        owner, step = self._steps()
        pairs = below(len(now.scale))
        implied = np.concatenate(
            [
                now.scale[owner] * (now.threshold[owner, step] - now.mu[owner]),
                now.scale[pairs[0]] * now.scale[pairs[1]] * now.sigma[pairs],
            ]
        )
        return np.asarray(np.concatenate([*self.thresholds, self.correlation[pairs]]) - implied)


def duplication(p: int) -> FloatArray:
    """(p(p+1)/2,) weights that turn half of a symmetric product into ½ D'vec: 1 off the diagonal, ½ on it."""
    rows, columns = vech_index(p)
    return np.where(rows == columns, 0.5, 1.0)


def below(p: int) -> tuple[Values, Values]:
    """Rows and columns of the p(p−1)/2 places below the diagonal, column by column, the order of `correlation.OrdinalMoments`."""
    columns, rows = np.triu_indices(p, 1)
    return rows, columns
