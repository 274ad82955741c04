"""Home of power: the size, difference or power of a comparison of two units or two waves, two of them given."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf, sqrt

from analysis.results import Result, Row
from analysis.sampling.comparison import Comparison
from analysis.sampling.errors import SamplingError, require

_MOST = 1e9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Power(Result):
    """A planned comparison.

    Attributes
    ----------
    n, second_n : respondents of the first and the second group or wave, before rounding
    whole_n, whole_second_n : rounded up
    difference : the smallest difference looked for, in the unit of the variable (0-1 for shares)
    power : probability to find it
    se : standard error of the difference with n
    level, comparisons : of one comparison before, and how many share the error (Bonferroni)
    """

    n: float
    second_n: float
    difference: float
    power: float
    se: float
    level: float
    comparisons: int

    @property
    def whole_n(self) -> int:
        """First size rounded up."""
        return ceil(self.n - 1e-6)

    @property
    def whole_second_n(self) -> int:
        """Second size rounded up."""
        return ceil(self.second_n - 1e-6)

    def to_rows(self) -> list[Row]:
        """One row."""
        return [
            {
                "n": self.whole_n,
                "second_n": self.whole_second_n,
                "exact_n": self.n,
                "difference": self.difference,
                "power": self.power,
                "se": self.se,
                "level": self.level,
                "comparisons": self.comparisons,
            }
        ]


def power_means(
    *,
    n: float | None = None,
    difference: float | None = None,
    power: float | None = None,
    sd: float,
    second_sd: float | None = None,
    comparison: Comparison | None = None,
) -> Power:
    """The comparison of two means; the one of `n`, `difference` and `power` that is left out is found.

    Two units: independent samples. Two waves: give overlap and correlation of the comparison.

    Parameters
    ----------
    n : respondents of the first sample.
    difference : in the unit of the variable; with n and power given, the minimum detectable difference.
    sd, second_sd : standard deviations in the two populations; the second is the first where not given.

    Raises
    ------
    SamplingError
        ``one_unknown``, ``out_of_range``, ``unreachable``.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., sec. 4.7 and 12.11; Kish (1965), Survey Sampling, sec. 12.4
    (overlap); Tam (1984), The American Statistician 38, 288-289 (covariance from overlapping samples of one finite
    population).
    """
    first = require("sd", sd, above=0)
    second = first if second_sd is None else require("second_sd", second_sd, above=0)
    plan = comparison or Comparison()

    def errors(size: float, _: float) -> tuple[float, float]:
        se = sqrt(plan.variance(size, first, second))
        return se, se

    return _solved(
        n, difference, power, plan=plan, errors=errors, most=inf, definition="sampling.power_means"
    )


def power_shares(
    *,
    n: float | None = None,
    difference: float | None = None,
    power: float | None = None,
    share: float,
    comparison: Comparison | None = None,
) -> Power:
    """The comparison of two shares, `share` and `share + difference` (0-1); the one left out is found.

    The test uses the pooled share, the power the two shares, as `power.prop.test` in R. A negative difference is a
    fall. With the difference to be found, a rise is looked for.

    Parameters, errors and references as for `power_means`; Fleiss, Levin and Paik (2003), Statistical Methods for
    Rates and Proportions, 3rd ed., sec. 4.2.
    """
    require("share", share, above=0, below=1)
    if difference is not None:
        require("share + difference", share + difference, least=0, most=1)
    plan = comparison or Comparison()

    def errors(size: float, gap: float) -> tuple[float, float]:
        other = share + gap
        pooled = (share + plan.ratio * other) / (1.0 + plan.ratio)
        null = sqrt(pooled * (1.0 - pooled))
        own = sqrt(share * (1.0 - share)), sqrt(max(other * (1.0 - other), 0.0))
        return sqrt(plan.variance(size, null, null)), sqrt(plan.variance(size, *own))

    return _solved(
        n, difference, power, plan=plan, errors=errors, most=1.0 - share, definition="sampling.power_shares"
    )


Errors = Callable[[float, float], tuple[float, float]]
"""Standard errors under no difference and under this one, given the first size and the difference."""


def _solved(
    n: float | None,
    difference: float | None,
    power: float | None,
    *,
    plan: Comparison,
    errors: Errors,
    most: float,
    definition: str,
) -> Power:
    missing = [value is None for value in (n, difference, power)].count(True)
    if missing != 1:
        raise SamplingError("one_unknown", actual=missing)
    if n is not None:
        require("n", n, above=0, most=plan.largest)
    if power is not None:
        require("power", power, above=0, below=1)
    if difference is not None and difference == 0:
        require("difference", difference, above=0)

    def reached(size: float, gap: float) -> float:
        return plan.power(gap, *errors(size, gap))

    if n is None:
        assert difference is not None
        assert power is not None
        gap, wanted = difference, power
        n = _size(lambda size: reached(size, gap) - wanted, most=min(plan.largest, _MOST), power=wanted)
    elif difference is None:
        assert power is not None
        difference = _gap(n, power, reached, errors, most=most)
    power = reached(n, difference)
    return Power(
        method="comparison of two samples, " + ("normal" if plan.df is None else f"t with {plan.df:g} df"),
        definition=definition,
        n=n,
        second_n=plan.ratio * n,
        difference=difference,
        power=power,
        se=errors(n, difference)[1],
        level=plan.level,
        comparisons=plan.comparisons,
    )


def _size(excess: Callable[[float], float], *, most: float, power: float) -> float:
    """Smallest size with enough power; power grows with the size."""
    from scipy import optimize

    low = 1e-3
    if excess(most) < 0:
        raise SamplingError("unreachable", most=most, power=power)
    if excess(low) >= 0:
        return low
    return float(optimize.brentq(excess, low, most, xtol=1e-9, rtol=1e-12))


def _gap(
    n: float, power: float, reached: Callable[[float, float], float], errors: Errors, *, most: float
) -> float:
    """Smallest difference with enough power."""
    from scipy import optimize

    high = min(most, max(errors(n, 0.0)[0], 1e-12))
    while high < most and reached(n, high) < power:
        high = min(2.0 * high, most)
        if high > 1e300:
            break
    if reached(n, high) < power:
        raise SamplingError("unreachable", most=n, power=power)
    return float(optimize.brentq(lambda gap: reached(n, gap) - power, 0.0, high, xtol=1e-12, rtol=1e-12))
