"""Home of the gates about how answers were won: G06, G10, G11, G12, G13."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, median

from analysis.gates.inputs import CallBacks, CoachingRecord, CountyValue, Outcomes, RemovalRecord
from analysis.gates.plan import Thresholds
from analysis.gates.results import Evidence, Finding, finding
from analysis.rank.intervals import wilson_interval

# Make the median (mean) absolute deviation estimate the standard deviation of a normal distribution.
_MEDIAN_SCALE, _MEAN_SCALE = 1.482602218505602, 1.2533141373155001
_ROUNDING = 1e-9


def outcomes(given: Outcomes, limits: Thresholds) -> Finding:
    """G06: response rate by mode, participation rate where there is no response rate, nonresponse table."""
    rows: list[Evidence] = []
    for outcome in given.modes:
        least = limits.rr3.get(outcome.mode)
        rate_ok = least is None or (outcome.rr3 is not None and outcome.rr3 >= least)
        reported = (
            outcome.mode not in limits.participation_rate_modes or outcome.participation_rate is not None
        )
        rows.append(
            {
                "mode": outcome.mode,
                "rr3": outcome.rr3,
                "minimum_rr3": least,
                "participation_rate": outcome.participation_rate,
                "ok": rate_ok and reported,
            }
        )
    rows.append(
        {
            "mode": None,
            "nonresponse_table_published": given.is_nonresponse_table_published,
            "ok": given.is_nonresponse_table_published,
        }
    )
    rates = [outcome.rr3 for outcome in given.modes if outcome.mode in limits.rr3 and outcome.rr3 is not None]
    return finding("outcomes", rows, threshold={"rr3": dict(limits.rr3)}, value=min(rates, default=None))


def removals(records: tuple[RemovalRecord, ...], limits: Thresholds) -> Finding:
    """G10: few removals, each with a coded reason, and no flag undecided; other causes are counted apart."""
    rows: list[Evidence] = []
    shares = []
    for record in records:
        base = record.n_records - sum(record.apart.values())
        share = (sum(record.removed.values()) + record.without_reason) / base if base > 0 else 0.0
        shares.append(share)
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(record.removed.items()))
        apart = ", ".join(f"{reason} {count}" for reason, count in sorted(record.apart.items()))
        rows.append(
            {
                "group": record.group,
                "records": record.n_records,
                "removed": sum(record.removed.values()),
                "by_reason": reasons,
                "counted_apart": apart,
                "without_reason": record.without_reason,
                "undecided_flags": record.undecided_flags,
                "share": share,
                "ok": share <= limits.removed + _ROUNDING
                and record.without_reason == 0
                and record.undecided_flags == 0,
            }
        )
    highest = max(shares)
    return finding(
        "removals",
        rows,
        threshold={"removed_share": limits.removed, "undecided_flags": 0},
        value=highest,
        highest=highest,
        limit=limits.removed,
        without_reason=sum(record.without_reason for record in records),
        undecided=sum(record.undecided_flags for record in records),
    )


def call_backs(given: CallBacks, limits: Thresholds) -> Finding:
    """G11: enough cases checked, almost all confirmed, no interviewer flag undecided."""
    checked = given.checked / given.interviewer_cases if given.interviewer_cases else 0.0
    confirmed = given.confirmed / given.checked if given.checked else 0.0
    rows: list[Evidence] = [
        {
            "interviewer_cases": given.interviewer_cases,
            "checked": given.checked,
            "checked_share": checked,
            "ok": checked >= limits.checked - _ROUNDING,
        },
        {
            "checked": given.checked,
            "confirmed": given.confirmed,
            "confirmed_share": confirmed,
            "ok": confirmed >= limits.confirmed - _ROUNDING,
        },
        {"undecided_interviewer_flags": given.undecided_flags, "ok": given.undecided_flags == 0},
    ]
    return finding(
        "call_backs",
        rows,
        threshold={
            "checked_share": limits.checked,
            "confirmed_share": limits.confirmed,
            "undecided_interviewer_flags": 0,
        },
        value=confirmed,
        checked=checked,
        confirmed=confirmed,
        undecided=given.undecided_flags,
    )


def coaching(records: tuple[CoachingRecord, ...], limits: Thresholds) -> Finding:
    """G12: Wilson lower limit of coaching reports; a county above it is set aside and decided, a city never.

    A city is judged without its counties that are set aside: they no longer score.
    """
    counties = [_coached_county(record, limits) for record in records]
    cities: list[Evidence] = []
    lows = []
    kept: dict[str, list[CoachingRecord]] = defaultdict(list)
    for record in records:
        if not record.is_set_aside:
            kept[record.city].append(record)
    for city, parts in kept.items():
        reported, answered = sum(r.reported for r in parts), sum(r.answered for r in parts)
        low, high = _wilson(reported, answered)
        lows.append(low)
        cities.append(
            {
                "level": "city",
                "area": city,
                "reported": reported,
                "answered": answered,
                "low": low,
                "high": high,
                "ok": low <= limits.coaching,
            }
        )
    rows: list[Evidence] = [*cities, *counties]
    return finding(
        "coaching",
        rows,
        threshold={"lower_limit": limits.coaching},
        value=max(lows, default=None),
        cities=sum(not row["ok"] for row in cities),
        counties=sum(not row["ok"] for row in counties),
        set_aside=sum(record.is_set_aside for record in records),
    )


def _coached_county(record: CoachingRecord, limits: Thresholds) -> Evidence:
    low, high = _wilson(record.reported, record.answered)
    is_undecided = record.is_set_aside and not record.is_decided
    return {
        "level": "county",
        "area": record.county,
        "city": record.city,
        "reported": record.reported,
        "answered": record.answered,
        "low": low,
        "high": high,
        "set_aside": record.is_set_aside,
        "decided": record.is_decided,
        "ok": not is_undecided and (low <= limits.coaching or record.is_set_aside),
    }


def _wilson(reported: int, answered: int) -> tuple[float, float]:
    return wilson_interval(reported, answered) if answered else (0.0, 1.0)


def counties(values: tuple[CountyValue, ...], limits: Thresholds) -> Finding:
    """G13: don't-know share, top-box share and length of each county against its city type.

    A city type with fewer than ``least_counties`` counties is too small to compare; its rows say so.
    """
    groups: dict[tuple[str, str], list[CountyValue]] = defaultdict(list)
    for value in values:
        groups[value.city_type, value.measure].append(value)
    rows: list[Evidence] = []
    largest = 0.0
    for (city_type, measure), members in sorted(groups.items()):
        is_compared = len(members) >= limits.least_counties
        scores = robust_z([member.value for member in members])
        for member, z in zip(members, scores, strict=True):
            largest = max(largest, abs(z)) if is_compared else largest
            rows.append(
                {
                    "county": member.county,
                    "city_type": city_type,
                    "measure": measure,
                    "value": member.value,
                    "robust_z": z if is_compared else None,
                    "compared": is_compared,
                    "ok": not is_compared or abs(z) <= limits.robust_z + _ROUNDING,
                }
            )
    return finding(
        "counties",
        rows,
        threshold={"robust_z": limits.robust_z},
        value=largest,
        largest=largest,
        limit=limits.robust_z,
        counties=len({row["county"] for row in rows if not row["ok"]}),
    )


def robust_z(values: Sequence[float]) -> list[float]:
    """(x − median) / (1.4826·MAD); with a MAD of 0 the mean absolute deviation serves instead.

    References
    ----------
    Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, sec. 3.
    """
    centre = median(values)
    deviations = [abs(value - centre) for value in values]
    scale = _MEDIAN_SCALE * median(deviations) or _MEAN_SCALE * fmean(deviations)
    return [(value - centre) / scale if scale > 0 else 0.0 for value in values]
