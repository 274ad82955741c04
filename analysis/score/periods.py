"""Home of the three periods: peacetime quarters, the year made of peacetime and annual, the term of years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, sqrt

from analysis.rank.intervals import normal_interval
from analysis.score import reasons
from analysis.score.plan import ScoringPlan
from analysis.score.reasons import ScoreError

PEACETIME = "peacetime"
ANNUAL = "annual"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodEstimate:
    """An index (0–100) of one period with its standard error and effective sample."""

    value: float
    se: float
    n_effective: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedPeriods:
    """The composite of a year. ``weights_used`` names the periods that entered and adds up to 1."""

    value: float
    se: float
    ci_low: float
    ci_high: float
    weights_used: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearComposite:
    """One year of a unit's series, with what may break comparability: version and shares of modes."""

    year: int
    value: float
    se: float
    instrument_major: int
    mode_mix: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBreak:
    """The year from which the series is not comparable with the year before, and why."""

    year: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermMean:
    """Mean of the last years' composites; ``trend`` is in points a year, None with a single year."""

    value: float
    se: float
    ci_low: float
    ci_high: float
    years: tuple[int, ...]
    is_complete: bool
    trend: float | None
    trend_se: float | None
    breaks: tuple[SeriesBreak, ...]


def combine_quarters(quarters: Sequence[PeriodEstimate]) -> PeriodEstimate:
    """Peacetime index: mean of the quarters weighted by effective sample; quarters are independent.

    Raises
    ------
    ScoreError
        ``no_quarters`` if none has a positive effective sample.
    """
    total = fsum(quarter.n_effective for quarter in quarters)
    if not total > 0:
        raise ScoreError("no_quarters")
    shares = [quarter.n_effective / total for quarter in quarters]
    return PeriodEstimate(
        value=fsum(share * quarter.value for share, quarter in zip(shares, quarters, strict=True)),
        se=sqrt(fsum((share * quarter.se) ** 2 for share, quarter in zip(shares, quarters, strict=True))),
        n_effective=total,
    )


def combine_periods(
    annual: PeriodEstimate, peacetime: PeriodEstimate | None, plan: ScoringPlan, *, covariance: float = 0.0
) -> CombinedPeriods:
    """The year's composite: weighted mean of both periods, the annual alone where peacetime is missing.

    Parameters
    ----------
    covariance : of the two estimates; 0 because the two samples are drawn apart.
    """
    for name, part in ((ANNUAL, annual), (PEACETIME, peacetime)):
        if part is not None and not part.se >= 0:
            raise ScoreError("negative_se", name=name, value=part.se)
    if peacetime is None:
        weights = {ANNUAL: 1.0}
        value, se = annual.value, annual.se
    else:
        weights = {PEACETIME: plan.peacetime_weight, ANNUAL: plan.annual_weight}
        a, b = weights[PEACETIME], weights[ANNUAL]
        value = a * peacetime.value + b * annual.value
        se = sqrt(max((a * peacetime.se) ** 2 + (b * annual.se) ** 2 + 2 * a * b * covariance, 0.0))
    low, high = normal_interval(value, se, level=plan.coverage)
    return CombinedPeriods(value=value, se=se, ci_low=low, ci_high=high, weights_used=weights)


def term_mean(years: Sequence[YearComposite], plan: ScoringPlan) -> TermMean:
    """Simple mean of the last ``plan.term_years`` composites, with trend and break flags.

    The years' samples are independent. A break is flagged, never repaired: the reader is told.

    Raises
    ------
    ScoreError
        ``no_years`` for an empty series, ``year_twice`` if a year occurs twice.
    """
    series = sorted(years, key=lambda entry: entry.year)[-plan.term_years :]
    if not series:
        raise ScoreError("no_years")
    for before, after in pairwise(series):
        if before.year == after.year:
            raise ScoreError("year_twice", year=after.year)
    value = fsum(entry.value for entry in series) / len(series)
    se = sqrt(fsum(entry.se**2 for entry in series)) / len(series)
    low, high = normal_interval(value, se, level=plan.coverage)
    trend, trend_se = _trend(series)
    return TermMean(
        value=value,
        se=se,
        ci_low=low,
        ci_high=high,
        years=tuple(entry.year for entry in series),
        is_complete=len(series) == plan.term_years
        and series[-1].year - series[0].year == plan.term_years - 1,
        trend=trend,
        trend_se=trend_se,
        breaks=_breaks(series, plan.mode_mix_limit),
    )


def _trend(series: Sequence[YearComposite]) -> tuple[float | None, float | None]:
    """Slope weighted by 1/se², with the standard error that the sampling errors alone imply."""
    if len(series) < 2 or any(entry.se <= 0 for entry in series):
        return None, None
    weights = [entry.se**-2 for entry in series]
    total = fsum(weights)
    centre = fsum(w * entry.year for w, entry in zip(weights, series, strict=True)) / total
    spread = fsum(w * (entry.year - centre) ** 2 for w, entry in zip(weights, series, strict=True))
    slope = (
        fsum(w * (entry.year - centre) * entry.value for w, entry in zip(weights, series, strict=True))
        / spread
    )
    return slope, sqrt(1 / spread)


def _breaks(series: Sequence[YearComposite], mode_mix_limit: float) -> tuple[SeriesBreak, ...]:
    found = []
    for before, after in pairwise(series):
        if after.year != before.year + 1:
            found.append(SeriesBreak(year=after.year, reason=reasons.YEAR_MISSING))
        if after.instrument_major != before.instrument_major:
            found.append(SeriesBreak(year=after.year, reason=reasons.MAJOR_VERSION_CHANGED))
        modes = before.mode_mix.keys() | after.mode_mix.keys()
        moved = max(
            (abs(after.mode_mix.get(m, 0.0) - before.mode_mix.get(m, 0.0)) for m in modes), default=0.0
        )
        if moved > mode_mix_limit + 1e-9:
            found.append(SeriesBreak(year=after.year, reason=reasons.MODE_MIX_CHANGED))
    return tuple(found)
