"""Home of the weighting chain: declared steps that become one pure function of starting weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.columns import Columns, columns_of
from analysis.design import BoundDesign
from analysis.weighting._step import Step, apply
from analysis.weighting.errors import StepError
from analysis.weighting.steps import Declared
from analysis.weighting.tables import table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Weighting steps in order, declared on columns by name.

    Attributes
    ----------
    steps : for instance `[Nonresponse("status", ["region"]), Rake({"sex": {...}}), Trim(over_mean=5)]`.

    Raises
    ------
    StepError
        `no_steps`.
    """

    steps: Sequence[Declared]

    def __post_init__(self) -> None:
        if not self.steps:
            raise StepError("no_steps")
        object.__setattr__(self, "steps", tuple(self.steps))

    def bind(
        self, table: Columns | Mapping[str, Any]
    ) -> "BoundChain":  # Any: whatever numpy makes an array of
        """The chain on a table: names looked up, categories coded, cells made, once for all replicates."""
        columns = columns_of(table)
        return BoundChain(steps=tuple(step.bind(columns) for step in self.steps))

    def apply(
        self,
        design: BoundDesign,
        *,
        columns: Columns | Mapping[str, Any] | None = None,  # Any: see above
    ) -> BoundDesign:
        """The design after all steps, on the table that it is bound to, or on `columns`."""
        return self.bind(table_of(design, columns=columns)).apply(design)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoundChain:
    """Weighting steps bound to the columns of n rows."""

    steps: tuple[Step, ...]

    @property
    def n(self) -> int:
        """Rows."""
        return self.steps[0].n

    def weights(self, start: ArrayLike) -> FloatArray:
        """(n,) final weights from (n,) starting weights: a pure function, with no reports and no linearisation.

        Raises
        ------
        StepError, WeightingError
            Another number of rows; whatever a step refuses.
        """
        weights = np.asarray(start, dtype=np.float64)
        if weights.shape != (self.n,):
            raise StepError("wrong_start", expected=self.n, actual=weights.shape[0] if weights.ndim else 0)
        weights = _check.complete("weights", weights, n=self.n)
        for step in self.steps:
            weights = step.weights(weights)
        return weights

    def apply(self, design: BoundDesign) -> BoundDesign:
        """The design after all steps: one report per step in its history, a variance that carries them all."""
        if design.n != self.n:
            raise StepError("wrong_start", expected=self.n, actual=design.n)
        for step in self.steps:
            design = apply(step, design)
        return design
