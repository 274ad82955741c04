"""Home of partial least squares path modelling on a correlation matrix."""

from dataclasses import dataclass

import numpy as np

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.index.errors import IndexRefused
from analysis.index.path_model import Mode, PathModel, Scheme

_TOLERANCE = 1e-12
_MOST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """At b latent variables of p standardised items.

    Attributes
    ----------
    weights : (p, b) outer weights; latent variables have variance 1.
    loadings : (p,) correlation of each item with its own latent variable.
    latent : (b, b) correlations of the latent variables.
    paths : (b, b) slopes, row leads to column.
    r_squared : (b,) nan where nothing leads to it.
    """

    weights: FloatArray
    loadings: FloatArray
    latent: FloatArray
    paths: FloatArray
    r_squared: FloatArray
    iterations: int
    converged: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """A path model as arrays: (p,) block of each item, (b,) modes, (b, b) paths, and the scheme."""

    block: IntArray
    modes: tuple[Mode, ...]
    names: tuple[str, ...]
    leads: BoolArray
    scheme: Scheme


def structure(model: PathModel, scheme: Scheme) -> Structure:
    """The arrays of a declaration."""
    sizes = [len(items) for items in model.blocks.values()]
    return Structure(
        block=np.repeat(np.arange(len(sizes)), sizes),
        modes=tuple(model.mode(block) for block in model.names),
        names=model.names,
        leads=model.leads(),
        scheme=scheme,
    )


def solve(correlation: FloatArray, shape: Structure, *, start: FloatArray | None = None) -> Solution:
    """Alternate between inner and outer estimation until no weight moves by 1e-12.

    Parameters
    ----------
    start : (p, b) weights to begin with; equal weights by default.

    References
    ----------
    Lohmoller (1989), Latent Variable Path Modeling with Partial Least Squares, ch. 2; Tenenhaus, Esposito Vinzi,
    Chatelin and Lauro (2005), Computational Statistics & Data Analysis 48, sec. 2.
    """
    own = shape.block[:, None] == np.arange(len(shape.names))
    weights = _scaled(_start(correlation, own) if start is None else start, correlation)
    converged, steps = False, 0
    while not converged and steps < _MOST:
        steps += 1
        inner = _inner(weights.T @ correlation @ weights, shape)
        new = _scaled(_outer(correlation, weights @ inner, shape), correlation)
        converged = bool(np.abs(new - weights).max() < _TOLERANCE)
        weights = new
    weights = _signed(weights, correlation, own)
    latent = weights.T @ correlation @ weights
    paths, r_squared = _regressions(latent, shape)
    return Solution(
        weights=weights,
        loadings=(correlation @ weights)[own],
        latent=latent,
        paths=paths,
        r_squared=r_squared,
        iterations=steps,
        converged=converged,
    )


def _start(correlation: FloatArray, own: BoolArray) -> FloatArray:
    """Equal weights; the first item alone where the items of a block cancel out."""
    weights = own.astype(np.float64)
    variance = np.einsum("pb,pq,qb->b", weights, correlation, weights)
    for b in np.flatnonzero(variance < 1e-10):
        weights[:, b] = 0.0
        weights[int(np.argmax(own[:, b])), b] = 1.0
    return weights


def _inner(latent: FloatArray, shape: Structure) -> FloatArray:
    """(b, b) weights of the neighbours (rows) in the inner proxy of each latent variable (columns)."""
    neighbours = shape.leads | shape.leads.T
    if shape.scheme is Scheme.CENTROID:
        return np.where(neighbours, np.sign(latent), 0.0)
    if shape.scheme is Scheme.FACTORIAL:
        return np.where(neighbours, latent, 0.0)
    slopes, _ = _regressions(latent, shape)
    return np.where(shape.leads, slopes, 0.0) + np.where(shape.leads.T, latent, 0.0)


def _outer(correlation: FloatArray, proxies: FloatArray, shape: Structure) -> FloatArray:
    """(p, b) weights from the correlations of the items with the proxy of their own block."""
    pulled = correlation @ proxies
    weights = np.zeros_like(pulled)
    for b, mode in enumerate(shape.modes):
        items = np.flatnonzero(shape.block == b)
        if mode is Mode.A:
            weights[items, b] = pulled[items, b]
            continue
        inside = correlation[np.ix_(items, items)]
        if np.linalg.eigvalsh(inside)[0] < 1e-10:
            raise IndexRefused("block_singular", block=shape.names[b])
        weights[items, b] = np.linalg.solve(inside, pulled[items, b])
    return weights


def _scaled(weights: FloatArray, correlation: FloatArray) -> FloatArray:
    """Weights that give every latent variable variance 1."""
    variance = np.einsum("pb,pq,qb->b", weights, correlation, weights)
    return np.asarray(weights / np.sqrt(variance))


def _signed(weights: FloatArray, correlation: FloatArray, own: BoolArray) -> FloatArray:
    """Latent variables turned so that the loadings of their items sum to a positive number."""
    loadings = np.where(own, correlation @ weights, 0.0).sum(axis=0)
    return np.asarray(weights * np.where(loadings < 0, -1.0, 1.0))


def _regressions(latent: FloatArray, shape: Structure) -> tuple[FloatArray, FloatArray]:
    """Slopes of each latent variable on those that lead to it, and R squared."""
    leads = shape.leads
    slopes, r_squared = np.zeros_like(latent), np.full(len(latent), np.nan)
    for b in range(len(latent)):
        before = np.flatnonzero(leads[:, b])
        if before.size:
            if np.linalg.eigvalsh(latent[np.ix_(before, before)])[0] < 1e-10:
                raise IndexRefused("latent_collinear", block=shape.names[b])
            slopes[before, b] = np.linalg.solve(latent[np.ix_(before, before)], latent[before, b])
            r_squared[b] = float(slopes[before, b] @ latent[before, b])
    return slopes, r_squared
