"""Home of what the gates look at: plain values that the platform fills from its tables and the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRecord:
    """When one document (an instrument, the scoring plan) was locked and when it was published."""

    document: str
    digest: str
    locked_at: datetime | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Locking:
    """G01. ``first_answer_at`` is the opening of the wave if the first answer's time is not kept."""

    documents: tuple[LockRecord, ...]
    first_answer_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRecord:
    """G02. One source of one group's frame: records drawn from it and how many are excluded from scoring."""

    group: str
    source: str
    is_from_assessed_unit: bool
    supplier: str | None
    n_records: int
    n_excluded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBase:
    """G03. Base of one group in one unit's composite; ``reason`` says why it is not used."""

    unit: str
    group: str
    is_used: bool
    n: int
    n_effective: float
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrecision:
    """G04. 95 % half-width (points) of a scored unit's composite."""

    unit: str
    unit_class: str
    half_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightingReport:
    """G05. One weighting: of a group, or of a city or a unit's top-up inside it (``part``).

    ``largest_gap`` is in percentage points, ``largest_over_mean`` and ``kish_deff`` are ratios.
    """

    group: str
    part: str
    is_converged: bool
    largest_gap: float
    largest_over_mean: float
    kish_deff: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeOutcome:
    """G06. Outcome of one mode; rates are 0–1, None where not known."""

    mode: str
    rr3: float | None
    participation_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """G06. All modes and whether the nonresponse table is published with the results."""

    modes: tuple[ModeOutcome, ...]
    is_nonresponse_table_published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityRecord:
    """G07. One reflective set; omega may be missing (two items, Heywood), an interval is (low, high)."""

    group: str
    target: str
    items: tuple[str, ...]
    n: int
    alpha: float
    alpha_interval: tuple[float, float] | None
    omega: float | None = None
    omega_interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRecord:
    """G08. Correlation of a group's index with its criterion item."""

    group: str
    item: str
    correlation: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DontKnowRecord:
    """G09. Weighted don't-know share (0–1) of an item, and whether the item is scored."""

    group: str
    item: str
    share: float
    is_scored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalRecord:
    """G10. Removed records of one group over the province.

    Attributes
    ----------
    n_records : accepted records of the scored channels, removed ones included
    removed : by coded reason of the detectors (duplicates, speeders, straight-liners, failed call-backs)
    apart : by coded reason, removed for other causes (counties set aside under G12, frames under G02)
    without_reason : removed without a coded reason
    undecided_flags : flags of these detectors that two persons have not decided
    """

    group: str
    n_records: int
    removed: Mapping[str, int] = field(default_factory=dict)
    apart: Mapping[str, int] = field(default_factory=dict)
    without_reason: int = 0
    undecided_flags: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBacks:
    """G11. Interviewer cases, those checked by call-back or recording, those confirmed, open flags."""

    interviewer_cases: int
    checked: int
    confirmed: int
    undecided_flags: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachingRecord:
    """G12. Answers to "were you told how to answer?" in one county; ``is_decided``: two persons have decided."""

    city: str
    county: str
    reported: int
    answered: int
    is_set_aside: bool = False
    is_decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyValue:
    """G13. One measure ("dont_know", "top_box", "length") of a county, compared within its city type."""

    county: str
    city_type: str
    measure: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeEffect:
    """G14. Difference (points) of a mode from the reference mode after weighting."""

    group: str
    mode: str
    reference: str
    effect: float
    se: float
    is_adjusted_and_documented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """G15. Result digests of two runs and the manifest digests they were started from."""

    first_manifest: str
    second_manifest: str
    first_result: str
    second_result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureReport:
    """G16. Tables of the release that were attacked, and what the audit found."""

    tables: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeals:
    """G17. The appeal register."""

    is_window_closed: bool
    cases: int
    undecided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GateInputs:
    """Everything the gates look at. None, or an empty tuple: there is no input, so the gate cannot pass."""

    locking: Locking | None = None
    frames: tuple[FrameRecord, ...] | None = None
    bases: tuple[GroupBase, ...] | None = None
    precision: tuple[UnitPrecision, ...] | None = None
    weighting: tuple[WeightingReport, ...] | None = None
    outcomes: Outcomes | None = None
    reliability: tuple[ReliabilityRecord, ...] | None = None
    criterion: tuple[CriterionRecord, ...] | None = None
    dont_know: tuple[DontKnowRecord, ...] | None = None
    removals: tuple[RemovalRecord, ...] | None = None
    call_backs: CallBacks | None = None
    coaching: tuple[CoachingRecord, ...] | None = None
    counties: tuple[CountyValue, ...] | None = None
    mode_effects: tuple[ModeEffect, ...] | None = None
    reproduction: Reproduction | None = None
    disclosure: DisclosureReport | None = None
    appeals: Appeals | None = None
