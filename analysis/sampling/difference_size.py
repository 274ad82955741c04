"""Home of the sample size for a wanted precision of a difference: of two units, or of one population over time."""

from math import ceil, inf, sqrt

from analysis.sampling.comparison import Comparison
from analysis.sampling.errors import SamplingError, require
from analysis.sampling.sizes import SampleSize, normal_quantile


def size_for_difference(
    *,
    half_width: float,
    sd: float,
    second_sd: float | None = None,
    comparison: Comparison | None = None,
    response_rate: float = 1.0,
) -> SampleSize:
    """Respondents of the first sample so that the interval of a difference of means has a given half width.

    Two units: independent samples. A change: give overlap and correlation of the comparison. Of shares: the standard
    deviations are sqrt(p (1 - p)).

    Parameters
    ----------
    half_width, sd, second_sd : in the unit of the variable; the second is the first where not given.
    comparison : ratio of the sizes, overlap, design effect, populations, level and number of comparisons.

    Raises
    ------
    SamplingError
        ``out_of_range``; ``unreachable_width`` where even everybody in the first population is too few.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., sec. 4.6 and 12.11; Tam (1984), The American Statistician 38,
    288-289.
    """
    plan = comparison or Comparison()
    wanted = require("half_width", half_width, above=0)
    first = require("sd", sd, above=0)
    second = first if second_sd is None else require("second_sd", second_sd, above=0)
    require("response_rate", response_rate, above=0, most=1)
    z = normal_quantile(1.0 - (1.0 - plan.level) / plan.comparisons)
    allowed = (wanted / z) ** 2
    # The variance is a / n + b: a from two sizes, b from the finite populations.
    at_one, at_two = plan.unbounded_variance(1.0, first, second), plan.unbounded_variance(2.0, first, second)
    slope = 2.0 * (at_one - at_two)
    constant = at_one - slope
    exact = slope / (allowed - constant) if allowed > constant else inf
    if exact > plan.largest:
        raise SamplingError("unreachable_width", half_width=half_width, most=plan.largest)
    n = max(1, ceil(exact - 1e-9 * exact))
    se = sqrt(plan.variance(n, first, second))
    return SampleSize(
        method="normal interval of a difference with design effect and finite populations",
        definition="sampling.size_difference",
        n=n,
        exact=exact,
        invited=ceil(n / response_rate - 1e-9),
        half_width=z * se,
        se=se,
        level=plan.level,
        deff=plan.deff,
        response_rate=response_rate,
        population=inf if plan.population is None else plan.population,
    )
