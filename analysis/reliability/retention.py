"""Home of the question how many factors: parallel analysis and the minimum average partial."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray
from analysis.correlation import Contingency, contingency, polychoric
from analysis.errors import InvalidInput
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.smc import squared_multiple_correlations
from analysis.reliability.states import State
from analysis.results import Result, Row


class Parallel(StrEnum):
    """Whose eigenvalues are compared: `components` (1 on the diagonal) or `factors` (squared multiple correlations)."""

    COMPONENTS = "components"
    FACTORS = "factors"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ParallelAnalysis(Result):
    """Eigenvalues of the data beside those of data without any correlation, largest first, (k,) each.

    Attributes
    ----------
    suggested : leading eigenvalues above the percentile of the random ones.
    suggested_by_mean : above their mean.
    """

    eigenvalues: FloatArray
    random_mean: FloatArray
    random_percentile: FloatArray
    percentile: float
    suggested: int
    suggested_by_mean: int
    draws: int

    def to_rows(self) -> list[Row]:
        """One row per eigenvalue."""
        return [
            {"number": place + 1, "eigenvalue": own, "random_mean": mean, "random_percentile": high}
            for place, (own, mean, high) in enumerate(
                zip(
                    self.eigenvalues.tolist(),
                    self.random_mean.tolist(),
                    self.random_percentile.tolist(),
                    strict=True,
                )
            )
        ]


def parallel_analysis(
    state: State,
    *,
    seed: int,
    draws: int = 500,
    kind: Parallel | str = Parallel.COMPONENTS,
    percentile: float = 0.95,
) -> ParallelAnalysis:
    """Horn's parallel analysis on product-moment correlations.

    Random correlation matrices of n rows of independent normal items are drawn as Wishart matrices: k x k numbers
    instead of n x k for each.

    Parameters
    ----------
    state : of the items; its n is the size of the random samples.
    percentile : of the random eigenvalues that an eigenvalue must pass (0.95); the mean is reported beside it.

    Raises
    ------
    ReliabilityError
        ``too_few_rows`` if there are not more rows than items.

    References
    ----------
    Horn (1965), Psychometrika 30, 179-185; Glorfeld (1995), Educational and Psychological Measurement 55, 377-393;
    Smith and Hocking (1972), Applied Statistics 21, 341-345 (Wishart).
    """
    way = _check.choice("kind", kind, among=Parallel)
    _check_draws(draws)
    if state.n <= state.k + 1:
        raise ReliabilityError("too_few_rows", least=state.k + 2, actual=state.n)
    rng = np.random.default_rng(seed)
    random = np.array([_eigenvalues(_random_correlation(rng, state.n, state.k), way) for _ in range(draws)])
    own = _eigenvalues(state.correlation, way)
    return _compared(own, random, percentile=percentile, seed=seed, method=f"parallel analysis, {way.value}")


def ordinal_parallel_analysis(
    items: npt.ArrayLike,
    *,
    seed: int,
    draws: int = 50,
    kind: Parallel | str = Parallel.COMPONENTS,
    percentile: float = 0.95,
    missing_code: int | None = None,
) -> ParallelAnalysis:
    """Parallel analysis on polychoric correlations: the answers to every item are drawn anew from its own margin.

    Parameters
    ----------
    items : (n, k) ordinal answers as for `correlation.contingency`; complete rows.

    References
    ----------
    Timmerman and Lorenzo-Seva (2011), Psychological Methods 16, 209-220.
    """
    way = _check.choice("kind", kind, among=Parallel)
    _check_draws(draws)
    state = contingency(items, missing_code=missing_code)
    rng = np.random.default_rng(seed)
    random = np.array(
        [_eigenvalues(polychoric(_independent(rng, state)).correlation, way) for _ in range(draws)]
    )
    own = _eigenvalues(np.asarray(polychoric(state).correlation), way)
    return _compared(
        own, random, percentile=percentile, seed=seed, method=f"parallel analysis, polychoric, {way.value}"
    )


def _check_draws(draws: int) -> None:
    if draws < 2:
        raise InvalidInput("bad_option", name="draws", value=draws, choices=">= 2")


def _compared(
    own: FloatArray, random: FloatArray, *, percentile: float, seed: int, method: str
) -> ParallelAnalysis:
    mean, high = random.mean(axis=0), np.quantile(random, _check.confidence(percentile), axis=0)
    return ParallelAnalysis(
        method=method,
        definition="factors.parallel_analysis",
        seed=seed,
        eigenvalues=own,
        random_mean=mean,
        random_percentile=high,
        percentile=percentile,
        suggested=_leading(own > high),
        suggested_by_mean=_leading(own > mean),
        draws=len(random),
    )


def _leading(above: npt.NDArray[np.bool_]) -> int:
    return int(len(above) if above.all() else above.argmin())


def _eigenvalues(r: FloatArray, way: Parallel) -> FloatArray:
    if way is Parallel.FACTORS:
        r = r.copy()
        np.fill_diagonal(r, squared_multiple_correlations(r))
        if not np.isfinite(r).all():
            raise ReliabilityError("singular")
    return np.asarray(np.linalg.eigvalsh(r)[::-1])


def _random_correlation(rng: np.random.Generator, n: int, k: int) -> FloatArray:
    """Correlations of n independent normal rows, by Bartlett's decomposition of their scatter."""
    factor = np.tril(rng.standard_normal((k, k)), -1)
    factor[np.arange(k), np.arange(k)] = np.sqrt(rng.chisquare(n - 1 - np.arange(k)))
    factor /= np.sqrt((factor**2).sum(axis=1, keepdims=True))
    return np.asarray(factor @ factor.T)


def _independent(rng: np.random.Generator, state: Contingency) -> Contingency:
    """Tables of as many rows whose answers are independent, with the margins of the data."""
    columns = []
    for item in range(state.k):
        counts = np.rint(state.margin(item)).astype(np.int64)
        columns.append(rng.permutation(np.repeat(np.arange(len(counts), dtype=np.int8), counts)))
    return contingency(np.column_stack(columns))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MinimumAveragePartial(Result):
    """Velicer's criterion after 0, 1, 2, ... components, (k,) each; the smallest says how many to keep.

    Attributes
    ----------
    squared, fourth : average squared and fourth power of the partial correlations, nan where they do not exist.
    suggested : by the squares (1976); suggested_fourth : by the fourth powers (2000).
    """

    squared: FloatArray
    fourth: FloatArray
    suggested: int
    suggested_fourth: int

    def to_rows(self) -> list[Row]:
        """One row per number of components."""
        pairs = zip(self.squared.tolist(), self.fourth.tolist(), strict=True)
        return [
            {
                "components": place,
                "squared": square if np.isfinite(square) else None,
                "fourth": fourth if np.isfinite(fourth) else None,
            }
            for place, (square, fourth) in enumerate(pairs)
        ]


def minimum_average_partial(state: State) -> MinimumAveragePartial:
    """How many components leave the smallest partial correlations.

    References
    ----------
    Velicer (1976), Psychometrika 41, 321-327; Velicer, Eaton and Fava (2000), in Goffin and Helmes, Problems and
    Solutions in Human Assessment, 41-71 (fourth powers).
    """
    r = state.correlation
    k = state.k
    values, vectors = np.linalg.eigh(r)
    loadings = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1]
    squared, fourth = np.full(k, np.nan), np.full(k, np.nan)
    off = ~np.eye(k, dtype=np.bool_)
    for taken in range(k - 1):
        left = r - loadings[:, :taken] @ loadings[:, :taken].T
        own = np.diag(left)
        if (own < 1e-10).any():
            break
        partial = (left / np.sqrt(np.outer(own, own)))[off]
        squared[taken], fourth[taken] = (partial**2).mean(), (partial**4).mean()
    return MinimumAveragePartial(
        method="minimum average partial",
        definition="factors.minimum_average_partial",
        squared=squared,
        fourth=fourth,
        suggested=int(np.nanargmin(squared)),
        suggested_fourth=int(np.nanargmin(fourth)),
    )
