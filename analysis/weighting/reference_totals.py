"""Home of calibration to totals that a reference sample estimates, with the sampling variance of those totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.variance.residuals import Calibration
from analysis.weighting._distance import Distance
from analysis.weighting._step import Applied, apply
from analysis.weighting.calibrate import CalibrateStep
from analysis.weighting.reference import Reference, paired
from analysis.weighting.tables import table_of
from analysis.weighting.variables import Variables


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReferenceTotalsStep:
    """Calibration of n rows to the totals of a reference sample."""

    variables: Variables
    reference: Reference
    distance: Distance = Distance.LINEAR
    bounds: tuple[float, float] | None = None
    calibration: CalibrateStep = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.reference.check_overlap(self.variables)
        step = CalibrateStep(
            variables=self.variables,
            totals=self.reference.totals,
            distance=self.distance,
            bounds=self.bounds,
        )
        object.__setattr__(self, "calibration", step)

    @property
    def n(self) -> int:
        """Rows."""
        return self.calibration.n

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) calibrated weights."""
        return self.calibration.weights(start)

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report; the variance carries the residuals and the sampling of the totals."""
        done = self.calibration.applied(start)
        carried = ReferenceCarried(
            calibration=self.calibration.calibration(start, done.weights),
            totals_covariance=self.reference.totals_covariance,
        )
        step = replace(
            done.step,
            method=f"{done.step.method}, to a reference sample",
            definition="weighting.reference",
        )
        return replace(done, step=step, carried=carried)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReferenceCarried:
    """Calibration to estimated totals as a step of the variance: residuals, and B'V(totals)B from the reference.

    References
    ----------
    Dever, Valliant (2010), Survey Methodology 36, 45-56; (2016), Journal of Survey Statistics and Methodology 4, 289-318.
    """

    calibration: Calibration
    totals_covariance: FloatArray

    def carry(self, influence: FloatArray) -> FloatArray:
        """(n, k) residuals times the weights after the calibration."""
        return self.calibration.carry(influence)

    def outside(self, influence: FloatArray) -> FloatArray | None:
        """(k, k) variance from the sampling of the totals."""
        after = self.calibration.after[:, None]
        values = np.divide(influence, after, out=np.zeros_like(influence), where=after > 0)
        slope = self.calibration.slopes(values)
        return np.asarray(slope.T @ self.totals_covariance @ slope)


def calibrate_to_reference(
    design: BoundDesign,
    on: Sequence[str] | Variables,
    *,
    reference: BoundDesign | Reference,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: whatever numpy makes an array of
    reference_columns: Columns | Mapping[str, Any] | None = None,  # Any: the same
    distance: Distance = Distance.LINEAR,
    bounds: tuple[float, float] | None = None,
) -> BoundDesign:
    """A new design whose totals of `on` equal those that a reference sample estimates.

    Parameters
    ----------
    on : names of columns that both tables have, or the sample's variables with a `Reference`.
    reference : the design of the reference sample, bound to its table; or a `Reference`.
    distance, bounds : as for `calibrate`.

    Returns
    -------
    BoundDesign whose variance adds the sampling variance of the reference's totals.

    Raises
    ------
    StepError, WeightingError
        A category that only one of the samples has; what `calibrate` refuses.
    """
    ours, theirs = both(
        on, design=design, reference=reference, columns=columns, reference_columns=reference_columns
    )
    kind = _check.choice("distance", distance, among=Distance)
    return apply(ReferenceTotalsStep(variables=ours, reference=theirs, distance=kind, bounds=bounds), design)


def both(
    on: Sequence[str] | Variables,
    *,
    design: BoundDesign | None,
    reference: BoundDesign | Reference,
    columns: Columns | Mapping[str, Any] | None,  # Any: see above
    reference_columns: Columns | Mapping[str, Any] | None,  # Any: see above
) -> tuple[Variables, Reference]:
    """The sample's variables and the reference's, from arrays or from columns by name."""
    if isinstance(on, Variables):
        if not isinstance(reference, Reference):
            raise InvalidInput("bad_option", name="reference", value="a design", choices="Reference")
        return on, reference
    other = reference.design if isinstance(reference, Reference) else reference
    mine = table_of(design, columns=columns)
    ours, theirs = paired(mine, table_of(other, columns=reference_columns), names=list(on))
    return ours, Reference(design=other, variables=theirs)
