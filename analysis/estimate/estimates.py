"""Home of several estimates of one design side by side: rows to read, their covariance, and contrasts between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import EstimationError
from analysis.estimate import comparisons
from analysis.results import Estimate, Result, Row

Domain = tuple[tuple[str, str], ...]
"""Columns and their labels, in the order they were named; empty for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Named:
    """One estimate with what it is of: the item (with a level or a probability, where there is one) and the domain."""

    item: str
    estimate: Estimate
    domain: Domain = ()
    part: str = ""

    @property
    def name(self) -> str:
        """Item, part and labels joined by points, such as "q1.town.f"; labels alone name it too where that is clear."""
        return ".".join(text for text in (self.item, self.part, *self.labels) if text)

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the domain."""
        return tuple(label for _, label in self.domain)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimates(Result):
    """Estimates of one design, in the order of domains and items.

    Attributes
    ----------
    named : the estimates with their names.
    covariance : (k, k), None unless it was asked for.
    design : the design they belong to.
    level : confidence of the intervals in rows.
    empty : domains that hold no valid answer, as item and domain; no number is invented for them.
    """

    named: tuple[Named, ...]
    design: BoundDesign = field(repr=False)
    covariance: FloatArray | None = field(default=None, repr=False)
    level: float = 0.95
    empty: tuple[tuple[str, Domain], ...] = ()

    def __len__(self) -> int:
        return len(self.named)

    def __iter__(self) -> Iterator[Named]:
        return iter(self.named)

    def __getitem__(self, name: str) -> Estimate:
        """The estimate of a name, such as "q1", "q1.town.f", or "town.f" where there is one item only."""
        return self.named[self._place(name)].estimate

    @property
    def values(self) -> FloatArray:
        """(k,) the estimates."""
        return np.array([one.estimate.value for one in self.named])

    @property
    def se(self) -> FloatArray:
        """(k,) their standard errors."""
        return np.array([one.estimate.se for one in self.named])

    def ci(self, level: float = 0.95) -> FloatArray:
        """(k, 2) limits."""
        return np.array([one.estimate.ci(level) for one in self.named])

    def to_rows(self) -> list[Row]:
        """One row per estimate: item, part, a column per domain variable, and the fields of `Estimate.to_row`."""
        rows: list[Row] = []
        for one in self.named:
            row: Row = {"item": one.item}
            if any(other.part for other in self.named):
                row["part"] = one.part
            row.update(dict(one.domain))
            row.update(one.estimate.to_row(self.level))
            rows.append(row)
        return rows

    def contrast(self, first: str | Mapping[str, float], second: str | None = None) -> Estimate:
        """`first - second`, or a linear combination given as name -> coefficient, with the covariance between them.

        Raises
        ------
        EstimationError
            If the estimates were made without `cov=True`, or a name is unknown.
        """
        if self.covariance is None:
            raise EstimationError("no_covariance")
        if isinstance(first, str):
            if second is None:
                raise EstimationError("unknown_row", name="", choices=self._choices())
            wanted: dict[str, float] = {first: 1.0, second: -1.0}
        else:
            wanted = dict(first)
        places = [self._place(name) for name in wanted]
        return comparisons.combine(
            [self.named[place].estimate for place in places],
            list(wanted.values()),
            design=self.design,
            method="contrast",
        )

    def _place(self, name: str) -> int:
        for names in (
            [one.name for one in self.named],
            [".".join(one.labels) for one in self.named],
            [one.part for one in self.named],
        ):
            if names.count(name) == 1:
                return names.index(name)
        raise EstimationError("unknown_row", name=name, choices=self._choices())

    def _choices(self) -> str:
        return ", ".join(one.name for one in self.named[:20])


def collect(
    named: Sequence[Named],
    *,
    design: BoundDesign,
    cov: bool,
    method: str,
    definition: str,
    empty: Sequence[tuple[str, Domain]] = (),
) -> Estimates:
    """The estimates as one result, with their covariance if it is wanted."""
    seed = None if design.replicates is None else design.replicates.seed
    return Estimates(
        named=tuple(named),
        design=design,
        covariance=comparisons.covariance([one.estimate for one in named], design=design)
        if cov and named
        else None,
        method=f"{method}, {design.variance_method}",
        definition=definition,
        seed=seed,
        empty=tuple(empty),
    )
