"""Home of what every weighting step is: a pure function of starting weights that can also report and linearise itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.variance.residuals import Carried
from analysis.weighting_step import WeightingStep


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applied:
    """A step taken once from some starting weights.

    Attributes
    ----------
    weights : (n,) weights after the step.
    step : its report.
    carried : what it does to influence values; None if its factors count as fixed.
    again : the same step from any (n,) starting weights, as replicates repeat it.
    """

    weights: FloatArray
    step: WeightingStep
    carried: Carried | None
    again: Callable[[FloatArray], FloatArray]


class Step(Protocol):
    """A weighting step bound to the columns of n rows."""

    @property
    def n(self) -> int:
        """Rows."""

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) weights after the step from (n,) weights before it; nothing else is computed."""

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report and its linearisation."""


def apply(step: Step, design: BoundDesign) -> BoundDesign:
    """The design after the step: new weights, a longer history, a variance that carries the step."""
    done = step.applied(design.weights)
    return design.reweighted(done.weights, step=done.step, calibration=done.carried, again=done.again)
