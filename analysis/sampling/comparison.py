"""Home of how two samples are compared: overlap, correlation, design effect, finite populations, level of the test."""

from dataclasses import dataclass
from math import inf

from analysis import _check
from analysis.sampling.errors import require


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How two samples are compared.

    Attributes
    ----------
    ratio : size of the second sample over the first
    overlap, correlation : share of the first sample that is also in the second, and the correlation of their
        answers over time; 0 for two units, or independent samples
    deff : design effect of the difference
    population, second_population : N of each, None for very large; two waves of one population give one N
    level, is_two_sided : of the test
    comparisons : comparisons that share the error, each tested at (1 - level) / comparisons
    df : degrees of freedom of the design, for t; None: normal
    """

    ratio: float = 1.0
    overlap: float = 0.0
    correlation: float = 0.0
    deff: float = 1.0
    population: float | None = None
    second_population: float | None = None
    level: float = 0.95
    is_two_sided: bool = True
    comparisons: int = 1
    df: float | None = None

    def __post_init__(self) -> None:
        require("ratio", self.ratio, above=0)
        require("overlap", self.overlap, least=0, most=min(1.0, self.ratio))
        require("correlation", self.correlation, least=-1, most=1)
        require("deff", self.deff, above=0)
        require("comparisons", self.comparisons, least=1)
        _check.confidence(self.level)
        for name, size in (("population", self.population), ("second_population", self.second_population)):
            if size is not None:
                require(name, size, above=1)
        if self.df is not None:
            require("df", self.df, above=0)

    @property
    def largest(self) -> float:
        """Largest first sample the populations allow."""
        first = inf if self.population is None else self.population
        second = inf if self.second_population is None else self.second_population
        return min(first, second / self.ratio)

    def variance(self, n: float, first: float, second: float) -> float:
        """Variance of the difference for standard deviations `first` and `second`, at least 0."""
        return max(self.unbounded_variance(n, first, second), 0.0)

    def unbounded_variance(self, n: float, first: float, second: float) -> float:
        """The same formula a / n + b for any n, also beyond the populations."""
        one = 0.0 if self.population is None else 1.0 / self.population
        two = 0.0 if self.second_population is None else 1.0 / self.second_population
        # Two waves of one population: without overlap their errors are even negatively correlated.
        shared = one if self.correlation and one == two else 0.0
        together = self.overlap / (self.ratio * n) - shared
        parts = first**2 * (1.0 / n - one) + second**2 * (1.0 / (self.ratio * n) - two)
        return self.deff * (parts - 2.0 * self.correlation * first * second * together)

    def power(self, difference: float, null_se: float, se: float) -> float:
        """Probability that the test finds the difference in its own direction."""
        from scipy import special, stats

        alpha = (1.0 - self.level) / self.comparisons / (2.0 if self.is_two_sided else 1.0)
        if se == 0.0:
            return 1.0
        if self.df is None:
            return float(special.ndtr((abs(difference) - special.ndtri(1.0 - alpha) * null_se) / se))
        return float(stats.nct.sf(stats.t.isf(alpha, self.df) * null_se / se, self.df, abs(difference) / se))
