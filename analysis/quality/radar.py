"""Home of the whole radar: every detector on one group's responses, and the flags they raise."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.quality.coaching import coaching_reports
from analysis.quality.counties import county_measures
from analysis.quality.duplicates import duplicate_devices
from analysis.quality.flags import Flag
from analysis.quality.frames import frame_conflicts
from analysis.quality.interviewers import interviewer_effects
from analysis.quality.modes import mode_effects
from analysis.quality.scores import person_levels
from analysis.quality.speed import speeders
from analysis.quality.straightline import straight_lines

INTERVIEWER_MODES = frozenset({"cati", "capi"})
Names = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fieldwork:
    """What the radar looks at: one group's scored responses as columns.

    Attributes
    ----------
    response_id : (n,) names
    answers : (n, k) codes of the rating items, nan where not asked
    unit_answers : (n, m) codes of the ratings of units, nan where there are fewer; None where there are none
    seconds : (n,) length, nan where not measured
    mode, day, frame_source : (n,) names
    device, interviewer, burst : (n,) names, None where there is none
    told : (n,) float, 1 said to have been told how to answer, 0 not, nan did not say or was not asked
    city, county : (n,) names; county None where the group has no counties
    city_type : county -> type of its city
    factors : name -> (n,) categories that explain honest differences: area, age, place, size, channel
    weights : (n,) final weights, or base weights before weighting; None leaves the mode effect out
    accepted_sources : who may supply a frame
    """

    group: str
    response_id: Names
    answers: FloatArray
    seconds: FloatArray
    mode: Names
    day: Names
    frame_source: Names
    device: Names
    interviewer: Names
    burst: Names
    told: FloatArray
    city: Names | None
    county: Names | None
    unit_answers: FloatArray | None = None
    city_type: Mapping[str, str] = field(default_factory=dict)
    factors: Mapping[str, ArrayLike] = field(default_factory=dict)
    weights: FloatArray | None = None
    accepted_sources: Collection[str] = ("statistics_office",)

    @property
    def is_self_completed(self) -> BoolArray:
        """Rows that people filled in themselves, (n,)."""
        return ~np.isin(self.mode.astype(str), sorted(INTERVIEWER_MODES))


def raise_flags(fieldwork: Fieldwork) -> tuple[Flag, ...]:
    """Every flag of every detector, those that need a decision first.

    Raises
    ------
    InvalidInput
        If columns have different lengths.
    """
    flags = [
        *_duplicates(fieldwork),
        *_frames(fieldwork),
        *_coaching(fieldwork),
        *_interviewers(fieldwork),
        *_speed(fieldwork),
        *_straight_lines(fieldwork),
        *_counties(fieldwork),
        *_modes(fieldwork),
    ]
    return tuple(sorted(flags, key=lambda flag: not flag.needs_decision))


def _duplicates(data: Fieldwork) -> Iterator[Flag]:
    clusters = duplicate_devices(data.answers, data.device, day=data.day, burst=data.burst)
    for cluster in clusters:
        yield Flag(
            detector="duplicate_device",
            group=data.group,
            subject_kind="responses",
            subject=cluster.device,
            rows=cluster.rows,
            evidence={
                "responses": len(cluster.rows),
                "day": cluster.day,
                "half_hours": cluster.bursts,
                "agreement": cluster.agreement,
            },
        )


def _frames(data: Fieldwork) -> Iterator[Flag]:
    for conflict in frame_conflicts(data.frame_source, accepted=data.accepted_sources):
        yield Flag(
            detector="frame_conflict",
            group=data.group,
            subject_kind="frame",
            subject=conflict.source,
            rows=conflict.rows,
            evidence={"responses": len(conflict.rows)},
        )


def _coaching(data: Fieldwork) -> Iterator[Flag]:
    answered = np.isfinite(data.told)
    if data.county is not None:
        yield from _areas(data, data.county, answered, is_county=True)
    if data.city is not None:
        yield from _areas(data, data.city, answered, is_county=False)


def _areas(data: Fieldwork, area: Names, answered: BoolArray, *, is_county: bool) -> Iterator[Flag]:
    for report in coaching_reports(data.told == 1.0, answered, area=area):
        if report.is_flagged:
            yield Flag(
                detector="coached_county",
                group=data.group,
                subject_kind="county" if is_county else "city",
                subject=report.area,
                rows=np.flatnonzero(area == report.area),
                evidence={
                    "reported": report.reported,
                    "answered": report.answered,
                    "low": report.low,
                    "high": report.high,
                },
            )


def _interviewers(data: Fieldwork) -> Iterator[Flag]:
    cases = np.flatnonzero(~data.is_self_completed & (data.interviewer != None))  # noqa: E711 -- elementwise
    if not len(cases):
        return
    level = person_levels(data.answers[cases])
    if not np.isfinite(level).any():
        return
    result = interviewer_effects(
        level,
        data.interviewer[cases],
        factors={name: np.asarray(values)[cases] for name, values in data.factors.items()},
    )
    for place, effect in enumerate(result.effects):
        if effect.is_flagged:
            yield Flag(
                detector="interviewer_effect",
                group=data.group,
                subject_kind="interviewer",
                subject=effect.interviewer,
                rows=np.flatnonzero(data.interviewer == effect.interviewer),
                evidence={
                    "cases": effect.n,
                    "deviation": effect.deviation,
                    "se": effect.se,
                    "p": effect.p,
                    "icc": result.icc,
                    "place": place + 1,
                },
            )


def _speed(data: Fieldwork) -> Iterator[Flag]:
    result = speeders(data.seconds, data.is_self_completed)
    evidence = {"median": result.median, "limit": result.limit}
    yield from _listed(data, "speeding", np.flatnonzero(result.is_flagged), evidence)


def _straight_lines(data: Fieldwork) -> Iterator[Flag]:
    parts = [data.answers] if data.unit_answers is None else [data.answers, data.unit_answers]
    flagged = np.flatnonzero(straight_lines(np.column_stack(parts)).is_flagged)
    yield from _listed(data, "straight_lining", flagged, {})


def _listed(data: Fieldwork, detector: str, rows: IntArray, evidence: Mapping[str, float]) -> Iterator[Flag]:
    """One flag for all responses a detector lists; none if there are none."""
    if len(rows):
        yield Flag(
            detector=detector,
            group=data.group,
            subject_kind="responses",
            subject=detector,
            rows=rows,
            evidence={"responses": len(rows), **evidence},
        )


def _counties(data: Fieldwork) -> Iterator[Flag]:
    if data.county is None:
        return
    measures = county_measures(
        data.answers, data.seconds, mode=data.mode, county=data.county, city_type=data.city_type
    )
    for measure in measures:
        if measure.is_flagged:
            yield Flag(
                detector="county_outlier",
                group=data.group,
                subject_kind="county",
                subject=measure.county,
                rows=np.flatnonzero(data.county == measure.county),
                evidence={
                    "measure": measure.measure,
                    "value": measure.value,
                    "z": measure.z,
                    "city_type": measure.city_type,
                },
            )


def _modes(data: Fieldwork) -> Iterator[Flag]:
    if data.weights is None or len(set(data.mode.tolist())) < 2:
        return
    level = person_levels(data.answers)
    if not np.isfinite(level).any():
        return
    effects = mode_effects(level, data.mode, weights=data.weights, factors=data.factors)
    for effect in effects:
        if effect.is_flagged:
            yield Flag(
                detector="mode_effect",
                group=data.group,
                subject_kind="mode",
                subject=effect.mode,
                rows=np.flatnonzero(data.mode == effect.mode),
                evidence={"reference": effect.reference, "effect": effect.effect, "se": effect.se},
            )
