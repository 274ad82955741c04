"""Home of the test of independence of many items from one grouping, from a table per PSU instead of passes over people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis import _check
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.errors import EstimationError, InvalidInput
from analysis.estimate.cell_table import Levels, levels
from analysis.results import HypothesisTest, Result, Row
from analysis.test import _rao_scott
from analysis.test._scalars import enough
from analysis.test.errors import HypothesisError
from analysis.test.independence import Correction, corrected, independence
from analysis.variance import taylor
from analysis.variance.layout import Layout

_COLUMNS = 8  # items that are laid out in one piece at a time
_WIDEST = 100  # values an item may span before it is coded like any other variable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManyTests(Result):
    """One test per item; (k,) arrays, nan where the test does not exist.

    Attributes
    ----------
    statistic, p : of each item. x2 : Pearson's X2. df, ddf : degrees of freedom (ddf nan for chi-square).
    n : respondents with both values. levels : how many answers of the item occur.
    """

    names: tuple[str, ...]
    statistic: FloatArray
    statistic_name: str
    df: FloatArray
    ddf: FloatArray
    p: FloatArray
    x2: FloatArray
    n: IntArray
    levels: IntArray = field(repr=False)

    def to_rows(self) -> list[Row]:
        """One row per item."""
        columns = {"statistic": self.statistic, "df": self.df, "ddf": self.ddf, "p": self.p, "x2": self.x2}
        rows: list[Row] = []
        for place, name in enumerate(self.names):
            numbers: Row = {key: _known(float(values[place])) for key, values in columns.items()}
            rows.append({"item": name, "n": int(self.n[place]), **numbers})
        return rows


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def independence_many(
    items: ArrayLike,
    by: ArrayLike,
    *,
    design: BoundDesign,
    correction: Correction = Correction.RAO_SCOTT_2,
    domain: ArrayLike | None = None,
    missing: int | None = None,
    names: tuple[str, ...] | None = None,
) -> ManyTests:
    """Rao-Scott tests of independence of every item from one grouping: the numbers of `independence`, item by item.

    Parameters
    ----------
    items : (n, k) numbers; whole numbers (int8 is enough) with `missing` are fastest, nan is missing in floats.
    by : (n,) numbers or text; nan, None and the whole number -1 leave the table, never the design.
    correction : `rao-scott-2` or `rao-scott-1`.
    domain : (n,) bool, None for everybody.
    names : of the k items.

    Raises
    ------
    HypothesisError
        ``one_level`` if the grouping has one level; an item with one answer has nan instead.

    References
    ----------
    Rao, Scott (1984), Annals of Statistics 12, 46-60; Thomas, Rao (1987), JASA 82, 630-636.
    """
    how = _check.choice("correction", correction, among=Correction)
    if how not in (Correction.RAO_SCOTT_1, Correction.RAO_SCOTT_2):
        raise InvalidInput(
            "bad_option", name="correction", value=how.value, choices="rao-scott-2, rao-scott-1"
        )
    table = np.asarray(items)
    if table.ndim != 2 or table.shape[0] != design.n or table.shape[1] == 0:
        raise InvalidInput("wrong_shape", name="items", expected=f"({design.n}, k)", actual=table.shape)
    called = names or tuple(f"item {place + 1}" for place in range(table.shape[1]))
    if len(called) != table.shape[1]:
        raise InvalidInput(
            "wrong_shape", name="names", expected=f"({table.shape[1]},)", actual=(len(called),)
        )
    whole = np.asarray(by).dtype.kind in "iu"
    grouping = levels("by", by, n=design.n, missing=-1 if whole else None)
    if grouping.count < 2:
        raise HypothesisError("one_level", name="by", level=grouping.labels[0])
    enough(design.df, least=1)
    inside = _check.mask("domain", domain, n=design.n)
    shared = _shared(grouping, inside, design)
    found = [_item(column, shared, how=how, missing=missing) for column in _contiguous(table)]
    return collected(found, names=called, correction=how, variance=design.variance_method)


def collected(
    found: Sequence[HypothesisTest], *, names: tuple[str, ...], correction: Correction, variance: str
) -> ManyTests:
    """The tests of all items as one result."""
    return ManyTests(
        method=f"Pearson X2, {correction.value}, {variance}",
        definition=f"test.independence.{correction.value}",
        names=names,
        statistic_name="F" if correction is Correction.RAO_SCOTT_2 else "chi2",
        statistic=np.array([test.statistic for test in found]),
        df=np.array([test.df[0] for test in found]),
        ddf=np.array([test.df[1] if len(test.df) > 1 else np.nan for test in found]),
        p=np.array([test.p for test in found]),
        x2=np.array([test.details["x2"] for test in found]),
        n=np.array([test.n for test in found], dtype=np.int64),
        levels=np.array([test.details["levels"] for test in found], dtype=np.int64),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shared:
    """What all items share.

    `base` : (n,) PSU times groups plus group where sums per PSU suffice, else None. `keys` : it, times the width of an
    item's scale. `room` : (n,) where keys are written; fresh memory for every item costs more than the counting.
    """

    design: BoundDesign
    grouping: Levels
    inside: BoolArray
    usable: BoolArray
    base: IntArray | None
    weights: FloatArray
    count: int
    layout: Layout
    room: IntArray
    keys: dict[tuple[int, int], IntArray] = field(default_factory=dict)


def _shared(grouping: Levels, inside: BoolArray, design: BoundDesign) -> _Shared:
    layout = design.layout
    usable = inside & (grouping.code >= 0) & (design.weights > 0)
    plain = design.replicates is None and not design.calibrations and layout.is_plain
    base = None
    if plain and layout.psu is not None:
        base = layout.psu * grouping.count + np.maximum(grouping.code, 0)
    return _Shared(
        design=design,
        grouping=grouping,
        inside=inside,
        usable=usable,
        base=base,
        weights=design.weights if usable.all() else np.where(usable, design.weights, 0.0),
        count=int(np.count_nonzero(usable)),
        layout=replace(layout, n=layout.n_psu, psu=None),
        room=np.empty(design.n, dtype=np.int64),
    )


def _contiguous(table: NDArray[np.generic]) -> Iterator[NDArray[np.generic]]:
    for begin in range(0, table.shape[1], _COLUMNS):
        block = np.asfortranarray(table[:, begin : begin + _COLUMNS])
        yield from (block[:, place] for place in range(block.shape[1]))


def _item(
    column: NDArray[np.generic], shared: _Shared, *, how: Correction, missing: int | None
) -> HypothesisTest:
    if shared.base is None or column.dtype.kind not in "iu" or not _short(column):
        return _one_by_one(column, shared, how=how, missing=missing)
    sums, count = _psu_table(column, shared, base=shared.base, missing=missing)
    rows = int(np.count_nonzero(shared.inside))
    return independence_of_psu_table(sums, shared.layout, rows=rows, count=count, correction=how)


def independence_of_psu_table(
    sums: FloatArray, layout: Layout, *, rows: int, count: int, correction: Correction
) -> HypothesisTest:
    """The test from sums of weights per PSU and cell, which add up over parts of the data.

    Parameters
    ----------
    sums : (m, groups, answers), the PSUs in the order of `layout`.
    layout : of the PSUs as rows: single stage, equal probabilities inside strata.
    rows : of the domain, missing answers included; X2 is scaled to it. count : respondents with both values.
    """
    totals = sums.sum(axis=0)
    used = totals.sum(axis=1) > 0, totals.sum(axis=0) > 0
    shape = int(used[0].sum()), int(used[1].sum())
    if min(shape) < 2:
        return _absent(count, shape[1])
    flat = sums.reshape(sums.shape[0], -1)[:, np.ravel(np.outer(*used))]
    held = flat.sum(axis=0)
    covariance = _rao_scott.share_covariance(held, taylor.covariance(flat, layout))
    shares = (held / held.sum()).reshape(shape)
    x2 = _rao_scott.pearson(shares, n=rows)
    effects = _rao_scott.design_effects(shares, covariance, n=rows)
    statistic, df, p = corrected(x2, effects, ddf=layout.df, how=correction)
    return HypothesisTest(
        method=f"Pearson X2, {correction.value}, Taylor",
        definition=f"test.independence.{correction.value}",
        statistic=statistic,
        statistic_name="F" if correction is Correction.RAO_SCOTT_2 else "chi2",
        df=df,
        p=p,
        n=count,
        details={"x2": x2, "levels": shape[1]},
    )


def _short(column: NDArray[np.generic]) -> bool:
    return int(column.max()) - int(column.min()) < _WIDEST


def _psu_table(
    column: NDArray[np.generic], shared: _Shared, *, base: IntArray, missing: int | None
) -> tuple[FloatArray, int]:
    """(m, groups, answers) sums of weights, and how many respondents have both values."""
    low = int(column.min())
    width = int(column.max()) - low + 1
    if (low, width) not in shared.keys:
        shared.keys.clear()  # items of one scale share it; another scale replaces it, so that memory stays small
        shared.keys[low, width] = base * width - low
    size = shared.design.layout.n_psu * shared.grouping.count
    np.add(shared.keys[low, width], column, out=shared.room)
    sums = np.bincount(shared.room, weights=shared.weights, minlength=size * width)
    table: FloatArray = sums.reshape(-1, shared.grouping.count, width).astype(np.float64, copy=False)
    if missing is None or not low <= missing < low + width:
        return table, shared.count
    table[:, :, missing - low] = 0.0
    return table, int(np.count_nonzero(shared.usable & (column != missing)))


def _one_by_one(
    column: NDArray[np.generic], shared: _Shared, *, how: Correction, missing: int | None
) -> HypothesisTest:
    """The same test where the design or the column needs every row."""
    grouping = np.where(shared.grouping.code < 0, np.nan, shared.grouping.code)
    try:
        found = independence(
            grouping, column, design=shared.design, correction=how, domain=shared.inside, missing=missing
        )
    except (HypothesisError, EstimationError):
        return _absent(0, 1)
    answers = np.unique(column[shared.usable & np.isfinite(column.astype(np.float64))])
    return replace(found, details={**found.details, "levels": float(answers.size)})


def _absent(count: int, answers: int) -> HypothesisTest:
    nan = float("nan")
    return HypothesisTest(
        method="",
        statistic=nan,
        statistic_name="",
        df=(nan, nan),
        p=nan,
        n=count,
        details={"x2": nan, "levels": answers},
    )
