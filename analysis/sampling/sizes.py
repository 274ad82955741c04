"""Home of the sample size for a wanted precision, and of the precision a sample size gives."""

from dataclasses import dataclass
from math import ceil, inf, sqrt

from analysis import _check
from analysis.results import Result, Row
from analysis.sampling.errors import require


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleSize(Result):
    """Size of a sample for an interval of a given half width.

    Attributes
    ----------
    n, exact : respondents needed, rounded up, and before rounding
    invited : people to invite so that n answer at the expected response rate
    half_width, se : of the interval and the estimate with n respondents, in the unit of the variable
    level, deff, response_rate, population : as planned; population infinite where not given
    """

    n: int
    exact: float
    invited: int
    half_width: float
    se: float
    level: float
    deff: float
    response_rate: float
    population: float

    def to_rows(self) -> list[Row]:
        """One row."""
        return [
            {
                "n": self.n,
                "exact": self.exact,
                "invited": self.invited,
                "half_width": self.half_width,
                "se": self.se,
                "level": self.level,
                "deff": self.deff,
                "response_rate": self.response_rate,
                "population": self.population if self.population < inf else None,
            }
        ]


def size_for_mean(
    *,
    half_width: float,
    sd: float,
    level: float = 0.95,
    deff: float = 1.0,
    population: float | None = None,
    response_rate: float = 1.0,
) -> SampleSize:
    """Respondents needed to estimate a mean to within a half width.

    Parameters
    ----------
    half_width, sd : in the unit of the variable; sd with divisor N - 1.
    deff : design effect of weights and clusters.
    population : N, None for very large.
    response_rate : expected, 0-1; only `invited` depends on it.

    Raises
    ------
    SamplingError
        ``out_of_range`` naming the number.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., eq. 4.5-4.6: n0 / (1 + n0 / N); Kish (1965), Survey Sampling,
    sec. 8.2 (design effect).
    """
    require("half_width", half_width, above=0)
    require("sd", sd, above=0)
    return _size(half_width, sd**2, level, deff, population, response_rate, definition="sampling.size_mean")


def size_for_share(
    *,
    half_width: float,
    share: float = 0.5,
    level: float = 0.95,
    deff: float = 1.0,
    population: float | None = None,
    response_rate: float = 1.0,
) -> SampleSize:
    """Respondents needed to estimate a share (0-1) to within a half width (0-1); 0.5 is the worst case.

    Other parameters and errors as for `size_for_mean`.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., eq. 4.2: n0 / (1 + (n0 - 1) / N).
    """
    require("half_width", half_width, above=0, below=1)
    require("share", share, above=0, below=1)
    spread = share * (1.0 - share)
    if population is not None:
        spread *= population / (require("population", population, above=1) - 1.0)
    return _size(half_width, spread, level, deff, population, response_rate, definition="sampling.size_share")


def precision_of_mean(
    *, n: float, sd: float, level: float = 0.95, deff: float = 1.0, population: float | None = None
) -> SampleSize:
    """Half width that n respondents give for a mean; the other way round of `size_for_mean`."""
    require("sd", sd, above=0)
    return _precision(n, sd**2, level, deff, population, definition="sampling.size_mean")


def precision_of_share(
    *, n: float, share: float = 0.5, level: float = 0.95, deff: float = 1.0, population: float | None = None
) -> SampleSize:
    """Half width that n respondents give for a share; the other way round of `size_for_share`."""
    require("share", share, above=0, below=1)
    spread = share * (1.0 - share)
    if population is not None:
        spread *= population / (require("population", population, above=1) - 1.0)
    return _precision(n, spread, level, deff, population, definition="sampling.size_share")


def planned_deff(*, cluster_size: float = 1.0, icc: float = 0.0, weight_cv: float = 0.0) -> float:
    """Design effect to plan with: (1 + cv² of the weights) · (1 + (cluster size - 1) · ICC).

    Parameters
    ----------
    cluster_size : interviews per primary unit, at least 1.
    icc : intraclass correlation in them, -1 to 1.
    weight_cv : coefficient of variation of the final weights.

    Raises
    ------
    SamplingError
        ``out_of_range``.

    References
    ----------
    Kish (1965), Survey Sampling, sec. 5.4 and 11.2; Gabler, Häder and Lahiri (1999), Survey Methodology 25, 105-106
    (why the product).
    """
    require("cluster_size", cluster_size, least=1)
    require("icc", icc, least=-1, most=1)
    require("weight_cv", weight_cv, least=0)
    return require("the design effect", (1.0 + weight_cv**2) * (1.0 + (cluster_size - 1.0) * icc), above=0)


def normal_quantile(level: float) -> float:
    """Two-sided normal quantile of a confidence level."""
    from scipy import special

    return float(special.ndtri((1.0 + _check.confidence(level)) / 2.0))


def _size(
    half_width: float,
    spread: float,
    level: float,
    deff: float,
    population: float | None,
    response_rate: float,
    *,
    definition: str,
) -> SampleSize:
    require("deff", deff, above=0)
    require("response_rate", response_rate, above=0, most=1)
    size = inf if population is None else require("population", population, above=1)
    unlimited = normal_quantile(level) ** 2 * spread * deff / half_width**2
    exact = unlimited / (1.0 + unlimited / size)
    # What rounding adds to a whole number is no further respondent.
    n = max(1, ceil(exact - 1e-9 * exact))
    return _described(n, exact, spread, level, deff, size, response_rate, definition=definition)


def _precision(
    n: float, spread: float, level: float, deff: float, population: float | None, *, definition: str
) -> SampleSize:
    require("deff", deff, above=0)
    size = inf if population is None else require("population", population, above=1)
    require("n", n, least=1, most=size)
    return _described(ceil(n), float(n), spread, level, deff, size, 1.0, definition=definition)


def _described(
    n: int,
    exact: float,
    spread: float,
    level: float,
    deff: float,
    population: float,
    response_rate: float,
    *,
    definition: str,
) -> SampleSize:
    se = sqrt(max(deff * spread * (1.0 / n - 1.0 / population), 0.0))
    return SampleSize(
        method="normal interval with design effect and finite population",
        definition=definition,
        n=n,
        exact=exact,
        invited=ceil(n / response_rate - 1e-9),
        half_width=normal_quantile(level) * se,
        se=se,
        level=level,
        deff=deff,
        response_rate=response_rate,
        population=population,
    )
