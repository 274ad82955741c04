"""Home of what every test of differential item functioning starts from: matching scores, levels, and tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.states import checked_items

MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Complete rows: answers (n, k), whether focal (n,), weights with Kish's effective size as sum, labels."""

    items: FloatArray
    focal: BoolArray
    weights: FloatArray
    labels: tuple[str, ...]
    reference_name: str
    focal_name: str
    matching: FloatArray | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemTable:
    """One item: counts (levels, 2, c) by matching score, group (reference, focal) and answer."""

    counts: FloatArray
    scores: FloatArray
    levels: FloatArray


def groups_of(
    items: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    focal: object,
    matching: npt.ArrayLike | None,
    weights: npt.ArrayLike | None,
    domain: npt.ArrayLike | None,
    names: Sequence[str] | None,
) -> Groups:
    """The complete rows of both groups.

    Raises
    ------
    ReliabilityError
        ``two_groups`` with the values found; ``too_few_rows`` without complete rows.
    """
    y, w, used = checked_items(items, weights, domain=domain)
    labels = tuple(str(place + 1) for place in range(y.shape[1])) if names is None else tuple(names)
    if len(labels) != y.shape[1]:
        raise ReliabilityError("names_differ", name="names", actual=len(labels), expected=y.shape[1])
    codes, kinds = _check.labels("group", group, n=len(y))
    score = None if matching is None else _check.numbers("matching", matching, n=len(y))
    if score is not None:
        used = used & np.isfinite(score)
    met = np.unique(codes[used])
    if len(met) != 2:
        raise ReliabilityError(
            "two_groups", actual=len(met), labels=", ".join(kinds[code] for code in met) or "-"
        )
    wanted = kinds[met[1]] if focal is None else str(focal)
    present = [kinds[code] for code in met]
    if wanted not in present:
        raise InvalidInput("bad_option", name="focal", value=wanted, choices=", ".join(present))
    own = w[used]
    return Groups(
        items=y[used],
        focal=codes[used] == kinds.index(wanted),
        weights=own * own.sum() / float(own @ own),
        labels=labels,
        reference_name=next(kinds[code] for code in met if kinds[code] != wanted),
        focal_name=wanted,
        matching=None if score is None else score[used],
    )


def item_table(data: Groups, item: int, score: FloatArray) -> ItemTable:
    """The table of one item by the levels of a matching score (n,)."""
    levels, level = np.unique(score, return_inverse=True)
    scores, answer = np.unique(data.items[:, item], return_inverse=True)
    cell = (level * 2 + data.focal) * len(scores) + answer
    counts = np.bincount(cell, weights=data.weights, minlength=len(levels) * 2 * len(scores))
    shaped = np.asarray(counts, dtype=np.float64).reshape(len(levels), 2, len(scores))
    return ItemTable(counts=shaped, scores=scores, levels=levels)


def matching_score(data: Groups, item: int, flagged: BoolArray) -> FloatArray:
    """(n,) the given score, or the sum of the items that are not flagged and of the studied item itself."""
    if data.matching is not None:
        return data.matching
    kept = ~flagged
    kept[item] = True
    return np.asarray(data.items[:, kept].sum(axis=1))


def purified(
    flags: Callable[[BoolArray], BoolArray], *, k: int, purify: bool
) -> tuple[BoolArray, int, tuple[AnalysisWarning, ...]]:
    """Items to leave out of the matching score: flag, leave out, flag again until the flags stand still.

    Returns
    -------
    The flags the last tables were made with, the rounds, and a status if the flags did not settle.

    References
    ----------
    Holland and Thayer (1988), in Wainer and Braun, Test Validity, 129-145; Candell and Drasgow (1988), Applied
    Psychological Measurement 12, 253-260 (iteration).
    """
    flagged = np.zeros(k, dtype=np.bool_)
    if not purify:
        return flagged, 0, ()
    for rounds in range(1, MOST_ROUNDS + 1):
        new = flags(flagged)
        if np.array_equal(new, flagged):
            return flagged, rounds, ()
        flagged = new
    return flagged, MOST_ROUNDS, (AnalysisWarning(code="not_converged", context={"iterations": MOST_ROUNDS}),)


def thin_levels(data: Groups, flagged: BoolArray) -> tuple[AnalysisWarning, ...]:
    """A status if some levels of the score hold one group only."""
    table: ItemTable = item_table(data, 0, matching_score(data, 0, flagged.copy()))
    alone = int(np.count_nonzero((table.counts.sum(axis=2) == 0).any(axis=1)))
    return (AnalysisWarning(code="small_strata", context={"n": alone}),) if alone else ()
