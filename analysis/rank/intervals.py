"""Home of the two closed-form intervals: normal for an index or composite, Wilson for a small share."""

from math import sqrt
from statistics import NormalDist

from analysis._check import confidence
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
    z = normal_quantile(level)
    share = reported / answered
    centre = share + z**2 / (2 * answered)
    spread = z * sqrt(share * (1 - share) / answered + z**2 / (4 * answered**2))
    denominator = 1 + z**2 / answered
    # At shares of exactly 0 and 1 the limit is 0 or 1; the subtraction leaves a rounding residue.
    low = 0.0 if reported == 0 else (centre - spread) / denominator
    high = 1.0 if reported == answered else (centre + spread) / denominator
    return low, high
