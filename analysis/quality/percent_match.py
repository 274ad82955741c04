"""Home of near duplicates: for every respondent the closest other one, by the share of identical answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.quality.errors import QualityError
from analysis.quality.items import item_matrix
from analysis.results import Result, Row

_BLOCK = 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PercentMatch(Result):
    """Closest other respondent.

    Attributes
    ----------
    match : (n,) largest share (0–1) of items answered identically to somebody else, nan without a partner
    partner : (n,) row of that respondent, the first of several; -1 without a partner
    limit : share from which a match is flagged
    """

    match: FloatArray
    partner: IntArray
    limit: float

    @property
    def is_flagged(self) -> BoolArray:
        """(n,) respondents with a match of at least the limit."""
        return np.asarray(self.match >= self.limit)

    def to_rows(self) -> list[Row]:
        """One row per respondent with a partner."""
        return [
            {"respondent": row + 1, "partner": int(other) + 1, "match": float(share)}
            for row, (other, share) in enumerate(zip(self.partner, self.match, strict=True))
            if other >= 0
        ]


def percent_match(
    answers: ArrayLike,
    *,
    within: ArrayLike | None = None,
    limit: float = 0.85,
    least: int = 10,
    largest: int = 20_000,
) -> PercentMatch:
    """Largest share of identical answers that each respondent has with any other.

    Parameters
    ----------
    answers : (n, k) codes, nan where missing; two respondents agree on an item if both answered it alike, the base
        is the items at least one of them answered.
    within : (n,) names; only respondents of the same one are compared, for example the same interviewer or county.
        The cost grows with the square of the largest group.
    limit : 0.85 after the source. High matches also come from few items, few categories and real consensus.
    least : common base under which a pair is not compared; at most k.
    largest : group that is still compared; twenty thousand people take some ten seconds.

    Raises
    ------
    QualityError
        ``bad_cutoff`` if `limit` is not in (0, 1]; ``group_too_large`` naming the group.

    References
    ----------
    Kuriakose and Robbins (2016), Statistical Journal of the IAOS 32, 283-291 (maximum percent match); Simmons,
    Mercer, Schwarzer and Kennedy (2016), the same issue, 327-338 (why 85 % alone proves nothing).
    """
    if not 0.0 < limit <= 1.0:
        raise QualityError(
            "bad_cutoff",
            name="percent_match",
            value=limit,
            expected_zh="在 0 与 1 之间",
            expected_en="in (0, 1]",
        )
    matrix = item_matrix(answers, index="percent_match")
    n, k = matrix.shape
    codes, names = _check.labels("within", np.full(n, "all") if within is None else np.asarray(within), n=n)
    sizes = np.bincount(codes)
    if sizes.max() > largest:
        group = int(sizes.argmax())
        raise QualityError("group_too_large", group=names[group], n=int(sizes[group]), largest=largest)
    match, partner = np.full(n, np.nan), np.full(n, -1, dtype=np.int64)
    order = np.argsort(codes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        if len(rows) > 1:
            match[rows], nearest = _closest(matrix[rows], min(least, k))
            partner[rows] = np.where(nearest >= 0, rows[nearest], -1)
    return PercentMatch(
        method="maximum percent match",
        definition="quality.percent_match",
        match=match,
        partner=partner,
        limit=limit,
    )


def duplicate_rows(answers: ArrayLike) -> IntArray:
    """(n,) how many respondents gave exactly these answers, missing ones included; 1 is unique. Linear in rows."""
    matrix = item_matrix(answers, index="duplicate_rows", least=1)
    filled = np.ascontiguousarray(
        np.where(np.isfinite(matrix), matrix + 0.0, np.inf)
    )  # + 0.0: no negative zero
    keys = filled.view(np.dtype((np.void, filled.dtype.itemsize * filled.shape[1]))).ravel()
    _, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    return np.asarray(count[place], dtype=np.int64)


def _closest(answers: FloatArray, least: int) -> tuple[FloatArray, IntArray]:
    """Share and row of the closest other one; all pairs of a block at once as a product of 0/1 columns."""
    known = np.isfinite(answers).astype(np.float32)
    columns = [
        (answers[:, item] == code).astype(np.float32)
        for item in range(answers.shape[1])
        for code in np.unique(answers[np.isfinite(answers[:, item]), item])
    ]
    ones = np.column_stack(columns)
    asked = known.sum(axis=1)
    match, partner = np.full(len(answers), np.nan), np.full(len(answers), -1, dtype=np.int64)
    for start in range(0, len(answers), _BLOCK):
        block = slice(start, start + _BLOCK)
        equal = ones[block] @ ones.T
        base = asked[block, None] + asked[None, :] - known[block] @ known.T
        share = np.where(base >= max(least, 1), equal / np.maximum(base, 1.0), -1.0)
        own = np.arange(start, min(start + _BLOCK, len(answers)))
        share[own - start, own] = -1.0
        best = share.argmax(axis=1)
        value = share[np.arange(len(best)), best].astype(np.float64)
        match[block] = np.where(value >= 0, value, np.nan)
        partner[block] = np.where(value >= 0, best, -1)
    return match, partner
