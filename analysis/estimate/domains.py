"""Home of many means at once: every item in every domain, from sums per cell instead of passes over people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis import _check
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.estimate import _linear_sums, _tables
from analysis.estimate._build import statuses
from analysis.estimate._moments import Item, prepare
from analysis.estimate._tables import UnitSums
from analysis.results import Estimate

_BYTES = 48_000_000  # copied at a time to turn rows into columns
_TILE = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DomainMeans:
    """Means of k items in D domains; all arrays (D, k), nan where a domain has no valid answer.

    The arrays mean what the fields of `Estimate` mean; `one_psu` is whether all answers come from one cluster.
    """

    value: FloatArray
    se: FloatArray
    n: IntArray
    n_effective: FloatArray
    deff: FloatArray
    weight_sum: FloatArray
    one_psu: BoolArray
    df: float
    method: str = "mean, Taylor"
    seed: int | None = None

    def estimate(self, domain: int, item: int) -> Estimate:
        """One of the means as an `Estimate` (without influence values)."""
        at = (domain, item)
        return Estimate(
            value=float(self.value[at]),
            se=float(self.se[at]),
            df=self.df,
            n=int(self.n[at]),
            n_effective=float(self.n_effective[at]),
            deff=float(self.deff[at]),
            weight_sum=float(self.weight_sum[at]),
            method=self.method,
            definition="estimate.mean",
            seed=self.seed,
            status=statuses(
                constant=bool(self.se[at] == 0.0) and int(self.n[at]) > 0,
                df=self.df,
                one_psu=bool(self.one_psu[at]),
            ),
        )

    def __iter__(self) -> Iterator[tuple[int, int, Estimate]]:
        """Domain, item and estimate, domain by domain."""
        for domain, item in np.ndindex(*self.value.shape):
            yield domain, item, self.estimate(domain, item)


def means(
    items: ArrayLike,
    design: BoundDesign,
    *,
    by: ArrayLike | None = None,
    n_domains: int | None = None,
    missing: int | None = None,
) -> DomainMeans:
    """Weighted means of every item in every domain with linearised standard errors.

    The same numbers as `mean` for each pair, to rounding, at the price of a few counting passes per item.

    Parameters
    ----------
    items : (n, k) numbers; float with nan where missing, or whole numbers (int8 is enough) with `missing`.
    by : (n,) domain codes, -1 for rows in no domain; None: one domain of everybody.
    n_domains : number of domains, if some may have no row.
    missing : code of a missing answer in whole-number arrays.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 4.3 and 9.1; Deville, Särndal (1992), JASA 87, 376-382.
    """
    table = np.asarray(items)
    if table.ndim != 2 or table.shape[0] != design.n:
        raise InvalidInput("wrong_shape", name="items", expected=f"({design.n}, k)", actual=table.shape)
    codes = np.zeros(design.n, dtype=np.int64) if by is None else _check.codes("by", by, n=design.n)
    size = n_domains if n_domains is not None else max(int(codes.max()) + 1, 1)
    _check.codes("by", codes, n=design.n, highest=size - 1)
    plan = _linear_sums.plan(design, codes, size)
    if table.shape[1] == 0:
        raise InvalidInput("wrong_shape", name="items", expected=f"({design.n}, k)", actual=table.shape)
    columns = list(_all_items(table, design=design, plan=plan, missing=missing))
    return collected(
        columns,
        df=float(design.df),
        clustered=design.layout.psu is not None,
        method=f"mean, {design.variance_method}",
        seed=None if design.replicates is None else design.replicates.seed,
    )


def collected(
    columns: Sequence[Mapping[str, FloatArray]],
    *,
    df: float,
    clustered: bool,
    method: str = "mean, Taylor",
    seed: int | None = None,
) -> DomainMeans:
    """The (D,) results of each item side by side."""
    stacked = {name: np.column_stack([column[name] for column in columns]) for name in columns[0]}
    return DomainMeans(
        value=stacked["value"],
        se=stacked["se"],
        n=stacked["n"].astype(np.int64),
        n_effective=stacked["n_effective"],
        deff=stacked["deff"],
        weight_sum=stacked["weight_sum"],
        one_psu=stacked["units"] == 1.0 if clustered else stacked["units"] < 0.0,
        df=df,
        method=method,
        seed=seed,
    )


def no_means(df: float) -> DomainMeans:
    """The result of no items."""
    none, count = np.zeros((0, 0)), np.zeros((0, 0), dtype=np.int64)
    return DomainMeans(
        value=none,
        se=none,
        n=count,
        n_effective=none,
        deff=none,
        weight_sum=none,
        one_psu=np.zeros((0, 0), dtype=np.bool_),
        df=df,
    )


def _contiguous(table: NDArray[np.generic]) -> Iterator[NDArray[np.generic]]:
    """The columns, each in one piece; a few at a time, so that the copy stays small."""
    width = max(_BYTES // (table.shape[0] * table.itemsize), 1)
    for begin in range(0, table.shape[1], width):
        yield from _turned(table[:, begin : begin + width])


def _turned(block: NDArray[np.generic]) -> NDArray[np.generic]:
    """(k, n) transpose in one piece, copied in tiles that stay in the cache."""
    if block.flags.f_contiguous:
        return block.T
    turned = np.empty(block.shape[::-1], dtype=block.dtype)
    for begin in range(0, block.shape[0], _TILE):
        turned[:, begin : begin + _TILE] = block[begin : begin + _TILE].T
    return turned


def _all_items(
    table: NDArray[np.generic], *, design: BoundDesign, plan: _linear_sums.Plan, missing: int | None
) -> Iterator[dict[str, FloatArray]]:
    """The (D,) results of each item; two items share a pass over people where they can."""
    usable = design.weights > 0
    waiting: Item | None = None
    for column in _contiguous(table):
        item = prepare(column, missing=missing, usable=usable)
        if waiting is None:
            waiting = item
            continue
        sums = _linear_sums.paired_unit_sums(waiting, item, plan)
        yield _one_item(waiting, sums=sums[0], plan=plan)
        yield _one_item(item, sums=sums[1], plan=plan)
        waiting = None
    if waiting is not None:
        yield _one_item(waiting, sums=_linear_sums.unit_sums(waiting, plan), plan=plan)


def _one_item(item: Item, *, sums: UnitSums, plan: _linear_sums.Plan) -> dict[str, FloatArray]:
    """The (D,) results of one item."""
    return _tables.results(
        sums,
        variance=lambda value, weight: _linear_sums.variances(
            item, plan, sums=sums, value=value, weight=weight
        ),
    )
