"""Home of the sandwich: covariance of estimates and of the test statistic when answers are not normal or not independent."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np

from analysis._types import FloatArray
from analysis.validity.rows import recentring, vech_index
from analysis.validity.targets import Linear, duplication


class Robust(StrEnum):
    """How standard errors and the test allow for answers that are not normal.

    `none`: normal theory. `mlm`: expected information, Satorra-Bentler statistic. `mlr`: observed information and
    casewise scores, Yuan-Bentler statistic in the form of Asparouhov and Muthén. `wlsmv`: ordered items, statistic
    scaled and shifted. With moments of a survey design each of them is design-based.
    """

    NONE = "none"
    MLM = "mlm"
    MLR = "mlr"
    WLSMV = "wlsmv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """What turns a raw statistic T into T / factor + shift; `trace` belongs to the model (see `yuan_bentler`)."""

    factor: float
    shift: float = 0.0


def moment_covariance(
    spread: FloatArray, size: FloatArray, *, gaps: Sequence[FloatArray], sigmas: Sequence[FloatArray]
) -> FloatArray:
    """(Gq, Gq) covariance of the groups' (mean, vech covariance), each person's moments taken about (mean − gap, sigma).

    Parameters
    ----------
    spread : (G(1+q), G(1+q)) from `GroupedMoments.spread`.
    size : (G,) respondents times the groups' shares.
    gaps, sigmas : per group (p,) and (p, p); zero and the observed covariance take the moments about themselves.
    """
    turns = []
    for gap, sigma in zip(gaps, sigmas, strict=True):
        turn = recentring(gap)[1:]
        turn[len(gap) :, 0] -= sigma[vech_index(len(gap))]
        turns.append(turn)
    turn = block_diagonal(turns)
    scale = np.repeat(size, turns[0].shape[0])
    return np.asarray(turn @ spread @ turn.T / np.outer(scale, scale))


def normal_weight(sigma: FloatArray, *, has_means: bool) -> FloatArray:
    """(q, q) inverse of the normal theory covariance of (mean, vech covariance) of one respondent."""
    precision, p = np.linalg.inv(sigma), len(sigma)
    rows, columns = vech_index(p)
    own = duplication(p)
    second = precision[np.ix_(rows, rows)] * precision[np.ix_(columns, columns)]
    second += precision[np.ix_(rows, columns)] * precision[np.ix_(columns, rows)]
    weight = np.zeros((p + len(rows),) * 2)
    weight[p:, p:] = second * np.outer(own, own)
    if has_means:
        weight[:p, :p] = precision
    return weight


def stacked(parts: Sequence[Linear], shares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(k, Gq) slopes of all groups' moments side by side, and the same through the weights times the groups' shares."""
    slope = np.hstack([part.slope for part in parts])
    weighted = np.hstack([part.weighted * share for part, share in zip(parts, shares, strict=True)])
    return slope, weighted


def inverse(information: FloatArray) -> FloatArray:
    """(k, k) inverse of a positive matrix whose rows may be in very different units; directions of no information stay 0."""
    unit = np.sqrt(np.maximum(np.diag(information), 1e-300))
    scaled = information / np.outer(unit, unit)
    return np.asarray(np.linalg.pinv(scaled, rcond=1e-12, hermitian=True) / np.outer(unit, unit))


def sandwich(information: FloatArray, weighted: FloatArray, *, covariance: FloatArray) -> FloatArray:
    """(k, k) covariance of the estimates from the covariance of the moments.

    References
    ----------
    Browne (1984), British Journal of Mathematical and Statistical Psychology 37, eq. 2.12; White (1982), Econometrica
    50, 1-25.
    """
    bread = inverse(information)
    return np.asarray(bread @ weighted @ covariance @ weighted.T @ bread)


def residual_projector(slope: FloatArray, weight: FloatArray) -> FloatArray:
    """(Q, Q) matrix U = W − WΔ(Δ'WΔ)⁻¹Δ'W, which is what a model leaves of the moments' variation."""
    through = slope @ weight
    return np.asarray(weight - through.T @ inverse(through @ slope.T) @ through)


def satorra_bentler(projector: FloatArray, gamma: FloatArray, *, df: int) -> Scaling:
    """Mean of the statistic over its degrees of freedom, tr(UΓ)/df.

    References
    ----------
    Satorra and Bentler (1994), in Latent Variables Analysis (von Eye and Clogg, eds), eq. 16.9.
    """
    return Scaling(factor=float((projector * gamma).sum()) / df if df > 0 else float("nan"))


def scaled_and_shifted(projector: FloatArray, gamma: FloatArray, *, df: int) -> Scaling:
    """Scale and shift that give the statistic the mean and variance of a chi-square of `df`.

    References
    ----------
    Asparouhov and Muthén (2010), "Simple second order chi-square correction", eq. 8-10.
    """
    if df <= 0:
        return Scaling(factor=float("nan"))
    product = projector @ gamma
    trace, square = float(np.trace(product)), float((product * product.T).sum())
    return Scaling(factor=sqrt(square / df), shift=df - sqrt(df * trace**2 / square))


def yuan_bentler(saturated: float, model: float, *, df: int) -> Scaling:
    """Difference of the models' tr(B A⁻¹) over the degrees of freedom.

    References
    ----------
    Yuan and Bentler (2000), Sociological Methodology 30, 165-200; Asparouhov and Muthén (2005), "Multivariate
    statistical modeling with survey data", eq. 8.
    """
    return Scaling(factor=(saturated - model) / df if df > 0 else float("nan"))


def block_diagonal(blocks: Sequence[FloatArray]) -> FloatArray:
    """Blocks (r, c) along the diagonal of one matrix."""
    full = np.zeros((sum(len(block) for block in blocks), sum(block.shape[1] for block in blocks)))
    row = column = 0
    for block in blocks:
        full[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return full
