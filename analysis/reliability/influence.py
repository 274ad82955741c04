"""Home of the influence values of anything that is a smooth function of a covariance matrix."""

import numpy as np
import numpy.typing as npt

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.reliability.states import Moments, checked_items


def covariance_influence(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    state: Moments,
    gradient: FloatArray,
    domain: npt.ArrayLike | None = None,
) -> FloatArray:
    """(n,) influence values of a function of the weighted covariance matrix.

    Parameters
    ----------
    items : (n, k), nan where missing.
    state : moments of the same items and weights.
    gradient : (k, k) symmetric derivative of the function with respect to each element of the covariance.

    Notes
    -----
    For V = Σ w (y − m)(y − m)' / Σ w the linearised value of unit i is w_i (d_i' G d_i − tr(G V)) / Σ w with
    d_i = y_i − m; the error of m is of second order. Rows that are incomplete have influence 0.
    """
    y, w, used = checked_items(items, design.weights, domain=domain)
    centred = y[used] - state.mean
    values = np.einsum("ni,ij,nj->n", centred, gradient, centred, optimize=True)
    influence = np.zeros(len(y))
    influence[used] = w[used] * (values - float((gradient * state.covariance).sum())) / state.weight_sum
    return influence
