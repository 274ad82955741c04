"""Home of the inter-item standard deviation: how much one person's answers differ from one another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray, IntArray
from analysis.quality.items import item_matrix
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variability(Result):
    """Standard deviation of each person's answers, (n,), in points of the scale; nan under two answers."""

    sd: FloatArray
    answered: IntArray

    def to_rows(self) -> list[Row]:
        """One row per respondent."""
        return [
            {"respondent": row + 1, "sd": float(sd) if np.isfinite(sd) else None, "answered": int(count)}
            for row, (sd, count) in enumerate(zip(self.sd, self.answered, strict=True))
        ]


def inter_item_sd(answers: ArrayLike) -> Variability:
    """Standard deviation over the items within each person (intra-individual response variability, IRV).

    Parameters
    ----------
    answers : (n, k) codes of items on one scale, nan where missing; reversed items as they were answered, not
        recoded: straight-lining shows before recoding.

    Raises
    ------
    InvalidInput, QualityError
        Naming what is no number, or an item nobody answered.

    References
    ----------
    Marjanovic, Holden, Struthers, Cribbie and Greenglass (2015), Personality and Individual Differences 84, 79-83
    (inter-item standard deviation); Dunn, Heggestad, Shanock and Theilgard (2018), Journal of Business and
    Psychology 33, 105-121 (the same number as IRV; low values).
    """
    matrix = item_matrix(answers, index="inter_item_sd")
    known = np.isfinite(matrix)
    count = known.sum(axis=1)
    centred = np.where(known, matrix, 0.0)
    mean = centred.sum(axis=1) / np.maximum(count, 1)
    centred = np.where(known, matrix - mean[:, None], 0.0)
    squares = (centred**2).sum(axis=1)
    sd = np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
    return Variability(
        method="standard deviation within person, divisor answers - 1",
        definition="quality.inter_item_sd",
        sd=sd,
        answered=count.astype(np.int64),
    )
