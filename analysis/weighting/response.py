"""Home of the adjustments for unknown eligibility and nonresponse inside weighting classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.weighting import diagnose
from analysis.weighting._classes import ClassCarried, Classes, Redistribution, classes_of
from analysis.weighting._step import Applied, apply
from analysis.weighting.dispositions import Disposition, Dispositions, dispositions
from analysis.weighting.model_variables import variables_of
from analysis.weighting.tables import label_columns, table_of
from analysis.weighting.variables import Variables
from analysis.weighting_step import Balance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EligibilityStep:
    """The weight of units of unknown eligibility goes to the known ones of their class, eligible or not."""

    status: Dispositions
    classes: Classes

    @property
    def n(self) -> int:
        """Rows."""
        return self.status.n

    @property
    def _sharing(self) -> Redistribution:
        return Redistribution(
            classes=self.classes,
            giving=np.ones(self.n, dtype=np.bool_),
            taking=~self.status.unknown,
            refusal="class_without_known",
        )

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) weights; those of unknown eligibility get 0."""
        return self._sharing.weights(start)

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report; the variance carries the class factors."""
        return redistributed(
            self._sharing, start, method="unknown eligibility, classes", definition="weighting.eligibility"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseStep:
    """The weight of eligible nonrespondents goes to the respondents of their class; ineligible units leave.

    Attributes
    ----------
    compared : variables known for respondents and nonrespondents, whose balance the report shows.
    """

    status: Dispositions
    classes: Classes
    compared: Variables | None = None

    @property
    def n(self) -> int:
        """Rows."""
        return self.status.n

    @property
    def _sharing(self) -> Redistribution:
        return Redistribution(
            classes=self.classes,
            giving=self.status.eligible,
            taking=self.status.responded,
            refusal="class_without_respondents",
        )

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) weights; all but respondents get 0."""
        self.status.check_resolved(start)
        return self._sharing.weights(start)

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report; the variance carries the class factors."""
        self.status.check_resolved(start)
        return redistributed(
            self._sharing,
            start,
            method="nonresponse, classes",
            definition="weighting.classes",
            compared=self.compared,
        )


def redistributed(
    sharing: Redistribution,
    start: FloatArray,
    *,
    method: str,
    definition: str,
    compared: Variables | None = None,
) -> Applied:
    """A redistribution with its report, balance and linearisation."""
    weights = sharing.weights(start)
    shown = sharing.balance(start, weights)
    if compared is not None:
        shown += _balance(compared, sharing, start=start, after=weights)
    step = diagnose.report(
        method,
        definition=definition,
        before=start,
        after=weights,
        compared=shown,
        status=sharing.thin(start),
    )
    given = np.where(sharing.giving, start, 0.0)
    carried = ClassCarried(classes=sharing.classes, given=given, after=weights)
    return Applied(weights=weights, step=step, carried=carried, again=sharing.weights)


def _balance(
    compared: Variables, sharing: Redistribution, *, start: FloatArray, after: FloatArray
) -> tuple[Balance, ...]:
    """Means of all who give (target), of those who take before, and after."""
    given = np.where(sharing.giving, start, 0.0)
    compared.check(given)
    target, spread = diagnose.moments(compared.x, given)
    return diagnose.balance(
        compared.x,
        compared.names,
        target=target,
        spread=spread,
        before=np.where(sharing.taking, start, 0.0),
        after=after,
    )


def unknown_eligibility(
    design: BoundDesign,
    status: ArrayLike | str,
    *,
    classes: Sequence[ArrayLike | str] = (),
    codes: Mapping[str, Disposition | str] | None = None,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: whatever numpy makes an array of
) -> BoundDesign:
    """A new design in which known units stand for those of unknown eligibility in their class.

    Parameters
    ----------
    status : (n,) "respondent", "nonrespondent", "ineligible" or "unknown", or labels that `codes` explains; or the
        name of such a column.
    classes : (n,) label columns, or names of columns, whose combinations are the classes; none: one class.
    columns : where names are looked up; by default the table that the design is bound to.

    Returns
    -------
    BoundDesign where unknown units have weight 0; every class keeps its sum of weights.

    Raises
    ------
    StepError
        A label that is no disposition, a class whose units are all unknown.

    References
    ----------
    Valliant, Dever, Kreuter (2018), Practical Tools for Designing and Weighting Survey Samples, 2nd ed., sec. 13.4.
    """
    found = dispositions_of(status, design=design, codes=codes, columns=columns)
    inside = classes_of(label_columns(classes, design=design, columns=columns), n=found.n)
    return apply(EligibilityStep(status=found, classes=inside), design)


def nonresponse(
    design: BoundDesign,
    status: ArrayLike | str,
    *,
    classes: Sequence[ArrayLike | str] = (),
    codes: Mapping[str, Disposition | str] | None = None,
    compared: Variables | Sequence[str] | None = None,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: whatever numpy makes an array of
) -> BoundDesign:
    """A new design in which respondents stand for the eligible nonrespondents of their weighting class.

    Parameters
    ----------
    status : (n,) bool (True: responded), or dispositions as for `unknown_eligibility`.
    classes : (n,) label columns, or names of columns, whose combinations are the classes; none: one class.
    compared : variables known for all eligible units, or names of columns, whose balance the report shows.
    columns : where names are looked up; by default the table that the design is bound to.

    Returns
    -------
    BoundDesign where only respondents have weight; every class keeps its sum of eligible weights. Nonrespondents
    stay in the design: the variance needs them. Ineligible units get weight 0: they are outside the population.

    Raises
    ------
    StepError
        Units of unknown eligibility left, a class without respondents, nobody responded.

    References
    ----------
    Valliant, Dever, Kreuter (2018), sec. 13.5.1; Kalton, Flores-Cervantes (2003), J. Official Statistics 19, 81-97.
    """
    found = dispositions_of(status, design=design, codes=codes, columns=columns)
    inside = classes_of(label_columns(classes, design=design, columns=columns), n=found.n)
    shown = None if compared is None else variables_of(compared, design=design, columns=columns)
    return apply(ResponseStep(status=found, classes=inside, compared=shown), design)


def dispositions_of(
    status: ArrayLike | str,
    *,
    design: BoundDesign | None,
    codes: Mapping[str, Disposition | str] | None,
    columns: Columns | Mapping[str, Any] | None,  # Any: see above
) -> Dispositions:
    """Dispositions of an array, or of a column by name."""
    if isinstance(status, str):
        labels = table_of(design, columns=columns).labels(status)
        return dispositions(labels, name=status, codes=codes)
    return dispositions(status, codes=codes)
