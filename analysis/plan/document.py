"""Home of the parts of a plan as typed values: one class for each kind of block in the file."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis._types import Interval, Lonely
from analysis.weighting.margins import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicatePlan:
    """How replicate weights are made, or which columns hold them (`kind` given)."""

    kind: str
    replicates: int
    seed: int
    rho: float
    centre: str
    columns: tuple[str, ...]
    method: str
    scale: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPlan:
    """Columns of the design; without a weight or probability everyone counts 1."""

    weight: str | None
    probability: str | None
    strata: str | None
    psu: str | None
    fpc: str | None
    nested: bool
    lonely: Lonely
    replicates: ReplicatePlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginPlan:
    """One margin: columns, people per combination of labels, labels that mean unknown."""

    name: str
    columns: tuple[str, ...]
    targets: Mapping[Category, float]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """One step of the weighting chain; what a method does not use is empty.

    `largest_over_mean`: of trimming, as a multiple of the mean weight. `totals`: people or amounts per numeric column.
    `status`: column of dispositions, explained by `codes`; `by`: classes, or the predictors of a propensity.
    """

    method: str
    margins: tuple[MarginPlan, ...]
    totals: Mapping[str, float]
    people: float | None
    distance: str
    bounds: tuple[float, float] | None
    tolerance: float
    max_iterations: int
    largest_over_mean: float | None
    upper: float | None
    status: str
    codes: Mapping[str, str]
    by: tuple[str, ...]
    use: str
    strata: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPlan:
    """Which people: crossed by these columns, and only those whose labels are listed."""

    by: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The lowest and the highest answer, which become 0 and 100."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatePlan:
    """One block of estimates of the same kind; `contrasts` are pairs of domains whose difference is wanted."""

    name: str
    kind: str
    items: tuple[str, ...]
    values: tuple[str, ...]
    scale: Scale | None
    interval: Interval
    numerator: str
    denominator: str
    probabilities: tuple[float, ...]
    domains: DomainPlan
    contrasts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPlan:
    """A family of tests of the same kind; `adjust` corrects its p values together."""

    __test__ = False  # a plan, not a test of the project

    name: str
    kind: str
    items: tuple[str, ...]
    by: str
    correction: str
    score: str
    null: float
    adjust: str
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityPlan:
    """A set of items that should measure one thing; `groups` are the group factors of omega hierarchical."""

    name: str
    items: tuple[str, ...]
    coefficients: tuple[str, ...]
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorPlan:
    """An exploratory factor analysis."""

    name: str
    items: tuple[str, ...]
    factors: int
    rotation: str
    extraction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """A confirmatory factor model, with the ladder of invariance over the groups of a column."""

    name: str
    factors: Mapping[str, tuple[str, ...]]
    estimator: str
    group: str | None
    invariance: tuple[str, ...]
    weighted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorPlan:
    """One indicator of an index; the weights of its items sum to 1."""

    name: str
    weight: float
    items: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPlan:
    """Weighted means of weighted means on a scale of 0 to 100."""

    name: str
    scale: Scale
    minimum_present: float
    indicators: tuple[IndicatorPlan, ...]
    domains: DomainPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallAreaPlan:
    """An area-level model: direct means of an item by area, covariates per area."""

    name: str
    item: str
    area: str
    scale: Scale | None
    covariates: tuple[str, ...]
    areas: Mapping[str, Mapping[str, float]]
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankPlan:
    """Confidence sets for the ranks of the domains of a column by the mean of an item."""

    name: str
    item: str
    by: str
    scale: Scale | None
    method: str
    seed: int
    draws: int
    top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPlan:
    """Signs of careless answering over a set of items, and what they change in the mean of one."""

    name: str
    items: tuple[str, ...]
    seconds: str | None
    effect_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputPlan:
    """Files beside the results: the data with the final weight in these formats, the R script."""

    data: tuple[str, ...]
    r_script: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisPlan:
    """A whole plan file; `digest` is the SHA-256 of its bytes."""

    file: str
    digest: str
    title: str
    missing: tuple[str, ...]
    level: float
    design: DesignPlan
    weighting: tuple[StepPlan, ...]
    estimates: tuple[EstimatePlan, ...]
    tests: tuple[TestPlan, ...]
    reliability: tuple[ReliabilityPlan, ...]
    factors: tuple[FactorPlan, ...]
    models: tuple[ModelPlan, ...]
    indices: tuple[IndexPlan, ...]
    small_areas: tuple[SmallAreaPlan, ...]
    ranks: tuple[RankPlan, ...]
    quality: tuple[QualityPlan, ...]
    outputs: OutputPlan
