"""Home of declared weighting steps: what a chain does, on columns by name, before any data are seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from analysis import _check
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.weighting._classes import classes_of
from analysis.weighting._cutting import Limits
from analysis.weighting._distance import Distance
from analysis.weighting._step import Step
from analysis.weighting.calibrate import CalibrateStep
from analysis.weighting.dispositions import Disposition
from analysis.weighting.model_variables import model_variables
from analysis.weighting.nonprobability import PseudoMethod, PseudoWeightStep
from analysis.weighting.propensity import PropensityStep, PropensityUse
from analysis.weighting.rake import RakeStep
from analysis.weighting.reference_totals import ReferenceTotalsStep, both
from analysis.weighting.response import EligibilityStep, ResponseStep, dispositions_of
from analysis.weighting.tables import Targets, label_columns, margins_of
from analysis.weighting.trim import Recalibrated, TrimmedStep, TrimStep
from analysis.weighting.variables import Total, calibration_table

Meaning = Mapping[str, Disposition | str]


class Declared(Protocol):
    """A weighting step by column names."""

    def bind(self, columns: Columns) -> Step:
        """The step on the columns of a table, checked as far as it can be without weights."""


class DeclaredCalibration(Protocol):
    """A declared step that trimming can alternate with."""

    def bind(self, columns: Columns) -> Recalibrated:
        """The step on the columns of a table."""


@dataclass(frozen=True, slots=True)
class UnknownEligibility:
    """Known units stand for those of unknown eligibility in their class; see `unknown_eligibility`."""

    status: str
    classes: Sequence[str] = ()
    codes: Meaning | None = field(default=None, kw_only=True)

    def bind(self, columns: Columns) -> EligibilityStep:
        """The step on the columns of a table."""
        found = dispositions_of(self.status, design=None, codes=self.codes, columns=columns)
        inside = label_columns(list(self.classes), design=None, columns=columns)
        return EligibilityStep(status=found, classes=classes_of(inside, n=found.n))


@dataclass(frozen=True, slots=True)
class Nonresponse:
    """Respondents stand for the nonrespondents of their class; see `nonresponse`."""

    status: str
    classes: Sequence[str] = ()
    codes: Meaning | None = field(default=None, kw_only=True)
    compared: Sequence[str] = field(default=(), kw_only=True)

    def bind(self, columns: Columns) -> ResponseStep:
        """The step on the columns of a table."""
        found = dispositions_of(self.status, design=None, codes=self.codes, columns=columns)
        inside = label_columns(list(self.classes), design=None, columns=columns)
        shown = model_variables(columns, self.compared) if self.compared else None
        return ResponseStep(status=found, classes=classes_of(inside, n=found.n), compared=shown)


@dataclass(frozen=True, slots=True)
class ResponsePropensity:
    """Respondents stand for nonrespondents by their propensity to respond; see `response_propensity`."""

    status: str
    on: Sequence[str]
    use: PropensityUse = field(default=PropensityUse.INVERSE, kw_only=True)
    strata: int = field(default=5, kw_only=True)
    weighted: bool = field(default=True, kw_only=True)
    codes: Meaning | None = field(default=None, kw_only=True)

    def bind(self, columns: Columns) -> PropensityStep:
        """The step on the columns of a table."""
        return PropensityStep(
            status=dispositions_of(self.status, design=None, codes=self.codes, columns=columns),
            variables=model_variables(columns, self.on),
            use=_check.choice("use", self.use, among=PropensityUse),
            strata=self.strata,
            weighted=self.weighted,
        )


@dataclass(frozen=True, slots=True)
class Rake:
    """Weights meet margins; one margin is post-stratification; see `rake`."""

    targets: Mapping[Any, Targets]  # Any: a column's name or a tuple of names
    bounds: tuple[float, float] | None = field(default=None, kw_only=True)
    unknown: Sequence[str] = field(default=(), kw_only=True)
    tolerance: float = field(default=1e-9, kw_only=True)
    max_iterations: int = field(default=1000, kw_only=True)

    def bind(self, columns: Columns) -> RakeStep:
        """The step on the columns of a table."""
        return RakeStep(
            margins=margins_of(self.targets, columns=columns, unknown=self.unknown),
            bounds=self.bounds,
            tolerance=self.tolerance,
            max_iterations=self.max_iterations,
        )


@dataclass(frozen=True, slots=True)
class PostStratify:
    """Weights meet one table of counts, by one column or by the crossing of several; see `poststratify`."""

    by: str | tuple[str, ...]
    targets: Targets

    def bind(self, columns: Columns) -> RakeStep:
        """The step on the columns of a table."""
        return Rake({self.by: self.targets}).bind(columns)


@dataclass(frozen=True, slots=True)
class Calibrate:
    """Weights meet totals of columns; see `calibrate`."""

    totals: Mapping[str, Total]
    population: float | None = field(default=None, kw_only=True)
    distance: Distance = field(default=Distance.LINEAR, kw_only=True)
    bounds: tuple[float, float] | None = field(default=None, kw_only=True)

    def bind(self, columns: Columns) -> CalibrateStep:
        """The step on the columns of a table."""
        bound, wanted = calibration_table(self.totals, columns=columns, population=self.population)
        kind = _check.choice("distance", self.distance, among=Distance)
        return CalibrateStep(variables=bound, totals=wanted, distance=kind, bounds=self.bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trim:
    """Weights are cut at limits; see `trim`."""

    upper: float | None = None
    lower: float | None = None
    over_mean: float | None = None
    over_median: float | None = None
    strict: bool = True

    def bind(self, columns: Columns) -> TrimStep:
        """The step on the columns of a table."""
        limits = Limits(
            upper=self.upper, lower=self.lower, over_mean=self.over_mean, over_median=self.over_median
        )
        return TrimStep(limits=limits, n=len(columns.labels(columns.columns[0])), strict=self.strict)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Raking or calibration in turn with trimming until no weight exceeds the limit; see `rake_trimmed`."""

    calibration: DeclaredCalibration
    largest_over_mean: float = field(kw_only=True)
    rounds: int = field(default=50, kw_only=True)

    def bind(self, columns: Columns) -> TrimmedStep:
        """The step on the columns of a table."""
        return TrimmedStep(
            calibration=self.calibration.bind(columns),
            largest_over_mean=self.largest_over_mean,
            rounds=self.rounds,
        )


@dataclass(frozen=True, slots=True)
class PseudoWeights:
    """Volunteers stand for the population of a reference sample; see `pseudo_weights`.

    `reference` is its design, bound to its table.
    """

    on: Sequence[str]
    reference: BoundDesign = field(kw_only=True)
    method: PseudoMethod = field(default=PseudoMethod.CHEN_LI_WU, kw_only=True)
    scaled: bool = field(default=False, kw_only=True)

    def bind(self, columns: Columns) -> PseudoWeightStep:
        """The step on the columns of a table."""
        ours, theirs = both(
            self.on, design=None, reference=self.reference, columns=columns, reference_columns=None
        )
        how = _check.choice("method", self.method, among=PseudoMethod)
        return PseudoWeightStep(variables=ours, reference=theirs, how=how, scaled=self.scaled)


@dataclass(frozen=True, slots=True)
class CalibrateToReference:
    """Totals equal those that a reference sample estimates; see `calibrate_to_reference`."""

    on: Sequence[str]
    reference: BoundDesign = field(kw_only=True)
    distance: Distance = field(default=Distance.LINEAR, kw_only=True)
    bounds: tuple[float, float] | None = field(default=None, kw_only=True)

    def bind(self, columns: Columns) -> ReferenceTotalsStep:
        """The step on the columns of a table."""
        ours, theirs = both(
            self.on, design=None, reference=self.reference, columns=columns, reference_columns=None
        )
        kind = _check.choice("distance", self.distance, among=Distance)
        return ReferenceTotalsStep(variables=ours, reference=theirs, distance=kind, bounds=self.bounds)
