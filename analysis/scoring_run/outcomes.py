"""Home of the outcome rates of fieldwork, by mode over all groups and by group and mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from analysis.nonresponse.outcome_rates import (
    Dispositions,
    Eligibility,
    EligibilityOrigin,
    OutcomeRates,
    outcome_rates,
    participation_rate,
    proportional_eligibility,
)
from analysis.scoring_run.fieldwork import ModeRecord

RATES = ("rr1", "rr3", "rr5", "coop1", "ref1", "con1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRates:
    """Outcome of one mode, of one group or (``group`` empty) of all groups together."""

    group: str
    mode: str
    dispositions: Dispositions
    invited: int
    rates: OutcomeRates | None
    participation: float | None


def rates_of(record: ModeRecord) -> ModeRates:
    """Rates of one group in one mode; none where nobody of known eligibility was reached."""
    counts = record.dispositions
    known = counts.complete + counts.partial + counts.refusal + counts.noncontact + counts.other
    rates = outcome_rates(counts, _eligibility(record)) if known > 0 else None
    return ModeRates(
        group=record.group,
        mode=record.mode,
        dispositions=counts,
        invited=record.invited,
        rates=rates,
        participation=participation_rate(counts.complete, record.invited),
    )


def mode_rates(records: Sequence[ModeRecord]) -> tuple[ModeRates, ...]:
    """Rates of every mode over all groups; e is averaged over the unknown cases it is applied to."""
    found = []
    for mode in sorted({record.mode for record in records}):
        own = [record for record in records if record.mode == mode]
        summed = Dispositions(
            **{
                item.name: sum(getattr(record.dispositions, item.name) for record in own)
                for item in fields(Dispositions)
            }
        )
        stated = [
            (record.eligibility, record.dispositions.unknown_household + record.dispositions.unknown_other)
            for record in own
            if record.eligibility is not None
        ]
        weight = sum(unknown for _, unknown in stated)
        eligibility = sum(e * unknown for e, unknown in stated) / weight if weight else None
        found.append(
            rates_of(
                ModeRecord(
                    group="",
                    mode=mode,
                    dispositions=summed,
                    invited=sum(record.invited for record in own),
                    eligibility=eligibility,
                )
            )
        )
    return tuple(found)


def outcome_document(rates: ModeRates) -> dict[str, Any]:  # Any: a JSON document
    """One row of the nonresponse table."""
    document: dict[str, Any] = {
        "group": rates.group or None,
        "mode": rates.mode,
        "invited": rates.invited,
        "participation_rate": rates.participation,
        "dispositions": {
            item.name: float(getattr(rates.dispositions, item.name)) for item in fields(Dispositions)
        },
    }
    if rates.rates is not None:
        document |= {name: getattr(rates.rates, name) for name in RATES}
        document["eligibility"] = {
            "e": rates.rates.eligibility.value,
            "origin": rates.rates.eligibility.origin.value,
        }
    return document


def _eligibility(record: ModeRecord) -> Eligibility:
    if record.eligibility is None:
        return proportional_eligibility(record.dispositions)
    return Eligibility(value=record.eligibility, origin=EligibilityOrigin.STATED)
