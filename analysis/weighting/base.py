"""Home of base weights: the inverse of the probability with which a respondent was drawn."""

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import DesignError


def base_weights(probability: ArrayLike) -> FloatArray:
    """(n,) design weights from (n,) inclusion probabilities in (0, 1].

    Raises
    ------
    DesignError
        Naming the first row whose probability is no probability.

    References
    ----------
    Horvitz, Thompson (1952), JASA 47, 663-685.
    """
    chance = _check.numbers("probability", probability)
    bad = np.flatnonzero(~((chance > 0.0) & (chance <= 1.0)))
    if bad.size:
        raise DesignError("bad_probability", row=int(bad[0]) + 1, value=float(chance[bad[0]]))
    return np.asarray(1.0 / chance, dtype=np.float64)
