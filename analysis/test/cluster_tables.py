"""Home of the additive state of many tests of independence: sums of weights per item, cluster, group and answer."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.test.independence import Correction
from analysis.test.independence_many import ManyTests, collected, independence_of_psu_table


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterTables:
    """Sums over one part of the people, which add up to those of all.

    Attributes
    ----------
    sums : (k, m, groups, answers) weights per item, PSU, group and answer.
    n : (k,) respondents with both values. rows : people of the part, missing answers included.
    """

    sums: FloatArray
    n: IntArray
    rows: int

    def merge(self, other: "ClusterTables") -> "ClusterTables":
        """Both parts together.

        Raises
        ------
        InvalidInput
            If they have other items, PSUs, groups or answers.
        """
        if self.sums.shape != other.sums.shape:
            raise InvalidInput(
                "wrong_shape", name="tables", expected=self.sums.shape, actual=other.sums.shape
            )
        return ClusterTables(sums=self.sums + other.sums, n=self.n + other.n, rows=self.rows + other.rows)

    def finish(
        self,
        clusters: BoundDesign,
        *,
        correction: Correction = Correction.RAO_SCOTT_2,
        names: tuple[str, ...] | None = None,
    ) -> ManyTests:
        """The tests of all items: the numbers of `independence_many`.

        Parameters
        ----------
        clusters : a design whose rows are the m PSUs (weights of 1, with their strata and fpc, no `psu`).
        """
        how = _check.choice("correction", correction, among=Correction)
        layout = replace(clusters.layout, psu=None)
        if layout.n_psu != self.sums.shape[1] or not layout.is_plain:
            raise InvalidInput(
                "wrong_shape", name="clusters", expected=f"({self.sums.shape[1]},)", actual=(layout.n_psu,)
            )
        found = [
            independence_of_psu_table(table, layout, rows=self.rows, count=int(count), correction=how)
            for table, count in zip(self.sums, self.n, strict=True)
        ]
        called = names or tuple(f"item {place + 1}" for place in range(len(found)))
        return collected(found, names=called, correction=how, variance="Taylor")


def cluster_tables(
    items: ArrayLike,
    by: ArrayLike,
    *,
    psu: ArrayLike,
    weights: ArrayLike,
    clusters: int,
    groups: int,
    answers: int,
) -> ClusterTables:
    """The state of one part of the people.

    Parameters
    ----------
    items : (n, k) whole numbers 0 to `answers` - 1, -1 where missing.
    by : (n,) groups 0 to `groups` - 1, -1 in none. psu : (n,) codes 0 to `clusters` - 1, the same in all parts.
    weights : (n,) at least 0.

    Raises
    ------
    InvalidInput
        With the row of a code outside its range.
    """
    w = _check.complete("weights", weights)
    table = np.asarray(items)
    if table.ndim != 2 or table.shape[0] != w.size:
        raise InvalidInput("wrong_shape", name="items", expected=f"({w.size}, k)", actual=table.shape)
    group = _check.codes("by", by, n=w.size, highest=groups - 1)
    unit = _check.codes("psu", psu, n=w.size, highest=clusters - 1)
    used = (group >= 0) & (unit >= 0) & (w > 0)
    width = answers + 1  # the first place takes the missing answers
    base = (unit[used] * groups + group[used]) * width + 1
    sums, n = np.zeros((table.shape[1], clusters, groups, answers)), np.zeros(table.shape[1], dtype=np.int64)
    for place in range(table.shape[1]):
        column = _check.codes(f"item {place + 1}", table[:, place], n=w.size, highest=answers - 1)[used]
        found = np.bincount(base + column, weights=w[used], minlength=clusters * groups * width)
        sums[place] = found.reshape(clusters, groups, width)[:, :, 1:]
        n[place] = np.count_nonzero(column >= 0)
    return ClusterTables(sums=sums, n=n, rows=int(w.size))
