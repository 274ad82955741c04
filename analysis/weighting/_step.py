"""Home of what every weighting step is: a pure function of starting weights that can also report and linearise itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.variance.residuals import Carried
from analysis.weighting.errors import StepError
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
    """The design after the step: new weights, a longer history, a variance that carries the step.

    Margins and totals that earlier steps met and this one undoes are in its report, as a status and as failed.
    """
    if step.n != design.n:
        raise StepError("wrong_start", expected=step.n, actual=design.n)
    done = step.applied(design.weights)
    undone = {
        str(item.context["name"]): item
        for earlier in design.history
        if earlier.kept is not None
        for item in earlier.kept(done.weights)
    }
    report = done.step
    if undone:
        failed = dict.fromkeys((*report.failed, *undone))
        report = replace(report, failed=tuple(failed), status=(*report.status, *undone.values()))
    return design.reweighted(done.weights, step=report, calibration=done.carried, again=done.again)
