"""Home of the consistency of a person's answers: even-odd, synonyms and antonyms, person-total correlation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.quality.errors import QualityError
from analysis.quality.items import (
    item_matrix,
    pair_correlations,
    pairwise_correlations,
    row_correlations,
)
from analysis.results import Result, Row

LEAST_PAIRS = 3
"""Two points always lie on a line, so a correlation needs three."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Consistency(Result):
    """A correlation within each person.

    Attributes
    ----------
    r : (n,) correlation; nan with under three pairs, or where a side does not vary (straight-lining)
    pairs : (n,) pairs it rests on
    items : (m, 2) numbers of the item pairs from 0; empty where pairs are no item pairs
    """

    r: FloatArray
    pairs: IntArray
    items: IntArray

    def to_rows(self) -> list[Row]:
        """One row per respondent."""
        return [
            {"respondent": row + 1, "r": float(r) if np.isfinite(r) else None, "pairs": int(pairs)}
            for row, (r, pairs) in enumerate(zip(self.r, self.pairs, strict=True))
        ]


def even_odd(answers: ArrayLike, *, scales: ArrayLike) -> Consistency:
    """Correlation over scales of a person's mean on the even and on the odd items, Spearman-Brown corrected.

    High is consistent. (`careless::evenodd` in R since 1.2.0 returns the same number with the sign turned.)

    Parameters
    ----------
    answers : (n, k), nan where missing; reversed items recoded to one direction within their scale.
    scales : (k,) name of the scale of each item; items of a scale alternate in their order, the first is odd.
        Scales of one item are passed over.

    Raises
    ------
    QualityError
        ``too_few_scales`` under three scales of two or more items.

    References
    ----------
    Jackson (1976), cited and specified in Johnson (2005), Journal of Research in Personality 39, 103-129; lower
    bound -1 of the corrected value: the same.
    """
    matrix = item_matrix(answers, index="even_odd")
    codes, names = _check.labels("scales", np.asarray(scales), n=matrix.shape[1])
    members = [np.flatnonzero(codes == code) for code in range(len(names))]
    members = [items for items in members if items.size >= 2]
    if len(members) < LEAST_PAIRS:
        raise QualityError("too_few_scales", index="even_odd", least=LEAST_PAIRS, actual=len(members))
    odd = np.column_stack([_means(matrix[:, items[0::2]]) for items in members])
    even = np.column_stack([_means(matrix[:, items[1::2]]) for items in members])
    r, pairs = row_correlations(even, odd, least=LEAST_PAIRS)
    with np.errstate(divide="ignore"):
        corrected = np.maximum(2.0 * r / (1.0 + r), -1.0)
    return Consistency(
        method="even-odd consistency, Spearman-Brown corrected",
        definition="quality.even_odd",
        r=np.where(np.isnan(r), np.nan, corrected),
        pairs=pairs,
        items=np.zeros((0, 2), dtype=np.int64),
    )


def psychometric_synonyms(answers: ArrayLike, *, critical: float = 0.60) -> Consistency:
    """Correlation within a person over the pairs of items that correlate above `critical` in the sample.

    Parameters
    ----------
    answers : (n, k), nan where missing; as answered, nothing recoded.
    critical : between 0 and 1; sample correlations are pairwise complete and unweighted.

    Raises
    ------
    QualityError
        ``too_few_pairs`` where fewer than three pairs of items correlate that much.

    References
    ----------
    Meade and Craig (2012), Psychological Methods 17, 437-455; Curran (2016), Journal of Experimental Social
    Psychology 66, 4-19.
    """
    return _paired(answers, critical=critical, sign=1.0, index="psychometric_synonyms")


def psychometric_antonyms(answers: ArrayLike, *, critical: float = -0.60) -> Consistency:
    """Correlation within a person over the pairs of items that correlate below `critical`, a negative number.

    Attentive people have negative values here. Parameters and errors as for `psychometric_synonyms`.

    References
    ----------
    Goldberg and Kilkowski (1985), Journal of Personality and Social Psychology 48, 82-98; Johnson (2005).
    """
    return _paired(answers, critical=critical, sign=-1.0, index="psychometric_antonyms")


def person_total(answers: ArrayLike, *, leave_out: bool = True) -> Consistency:
    """Correlation over items of a person's answers with the mean answers of everybody else.

    Parameters
    ----------
    answers : (n, k), nan where missing; as answered.
    leave_out : the person's own answers are no part of the means they are compared with (default).

    References
    ----------
    Donlon and Fischer (1968), Educational and Psychological Measurement 28, 105-113; Curran (2016), Journal of
    Experimental Social Psychology 66, 4-19.
    """
    matrix = item_matrix(answers, index="person_total", least=LEAST_PAIRS)
    known = np.isfinite(matrix)
    filled = np.where(known, matrix, 0.0)
    count, total = known.sum(axis=0), filled.sum(axis=0)
    if leave_out:
        means = (total - filled) / np.where(count - known > 0, count - known, np.nan)
    else:
        means = np.broadcast_to(total / count, matrix.shape)
    r, pairs = row_correlations(matrix, means, least=LEAST_PAIRS)
    return Consistency(
        method="person-total correlation" + (", others only" if leave_out else ", everybody"),
        definition="quality.person_total",
        r=r,
        pairs=pairs,
        items=np.zeros((0, 2), dtype=np.int64),
    )


def _paired(answers: ArrayLike, *, critical: float, sign: float, index: str) -> Consistency:
    if not 0.0 < sign * critical < 1.0:
        raise InvalidInput(
            "bad_option", name="critical", value=critical, choices="0–1" if sign > 0 else "-1–0"
        )
    matrix = item_matrix(answers, index=index)
    r = pairwise_correlations(matrix)
    first, second = np.triu_indices(matrix.shape[1], 1)
    strong = sign * r[first, second] > sign * critical  # nan compares false: no pair
    first, second = first[strong], second[strong]
    if first.size < LEAST_PAIRS:
        raise QualityError(
            "too_few_pairs", index=index, critical=critical, least=LEAST_PAIRS, actual=int(first.size)
        )
    within, pairs = pair_correlations(matrix, first, second, least=LEAST_PAIRS)
    return Consistency(
        method=f"{index.replace('_', ' ')}, critical correlation {critical:g}",
        definition=f"quality.{index.removeprefix('psychometric_')}",
        r=within,
        pairs=pairs,
        items=np.column_stack([first, second]).astype(np.int64),
    )


def _means(part: FloatArray) -> FloatArray:
    """(n,) means of the answered items, nan where there are none."""
    known = np.isfinite(part)
    count = known.sum(axis=1)
    total = np.where(known, part, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
