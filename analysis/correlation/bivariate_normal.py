"""Home of the bivariate normal distribution, for many rectangles at once."""

from functools import cache

import numpy as np

from analysis._types import FloatArray

# Beyond this the integrand of the quadrature is too peaked for its nodes; Owen's T takes over.
STEEP = 0.9
_NODES = 16
_TWO_PI = 2.0 * np.pi


def density(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """Density of two standard normals with correlation `rho` (strictly inside -1 and 1) at (h, k)."""
    rest = 1.0 - rho**2
    return np.asarray(np.exp(-(h * h - 2.0 * rho * h * k + k * k) / (2.0 * rest)) / (_TWO_PI * np.sqrt(rest)))


def cdf(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """P(X <= h, Y <= k) for two standard normals with correlation `rho`; shapes are broadcast, h and k finite.

    Notes
    -----
    d/d rho of the probability is the density, so P = Phi(h) Phi(k) + the integral of the density from 0 to rho;
    with rho = sin(theta) its integrand is smooth and Gauss-Legendre converges fast. For |rho| > 0.9: Owen's T.

    References
    ----------
    Drezner and Wesolowsky (1990), J. Statistical Computation and Simulation 35, 101-107; Owen (1956), Annals of
    Mathematical Statistics 27, 1075-1090.
    """
    from scipy.special import ndtr

    h, k, rho = np.broadcast_arrays(h, k, rho)
    result = ndtr(h) * ndtr(k)
    steep = np.abs(rho) > STEEP
    if not steep.any():
        return np.asarray(result + _smooth_part(h, k, rho))
    result[~steep] += _smooth_part(h[~steep], k[~steep], rho[~steep])
    result[steep] = _by_owens_t(h[steep], k[steep], rho[steep])
    return np.asarray(result)


@cache
def _legendre() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1.0) / 2.0, weights / 2.0


def _smooth_part(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    squares, product, angle = (h * h + k * k) / 2.0, h * k, np.arcsin(rho)
    total = np.zeros_like(squares)
    for node, weight in zip(*_legendre(), strict=True):
        sine = np.sin(node * angle)
        total += weight * np.exp((sine * product - squares) / (1.0 - sine * sine))
    return np.asarray(total * angle / _TWO_PI)


def _by_owens_t(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    from scipy.special import ndtr, owens_t

    root = np.sqrt(1.0 - rho**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(h == 0.0, np.sign(k) * np.inf, (k / h - rho) / root)
        second = np.where(k == 0.0, np.sign(h) * np.inf, (h / k - rho) / root)
    apart = ((h * k < 0.0) | ((h * k == 0.0) & (h + k < 0.0))) * 0.5
    both_zero = (h == 0.0) & (k == 0.0)
    value = 0.5 * (ndtr(h) + ndtr(k)) - owens_t(h, first) - owens_t(k, second) - apart
    return np.asarray(np.where(both_zero, 0.25 + np.arcsin(rho) / _TWO_PI, value))
