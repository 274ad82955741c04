"""Home of allocation: how a sample is shared out over strata."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.results import Result, Row
from analysis.sampling import sharing
from analysis.sampling.errors import SamplingError, require
from analysis.sampling.stratum_frame import Numbers, StratumFrame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allocation(Result):
    """A sample shared out over H strata.

    Attributes
    ----------
    strata : names
    n, exact : (H,) whole sizes, and before rounding
    population : (H,) units
    se_mean : standard error of the mean of the whole population under stratified simple random sampling; nan
        without standard deviations
    se_strata : (H,) the same for each stratum's mean
    cost : of the sample, nan without costs
    """

    strata: tuple[str, ...]
    n: IntArray
    exact: FloatArray
    population: FloatArray
    se_mean: float
    se_strata: FloatArray
    cost: float

    @property
    def total(self) -> int:
        """Units to be drawn."""
        return int(self.n.sum())

    def sizes(self) -> dict[str, int]:
        """Stratum -> size, as the draws take it."""
        return dict(zip(self.strata, self.n.tolist(), strict=True))

    def to_rows(self) -> list[Row]:
        """One row per stratum."""
        return [
            {
                "stratum": name,
                "n": int(self.n[h]),
                "exact": float(self.exact[h]),
                "population": float(self.population[h]),
                "fraction": float(self.n[h] / self.population[h]),
                "se": float(self.se_strata[h]) if np.isfinite(self.se_strata[h]) else None,
            }
            for h, name in enumerate(self.strata)
        ]


def proportional(n: float, sizes: Numbers, *, sds: Numbers | None = None, minimum: Numbers = 2) -> Allocation:
    """n_h in proportion to the units of each stratum.

    Parameters
    ----------
    n : total sample.
    sizes : units per stratum: stratum -> number, or (H,) numbers (strata are then called 1 to H).
    sds : standard deviations, only to state the standard errors.
    minimum : per stratum or one for all; a smaller stratum is taken in full. 2 so that a variance exists.

    Raises
    ------
    SamplingError
        ``too_large``, ``minimum_too_large``, ``out_of_range``, naming the stratum.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., sec. 5.5.
    """
    strata = StratumFrame.of(sizes, sds=sds, costs=None, minimum=minimum)
    return _by_size(n, strata.population, strata, method="proportional allocation", name="proportional")


def neyman(n: float, sizes: Numbers, *, sds: Numbers, minimum: Numbers = 2) -> Allocation:
    """n_h in proportion to N_h S_h: the smallest variance of the overall mean for n.

    Parameters and errors as for `proportional`. With minimum and full strata the rest is shared out again, which is
    the optimum under these bounds.

    References
    ----------
    Neyman (1934), Journal of the Royal Statistical Society 97, 558-625; Cochran (1977), eq. 5.26, sec. 5.8 (more
    than 100 %).
    """
    strata = StratumFrame.of(sizes, sds=sds, costs=None, minimum=minimum)
    return _by_size(n, strata.population * strata.sd, strata, method="Neyman allocation", name="neyman")


def optimal(
    *,
    sizes: Numbers,
    sds: Numbers,
    costs: Numbers,
    n: float | None = None,
    budget: float | None = None,
    minimum: Numbers = 2,
) -> Allocation:
    """n_h in proportion to N_h S_h / sqrt(c_h): the smallest variance for a sample size or for a budget.

    Parameters
    ----------
    costs : of one interview per stratum, above 0.
    n, budget : exactly one; within a budget sizes are rounded down.

    Other parameters and errors as for `proportional`, and ``budget_too_small``.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., eq. 5.23-5.24.
    """
    strata = StratumFrame.of(sizes, sds=sds, costs=costs, minimum=minimum)
    wish = strata.population * strata.sd / np.sqrt(strata.cost)
    if (n is None) == (budget is None):
        raise SamplingError(
            "out_of_range",
            name="n, budget",
            value=(n, budget),
            expected_zh="恰好给出一个",
            expected_en="exactly one",
        )
    if n is not None:
        return _by_size(n, wish, strata, method="optimal allocation for a size", name="optimal")
    assert budget is not None
    exact = sharing.shared(require("budget", budget, above=0), wish, strata, unit=strata.cost)
    whole = np.maximum(np.floor(exact + 1e-9), np.ceil(strata.low)).astype(np.int64)
    return _allocation(exact, whole, strata, method="optimal allocation for a budget", name="optimal")


def power_allocation(
    n: float,
    sizes: Numbers,
    *,
    sds: Numbers,
    means: Numbers,
    importance: Numbers | None = None,
    exponent: float = 0.5,
    minimum: Numbers = 2,
) -> Allocation:
    """n_h in proportion to X_h^q S_h / |mean_h|: a compromise between the total and equal precision of the strata.

    Parameters
    ----------
    means : of the strata, not 0: S_h / mean_h is the coefficient of variation.
    importance : X_h, by default the total N_h |mean_h|.
    exponent : q from 0 (equal coefficients of variation) to 1 (Neyman, where X_h is the total).

    Other parameters and errors as for `proportional`.

    References
    ----------
    Bankier (1988), The American Statistician 42, 174-177.
    """
    require("exponent", exponent, least=0, most=1)
    strata = StratumFrame.of(sizes, sds=sds, costs=None, minimum=minimum)
    centre = np.abs(strata.numbers("means", means))
    bad = np.flatnonzero(centre == 0)
    if bad.size:
        require(f"means[{strata.names[int(bad[0])]}]", 0.0, above=0)
    size = strata.population * centre if importance is None else strata.numbers("importance", importance)
    wish = size**exponent * strata.sd / centre
    return _by_size(
        n, wish, strata, method=f"power allocation, exponent {exponent:g}", name="power_allocation"
    )


def _by_size(n: float, wish: FloatArray, strata: StratumFrame, *, method: str, name: str) -> Allocation:
    require("n", n, least=1)
    exact = sharing.shared(n, wish, strata, unit=np.ones(len(wish)))
    return _allocation(exact, sharing.whole(exact, round(n), strata), strata, method=method, name=name)


def _allocation(
    exact: FloatArray, whole: IntArray, strata: StratumFrame, *, method: str, name: str
) -> Allocation:
    drawn = np.where(whole > 0, whole, nan)
    variance = strata.sd**2 * (1.0 / drawn - 1.0 / strata.population)
    share = strata.population / strata.population.sum()
    return Allocation(
        method=method,
        definition=f"sampling.{name}",
        strata=strata.names,
        n=whole,
        exact=exact,
        population=strata.population,
        se_mean=float(np.sqrt(share**2 @ variance)),
        se_strata=np.sqrt(variance),
        cost=float(whole @ strata.cost),
    )


def chosen_sizes(sizes: Mapping[str, int] | Allocation, strata: Sequence[str]) -> dict[str, int]:
    """Sizes for exactly these strata.

    Raises
    ------
    SamplingError
        ``stratum_unknown``, ``stratum_not_in_frame``.
    """
    given = sizes.sizes() if isinstance(sizes, Allocation) else {str(k): v for k, v in sizes.items()}
    for name, size in given.items():
        if size != int(size) or size < 0:
            raise SamplingError(
                "out_of_range",
                name=f"n[{name}]",
                value=size,
                expected_zh="为不小于 0 的整数",
                expected_en="a whole number of at least 0",
            )
    for name in strata:
        if name not in given:
            raise SamplingError("stratum_unknown", stratum=name)
    for name in given:
        if name not in strata:
            raise SamplingError("stratum_not_in_frame", stratum=name)
    return given
