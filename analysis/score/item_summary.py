"""Home of the weighted summary of one item: index, satisfied and dissatisfied share, shares left out."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.index.cells import BLANK, DONT_KNOW, MISSING_CODES, NOT_APPLICABLE, REFUSED
from analysis.score.conversion import Conversion
from analysis.score.reasons import ScoreError

SATISFIED = frozenset({4, 5})
DISSATISFIED = frozenset({1, 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSummary:
    """One item in one group of respondents; a value is None where its base is empty.

    ``index`` is 0–100; every share is 0–1. The satisfied and dissatisfied shares have the valid answers as
    their base; don't know, refused and blank have everyone asked except not-applicable; not-applicable
    has everyone asked.
    """

    index: float | None
    satisfied_share: float | None
    dissatisfied_share: float | None
    dont_know_share: float | None
    refused_share: float | None
    blank_share: float | None
    not_applicable_share: float | None
    valid_n: int
    asked_n: int


def item_summary(
    answers: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    conversion: Conversion | None = None,
    satisfied: Collection[int] = SATISFIED,
    dissatisfied: Collection[int] = DISSATISFIED,
) -> ItemSummary:
    """Weighted item mean and the shares that are always reported with it.

    Parameters
    ----------
    answers : (n,) answer codes; nan where the item was not asked. 88 don't know, 97 asked but left blank,
        98 refused, 99 not applicable.
    weights : (n,) final weights.
    conversion : table from answers to scores; by default five points, equally spaced.

    Raises
    ------
    ScoreError
        ``lengths_differ`` if the two arrays differ in shape; ``unknown_answer`` if an answer is neither in
        the table nor one of the four codes above.
    """
    codes = np.asarray(answers, dtype=np.float64)
    w = np.asarray(weights, dtype=np.float64)
    if codes.shape != w.shape or codes.ndim != 1:
        raise ScoreError("lengths_differ", answers=codes.shape, weights=w.shape)
    table = conversion or Conversion.equally_spaced(5)
    scores = table.scores(codes)
    valid = np.isfinite(scores)
    asked = np.isfinite(codes)
    known = valid | np.isin(codes, MISSING_CODES) | ~asked
    if not known.all():
        raise ScoreError("unknown_answer", answer=float(codes[~known][0]))
    applicable = asked & (codes != NOT_APPLICABLE)

    def share(members: npt.NDArray[np.bool_], base: npt.NDArray[np.bool_]) -> float | None:
        total = float(w[base].sum())
        return float(w[members & base].sum()) / total if total > 0 else None

    valid_weight = float(w[valid].sum())
    return ItemSummary(
        index=float(w[valid] @ scores[valid]) / valid_weight if valid_weight > 0 else None,
        satisfied_share=share(np.isin(codes, list(satisfied)), valid),
        dissatisfied_share=share(np.isin(codes, list(dissatisfied)), valid),
        dont_know_share=share(codes == DONT_KNOW, applicable),
        refused_share=share(codes == REFUSED, applicable),
        blank_share=share(codes == BLANK, applicable),
        not_applicable_share=share(codes == NOT_APPLICABLE, asked),
        valid_n=int(valid.sum()),
        asked_n=int(asked.sum()),
    )
