"""Home of the reference sample: a probability sample beside the one to be weighted, with its own design."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.weighting.errors import StepError
from analysis.weighting.model_variables import levels_of, model_variables
from analysis.weighting.variables import Variables


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """A probability sample that knows the same variables.

    Attributes
    ----------
    design : its design, with the weights that make it stand for the population.
    variables : of its m rows, the same names as those of the sample to be weighted, an intercept first.
    """

    design: BoundDesign
    variables: Variables

    def __post_init__(self) -> None:
        if self.variables.x.shape[0] != self.design.n:
            raise InvalidInput(
                "wrong_shape",
                name="reference",
                expected=f"({self.design.n}, p)",
                actual=self.variables.x.shape,
            )
        self.variables.check(self.design.weights)

    @property
    def totals(self) -> FloatArray:
        """(p,) estimated population totals of the variables."""
        return np.asarray(self.variables.x.T @ self.design.weights)

    @property
    def totals_covariance(self) -> FloatArray:
        """(p, p) sampling covariance of the totals."""
        return self.design.covariance(self.variables.x * self.design.weights[:, None])

    def check_overlap(self, sample: Variables) -> None:
        """Refuse a 0/1 variable that one of the two samples never has: no weight can make up for that.

        Raises
        ------
        InvalidInput, StepError
            Different variables; `not_in_sample`, `not_in_reference`, naming the variable.
        """
        if sample.names != self.variables.names:
            raise InvalidInput(
                "wrong_shape", name="reference", expected=self.variables.names, actual=sample.names
            )
        for place, name in enumerate(sample.names):
            ours, theirs = sample.x[:, place], self.variables.x[:, place]
            if _is_indicator(ours) and _is_indicator(theirs):
                if theirs.any() and not ours.any():
                    raise StepError("not_in_sample", name=name)
                if ours.any() and not theirs.any():
                    n = int(np.count_nonzero(ours))
                    raise StepError("not_in_reference", name=name, n=n)


def paired(
    ours: Columns, theirs: Columns, *, names: Sequence[str], categories: Sequence[str] = ()
) -> tuple[Variables, Variables]:
    """The same model variables of a sample and of a reference, by column name.

    Raises
    ------
    StepError
        `not_in_sample`, `not_in_reference`, naming column and category.
    """
    mine = levels_of(ours, names, categories=categories)
    other = levels_of(theirs, names, categories=(*categories, *mine))
    for name, levels in other.items():
        held = mine.get(name, ())
        for level in levels:
            if level not in held:
                raise StepError("not_in_sample", name=f"{name}: {level}")
        for level in held:
            if level not in levels:
                n = int(np.count_nonzero(ours.labels(name) == level))
                raise StepError("not_in_reference", name=f"{name}: {level}", n=n)
    return model_variables(ours, names, levels=other), model_variables(theirs, names, levels=other)


def _is_indicator(values: FloatArray) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())
