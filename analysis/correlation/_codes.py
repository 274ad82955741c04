"""Home of the step from answers to category codes: which values an item has, and which rows count."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.correlation.errors import CorrelationError
from analysis.errors import InvalidInput

# A code must fit an int8; items with more values are no ordered categories any more.
MOST_CATEGORIES = 100
# Whole numbers of a narrower range are coded without looking which of them occur.
NARROW = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """Answers as codes: (k, n) int8, the place of the answer among the item's categories, -1 where missing."""

    names: tuple[str, ...]
    categories: tuple[FloatArray, ...]
    codes: npt.NDArray[np.int8]

    @property
    def k(self) -> int:
        """Number of items."""
        return int(self.codes.shape[0])

    @property
    def n(self) -> int:
        """Number of rows."""
        return int(self.codes.shape[1])

    def kept(self, *, weights: npt.ArrayLike | None, domain: npt.ArrayLike | None, complete: bool) -> "Coded":
        """The same with -1 in rows outside the domain, of weight 0, or (if `complete`) with a missing item.

        Raises
        ------
        CorrelationError
            ``all_missing`` naming the item, ``no_complete_rows`` naming the one with most missing answers.
        """
        out = ~_check.mask("domain", domain, n=self.n)
        if weights is not None:
            out = out | (_check.complete("weights", weights, n=self.n) == 0)
        answered = np.count_nonzero((self.codes >= 0) & ~out, axis=1)
        empty = np.flatnonzero(answered == 0)
        if empty.size:
            raise CorrelationError("all_missing", item=self.names[int(empty[0])])
        if complete:
            out = out | (self.codes.min(axis=0) < 0)
            if out.all():
                raise CorrelationError("no_complete_rows", item=self.names[int(answered.argmin())])
        if not out.any():
            return self
        return Coded(
            names=self.names, categories=self.categories, codes=np.where(out, np.int8(-1), self.codes)
        )


def coded(
    items: npt.ArrayLike,
    *,
    missing_code: int | None,
    categories: Sequence[npt.ArrayLike] | None,
    names: Sequence[str] | None,
) -> Coded:
    """The answers of (n, k) items as codes; see `contingency` for the parameters."""
    values = _matrix(items)
    k = values.shape[1]
    titles = tuple(str(place + 1) for place in range(k)) if names is None else tuple(names)
    if len(titles) != k:
        raise CorrelationError("names_differ", actual=len(titles), expected=k)
    if categories is not None and len(categories) != k:
        raise CorrelationError("names_differ", actual=len(categories), expected=k)
    codes, found = np.empty((k, len(values)), dtype=np.int8), []
    for place, title in enumerate(titles):
        declared = None if categories is None else np.unique(np.asarray(categories[place], dtype=np.float64))
        column = np.ascontiguousarray(values[:, place])
        known = np.isfinite(column) if column.dtype.kind == "f" else _present(column, missing_code)
        kinds = _kinds(column, known, title) if declared is None else declared
        codes[place] = _places(column, known, kinds, title)
        found.append(kinds)
    return Coded(names=titles, categories=tuple(found), codes=codes)


def _matrix(items: npt.ArrayLike) -> npt.NDArray[np.generic]:
    values = np.asarray(items)
    if values.dtype.kind not in "iuf":
        try:
            values = np.asarray(items, dtype=np.float64)
        except (TypeError, ValueError) as problem:
            raise InvalidInput("not_numeric", name="items", value=problem) from problem
    if values.ndim != 2:
        raise InvalidInput("wrong_shape", name="items", expected="(n, k)", actual=values.shape)
    if values.shape[1] < 2:
        raise CorrelationError("too_few_items", least=2, actual=values.shape[1])
    return values


def _present(column: npt.NDArray[np.generic], missing_code: int | None) -> BoolArray:
    if missing_code is None:
        return np.ones(len(column), dtype=np.bool_)
    return np.asarray(column != missing_code)


def _kinds(column: npt.NDArray[np.generic], known: BoolArray, title: str) -> FloatArray:
    """The ascending values of an item; of whole numbers of a narrow range all between the ends, seen or not."""
    answers = column if known.all() else column[known]
    if not answers.size:
        raise CorrelationError("all_missing", item=title)
    if column.dtype.kind in "iu":
        low, high = int(answers.min()), int(answers.max())
        if high - low < NARROW:
            return np.arange(low, high + 1, dtype=np.float64)
    kinds = np.unique(answers).astype(np.float64)
    if len(kinds) > MOST_CATEGORIES:
        raise CorrelationError("too_many_categories", item=title, actual=len(kinds), most=MOST_CATEGORIES)
    return kinds


def _places(
    column: npt.NDArray[np.generic], known: BoolArray, kinds: FloatArray, title: str
) -> npt.NDArray[np.int8]:
    """The place of every answer among `kinds`, -1 where missing."""
    low, steps = kinds[0], np.diff(kinds)
    if column.dtype.kind in "iu" and known.all() and bool((steps == 1).all()):
        if column.min() < low or column.max() > kinds[-1]:
            worst = column.max() if column.max() > kinds[-1] else column.min()
            raise CorrelationError("outside_categories", item=title, value=int(worst))
        return np.asarray(np.subtract(column, int(low), dtype=column.dtype), dtype=np.int8)
    answers = np.asarray(column[known], dtype=np.float64)
    place = np.minimum(np.searchsorted(kinds, answers), len(kinds) - 1)
    strange = np.flatnonzero(kinds[place] != answers)
    if strange.size:
        raise CorrelationError("outside_categories", item=title, value=float(answers[strange[0]]))
    codes = np.full(len(column), -1, dtype=np.int8)
    codes[known] = place
    return codes
