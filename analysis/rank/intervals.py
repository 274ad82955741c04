"""Home of the two closed-form intervals: normal for an index or composite, Wilson for a small share."""

from math import inf
from statistics import NormalDist

from analysis._check import confidence
from analysis._intervals import Basis, bounds
from analysis._types import Interval
from analysis.errors import InvalidInput


def normal_quantile(level: float) -> float:
    """Two-sided standard normal critical value, 1.959964 for ``level=0.95``.

    Raises
    ------
    InvalidInput
        ``bad_level`` unless 0 < level < 1.
    """
    return NormalDist().inv_cdf(0.5 + confidence(level) / 2)


def normal_interval(value: float, se: float, *, level: float = 0.95) -> tuple[float, float]:
    """value ± z·se."""
    half_width = normal_quantile(level) * se
    return value - half_width, value + half_width


def wilson_interval(reported: float, answered: float, *, level: float = 0.95) -> tuple[float, float]:
    """Wilson score interval of a share.

    Raises
    ------
    InvalidInput
        ``not_a_share`` unless 0 <= reported <= answered and somebody answered.

    References
    ----------
    Wilson (1927), JASA 22, 209–212.
    """
    if answered <= 0 or not 0 <= reported <= answered:
        raise InvalidInput("not_a_share", name="Wilson", row=1, value=f"{reported}/{answered}")
    # Without a standard error the interval rests on the number of answers itself.
    basis = Basis(value=reported / answered, se=0.0, df=inf, n=int(answered), n_effective=float(answered))
    return bounds(Interval.WILSON, basis, level=confidence(level))
