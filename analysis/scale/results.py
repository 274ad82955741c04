"""Home of what comes back from a run over partitions: estimates by domain, and the states of scales."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.estimate.domains import DomainMeans
from analysis.reliability.states import Moments
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaledEstimates(Result):
    """Means of all items in all domains.

    Attributes
    ----------
    means : (D, k) estimates; domains : labels of the D domains, in sorted order; items : names of the k items.
    by : columns of the labels.
    scales : moments of each declared scale, for `reliability` and `validity`.
    n : rows; partitions : parts they came in.
    strata, units : how many; rows are units where no PSU was named. weight_sum : of the final weights.
    weighting : report of the raking, empty without one; failed : margins by name.
    """

    means: DomainMeans
    domains: tuple[tuple[str, ...], ...]
    items: tuple[str, ...]
    by: tuple[str, ...]
    scales: Mapping[str, Moments]
    n: int
    partitions: int
    strata: int
    units: int
    weight_sum: float
    weighting: Mapping[str, object]
    failed: tuple[str, ...] = ()

    def to_rows(self) -> list[Row]:
        """One row per item and domain with a valid answer."""
        rows: list[Row] = []
        for domain, item, estimate in self.means:
            if estimate.n == 0:
                continue
            row: Row = {"item": self.items[item]}
            row.update(dict(zip(self.by, self.domains[domain], strict=True)))
            row.update(estimate.to_row())
            rows.append(row)
        return rows
