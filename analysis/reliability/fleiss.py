"""Home of Fleiss' kappa: agreement of many raters beyond chance, subject by subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.reliability._results import known, known_values, t_quantile
from analysis.reliability.errors import ReliabilityError
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FleissKappa(Result):
    """Agreement of m raters of each of n subjects; the raters need not be the same persons.

    Attributes
    ----------
    kappa, se, ci_low, ci_high : with the standard error over the subjects.
    null_se : standard error under chance agreement.
    category_kappa : (c,) of each category against the rest; category_null_se is the same for all.
    """

    kappa: float
    se: float
    ci_low: float
    ci_high: float
    level: float
    null_se: float
    categories: tuple[str, ...]
    category_kappa: FloatArray
    category_null_se: float
    n: int
    raters: int

    def to_rows(self) -> list[Row]:
        """All categories together, then one row per category."""
        whole: Row = {
            "category": "all",
            "kappa": self.kappa,
            "se": self.se,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "null_se": self.null_se,
        }
        parts: list[Row] = [
            {"category": name, "kappa": known(value), "null_se": self.category_null_se}
            for name, value in zip(self.categories, self.category_kappa.tolist(), strict=True)
        ]
        return [whole, *parts]


def fleiss_kappa(
    counts: npt.ArrayLike, *, categories: Sequence[str] | None = None, level: float = 0.95
) -> FleissKappa:
    """Fleiss' kappa of (n, c) counts: how many raters put each subject into each category.

    `rating_counts` makes them from (n, m) ratings.

    Raises
    ------
    ReliabilityError
        ``raters_differ`` naming the subject, ``too_few_ratings`` under 2 subjects or raters, ``one_answer``.

    References
    ----------
    Fleiss (1971), Psychological Bulletin 76, 378-382; Fleiss, Nee and Landis (1979), Psychological Bulletin 86, 974-977
    (null standard errors); Gwet (2021), Large-sample variance of Fleiss generalized kappa, Educational and
    Psychological Measurement 81, 781-790.
    """
    table, m = _checked(counts)
    n, c = table.shape
    share = table / m
    overall = share.mean(axis=0)
    agree = ((table**2).sum(axis=1) - m) / (m * (m - 1))
    chance = float(overall @ overall)
    if chance >= 1 - 1e-15:
        raise ReliabilityError("one_answer")
    value = (float(agree.mean()) - chance) / (1 - chance)
    linear = (agree - agree.mean() - (1 - value) * 2 * ((share - overall) @ overall)) / (1 - chance)
    se = sqrt(float(linear @ linear) / (n * (n - 1)))
    spread = overall * (1 - overall)
    null = 2 / (n * m * (m - 1)) * (spread.sum() ** 2 - (spread * (1 - 2 * overall)).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        own = 1 - (table * (m - table)).sum(axis=0) / (n * m * (m - 1) * spread)
    half = t_quantile(level, float("inf")) * se
    return FleissKappa(
        method="Fleiss' kappa",
        definition="agreement.fleiss_kappa",
        kappa=value,
        se=se,
        ci_low=value - half,
        ci_high=value + half,
        level=level,
        null_se=float(sqrt(null) / spread.sum()),
        categories=tuple(categories or (str(place + 1) for place in range(c))),
        category_kappa=own,
        category_null_se=sqrt(2 / (n * m * (m - 1))),
        n=n,
        raters=m,
    )


def _checked(counts: npt.ArrayLike) -> tuple[FloatArray, int]:
    """(n, c) counts and the number of ratings of every subject."""
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2:
        raise InvalidInput("wrong_shape", name="counts", expected="(n, c)", actual=table.shape)
    bad = np.argwhere(~(table >= 0))
    if bad.size:
        row, column = bad[0]
        raise InvalidInput("negative", name="counts", row=int(row) + 1, value=float(table[row, column]))
    if len(table) < 2:
        raise ReliabilityError("too_few_ratings", name="subjects", least=2, actual=len(table))
    raters = table.sum(axis=1)
    odd = np.flatnonzero(raters != raters[0])
    if odd.size:
        row = int(odd[0])
        raise ReliabilityError("raters_differ", row=row + 1, actual=int(raters[row]), expected=int(raters[0]))
    if raters[0] < 2:
        raise ReliabilityError("too_few_ratings", name="raters", least=2, actual=int(raters[0]))
    return table, int(raters[0])


def rating_counts(ratings: npt.ArrayLike) -> tuple[IntArray, tuple[str, ...]]:
    """(n, c) counts per subject and category of (n, m) ratings, nan or None where missing, and the categories."""
    values = np.asarray(ratings)
    if values.ndim != 2:
        raise InvalidInput("wrong_shape", name="ratings", expected="(n, m)", actual=values.shape)
    flat = values.ravel()
    known_ones = known_values(flat)
    kinds, place = np.unique(flat[known_ones], return_inverse=True)
    subject = np.repeat(np.arange(len(values)), values.shape[1])[known_ones]
    counts = np.bincount(subject * len(kinds) + place, minlength=len(values) * len(kinds))
    names = tuple(f"{kind:g}" if isinstance(kind, float) else str(kind) for kind in kinds.tolist())
    return counts.reshape(len(values), len(kinds)).astype(np.int64), names
