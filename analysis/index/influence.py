"""Home of influence values: what each respondent adds to an item mean and to an index made of item means."""

from __future__ import annotations

import numpy as np

from analysis._types import FloatArray, IntArray


def item_influence(
    scores: FloatArray,
    weights: FloatArray,
    *,
    domain: IntArray,
    means: FloatArray,
    sums: FloatArray,
) -> FloatArray:
    """Linearised value of each respondent in the item means of their own domain.

    Parameters
    ----------
    scores : (n, k) float, nan where missing; a missing answer leaves the domain, never the design.
    weights : (n,) float
    domain : (n,) int, -1 for a respondent of no domain
    means : (d, k) float
    sums : (d, k) float, sum of weights of the valid answers

    Returns
    -------
    (n, k) float: ``w (y - mean) / sum``, zero outside.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 9.1.
    """
    inside = np.maximum(domain, 0)
    base = np.where(sums > 0.0, sums, 1.0)[inside]
    values = weights[:, None] * (scores - means[inside]) / base
    values[domain < 0] = 0.0
    return np.nan_to_num(values, nan=0.0)


def domain_columns(values: FloatArray, *, domain: IntArray, n_domains: int) -> FloatArray:
    """Spread one value per respondent over one column per domain, (n, d); zero outside the own domain."""
    spread = np.zeros((len(values), n_domains))
    rows = np.flatnonzero(domain >= 0)
    spread[rows, domain[rows]] = values[rows]
    return spread


def combined(influence: FloatArray, coefficients: FloatArray, *, domain: IntArray) -> FloatArray:
    """Influence values of one linear combination of item means per domain.

    Parameters
    ----------
    influence : (n, k) from :func:`item_influence`
    coefficients : (d, k)
    domain : (n,)

    Returns
    -------
    (n, d)
    """
    own = np.einsum("nk,nk->n", influence, coefficients[np.maximum(domain, 0)])
    return domain_columns(own, domain=domain, n_domains=len(coefficients))
