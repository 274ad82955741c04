"""Home of the check for the same answer all the way down."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.quality.rules import RULES
from analysis.quality.scores import HIGHEST, answer_matrix, is_rating
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StraightLines(Result):
    """Per response: ratings given, share of the commonest one, whether it is flagged; each (n,)."""

    method: str = "share of the commonest rating"
    definition: str = "quality.straight_lining"

    rated: IntArray
    share: FloatArray
    is_flagged: BoolArray

    def to_rows(self) -> list[Row]:
        """One row per response."""
        return [
            {
                "respondent": row + 1,
                "rated": int(rated),
                "share": float(share) if np.isfinite(share) else None,
                "flagged": int(flagged),
            }
            for row, (rated, share, flagged) in enumerate(
                zip(self.rated, self.share, self.is_flagged, strict=True)
            )
        ]


def straight_lines(
    answers: ArrayLike,
    *,
    least: int = int(RULES["straight_lining"].thresholds["least"]),
    share: float = RULES["straight_lining"].thresholds["share"],
) -> StraightLines:
    """Responses whose ratings are nearly all the same point.

    Satisfied people exist, and a consistent person can look like this: the flag is information, not a verdict.

    Parameters
    ----------
    answers : (n, k) codes; only 1–5 count, everything else is left out
    least : ratings below which nothing is said (share is still reported)

    References
    ----------
    Kim, Dykema, Stevenson, Black and Moberg (2019), Social Science Computer Review 37, 214-233.
    """
    matrix = answer_matrix(answers)
    valid = is_rating(matrix)
    rated = valid.sum(axis=1).astype(np.int64)
    commonest = np.max([(matrix == point).sum(axis=1) for point in range(1, HIGHEST + 1)], axis=0)
    shares = np.where(rated > 0, commonest / np.maximum(rated, 1), np.nan)
    return StraightLines(rated=rated, share=shares, is_flagged=(rated >= least) & (shares >= share))
