"""Home of the outcome rates of fieldwork after the AAPOR Standard Definitions."""

from dataclasses import dataclass, fields
from enum import StrEnum

from analysis.nonresponse.errors import NonresponseError
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispositions:
    """Final disposition counts of one sample.

    Attributes
    ----------
    complete, partial : interviews (I, P)
    refusal, noncontact, other : eligible, no interview (R, NC, O)
    unknown_household, unknown_other : unknown eligibility (UH, UO)
    not_eligible : known not to belong to the population; in no rate, but in the estimate of e
    """

    complete: float
    partial: float = 0
    refusal: float = 0
    noncontact: float = 0
    other: float = 0
    unknown_household: float = 0
    unknown_other: float = 0
    not_eligible: float = 0

    def __post_init__(self) -> None:
        for item in fields(self):
            if not getattr(self, item.name) >= 0:
                raise NonresponseError("negative_count", name=item.name, value=getattr(self, item.name))


class EligibilityOrigin(StrEnum):
    """How the share e of eligible cases among those of unknown eligibility was estimated."""

    PROPORTIONAL = "proportional"  # eligible among all cases of known eligibility (CASRO)
    EXTERNAL = "external"  # another survey or a register, named in the note
    STATED = "stated"  # fixed in the plan before fieldwork


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """The estimate e (0–1) with its origin, which AAPOR asks to be reported."""

    value: float
    origin: EligibilityOrigin
    note: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 1:
            raise NonresponseError("eligibility_out_of_range", value=self.value)
        if self.origin is EligibilityOrigin.EXTERNAL and not self.note.strip():
            raise NonresponseError("eligibility_without_origin")


RATES = (
    *("rr1", "rr2", "rr3", "rr4", "rr5", "rr6"),
    *("coop1", "coop2", "coop3", "coop4"),
    *("ref1", "ref2", "ref3"),
    *("con1", "con2", "con3"),
)
"""Names of the rates, in the order of the Standard Definitions."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomeRates(Result):
    """All rates, each 0–1 or None where its base is empty. Names as in the Standard Definitions.

    RR1, RR2, REF1 and CON1 count every case of unknown eligibility as eligible (e = 1), RR5, RR6, REF3 and CON3
    none (e = 0), RR3, RR4, REF2 and CON2 the share e. Even numbers of RR and COOP count partial interviews.
    """

    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    coop2: float | None
    coop3: float | None
    coop4: float | None
    ref1: float | None
    ref2: float | None
    ref3: float | None
    con1: float | None
    con2: float | None
    con3: float | None
    eligibility: Eligibility

    def to_rows(self) -> list[Row]:
        """One row per rate."""
        return [
            {
                "rate": name,
                "value": getattr(self, name),
                "e": self.eligibility.value,
                "e_origin": self.eligibility.origin.value,
            }
            for name in RATES
        ]


def proportional_eligibility(counts: Dispositions) -> Eligibility:
    """Share of eligible cases among those of known eligibility.

    Raises
    ------
    NonresponseError
        ``no_known_eligibility`` if no case has a known eligibility.
    """
    eligible = counts.complete + counts.partial + counts.refusal + counts.noncontact + counts.other
    known = eligible + counts.not_eligible
    if known == 0:
        raise NonresponseError("no_known_eligibility")
    return Eligibility(value=eligible / known, origin=EligibilityOrigin.PROPORTIONAL)


def outcome_rates(counts: Dispositions, eligibility: Eligibility) -> OutcomeRates:
    """Response, cooperation, refusal and contact rates.

    References
    ----------
    AAPOR (2023), Standard Definitions, 10th ed., "Calculating outcome rates".
    """
    interviews = counts.complete + counts.partial
    cooperating_base = interviews + counts.refusal
    contacted = cooperating_base + counts.other
    eligible = contacted + counts.noncontact
    unknown = counts.unknown_household + counts.unknown_other
    everyone, likely = eligible + unknown, eligible + eligibility.value * unknown
    return OutcomeRates(
        method="outcome rates of final dispositions",
        definition="nonresponse.outcome_rates",
        rr1=_rate(counts.complete, everyone),
        rr2=_rate(interviews, everyone),
        rr3=_rate(counts.complete, likely),
        rr4=_rate(interviews, likely),
        rr5=_rate(counts.complete, eligible),
        rr6=_rate(interviews, eligible),
        coop1=_rate(counts.complete, contacted),
        coop2=_rate(interviews, contacted),
        coop3=_rate(counts.complete, cooperating_base),
        coop4=_rate(interviews, cooperating_base),
        ref1=_rate(counts.refusal, everyone),
        ref2=_rate(counts.refusal, likely),
        ref3=_rate(counts.refusal, eligible),
        con1=_rate(contacted, everyone),
        con2=_rate(contacted, likely),
        con3=_rate(contacted, eligible),
        eligibility=eligibility,
    )


def participation_rate(completes: float, invited: float) -> float | None:
    """Completes per person invited. An opt-in stream has this and never a response rate."""
    if completes < 0 or invited < 0:
        raise NonresponseError("negative_count", name="completes, invited", value=(completes, invited))
    return _rate(completes, invited)


def _rate(part: float, base: float) -> float | None:
    return part / base if base > 0 else None
