"""Home of the rule when a share is precise enough to be published: shown, shown after review, or withheld."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from analysis import _intervals
from analysis._types import Interval
from analysis.disclosure.errors import DisclosureError
from analysis.disclosure.evidence import Check
from analysis.errors import InvalidInput
from analysis.estimate.estimates import Estimates, Named
from analysis.results import Estimate, Result, Row


class Decision(StrEnum):
    """`show`; `review`: a statistician decides; `suppress`."""

    SHOW = "show"
    REVIEW = "review"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationRules:
    """Thresholds, by default those of the US National Center for Health Statistics (2017).

    Attributes
    ----------
    n, n_effective : least respondents, and least effective size
    wide, narrow : half open band of the width of the 95 % Korn-Graubard interval (0-1): from `wide` on suppressed, up
        to `narrow` shown whatever the relative width
    relative : largest width over the share between the two
    df : degrees of freedom under which a statistician decides
    """

    n: int = 30
    n_effective: float = 30.0
    wide: float = 0.30
    narrow: float = 0.05
    relative: float = 1.30
    df: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Presentation(Result):
    """What may be done with a share, with every check that led there.

    Attributes
    ----------
    decision : the strictest that a failed check asks for
    checks : each with what was measured against what
    low, high : Korn-Graubard interval
    n_effective : share · (1 - share) / se², at most n; the Kish size where the standard error is 0
    is_complement_unreliable : the share may be shown, but 1 - share alone may not (a footnote then says so)
    """

    decision: Decision
    checks: tuple[Check, ...]
    low: float
    high: float
    n_effective: float
    is_complement_unreliable: bool

    @property
    def reasons(self) -> tuple[str, ...]:
        """Names of the checks that were not met."""
        return tuple(check.name for check in self.checks if not check.is_met)

    def to_rows(self) -> list[Row]:
        """One row per check."""
        return [check.to_row() | {"decision": self.decision.value} for check in self.checks]


def presentation(estimate: Estimate, *, rules: PresentationRules | None = None) -> Presentation:
    """Judge an estimated share by sample size, interval width and degrees of freedom.

    Parameters
    ----------
    estimate : of a share (0-1), with se, df, n and n_effective; its own interval method does not matter.

    Raises
    ------
    DisclosureError
        ``no_share`` if the value lies outside 0-1 or its standard error does not exist.

    References
    ----------
    Parker, Talih, Malec et al. (2017), National Center for Health Statistics Data Presentation Standards for
    Proportions, Vital and Health Statistics 2(175); Korn and Graubard (1998), Survey Methodology 24, 193-201.
    """
    limits = rules or PresentationRules()
    if not (0.0 <= estimate.value <= 1.0 and isfinite(estimate.se) and estimate.df > 0):
        raise DisclosureError("no_share", value=estimate.value, se=estimate.se, df=estimate.df)
    basis = _intervals.Basis(
        value=estimate.value,
        se=estimate.se,
        df=estimate.df,
        n=estimate.n,
        n_effective=estimate.n_effective,
    )
    low, high = _intervals.bounds(Interval.BETA, basis, level=0.95)
    size = estimate.n_effective
    if estimate.se > 0:
        size = min(float(estimate.n), estimate.value * (1.0 - estimate.value) / estimate.se**2)
    checks = _checks(estimate, high - low, size, limits)
    sparse = [check for check in checks if not check.is_met]
    decision = Decision.SHOW
    if sparse:
        soft = {"df", "no_variation"}
        decision = Decision.REVIEW if {check.name for check in sparse} <= soft else Decision.SUPPRESS
    return Presentation(
        method="presentation standard for proportions, Korn-Graubard interval",
        definition="disclosure.presentation",
        decision=decision,
        checks=checks,
        low=low,
        high=high,
        n_effective=size,
        is_complement_unreliable=decision is not Decision.SUPPRESS
        and not _is_narrow_enough(high - low, 1.0 - estimate.value, limits),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Presentations(Result):
    """What may be done with each of several shares, in their order."""

    named: tuple[tuple[Named, Presentation], ...]

    def __getitem__(self, name: str) -> Presentation:
        """The judgement on the share of a name, as `Estimates` names it."""
        for one, judged in self.named:
            if one.name == name:
                return judged
        choices = ", ".join(one.name for one, _ in self.named)
        raise InvalidInput("bad_option", name="name", value=name, choices=choices)

    def to_rows(self) -> list[Row]:
        """One row per share: what it is of, the decision, and the checks not met."""
        return [_named_row(one, judged) for one, judged in self.named]


def _named_row(one: Named, judged: Presentation) -> Row:
    row: Row = {"item": one.item, "part": one.part or None}
    row.update(dict(one.domain))
    row.update(
        {
            "estimate": one.estimate.value,
            "decision": judged.decision.value,
            "reasons": ";".join(judged.reasons),
            "low": judged.low,
            "high": judged.high,
            "n": one.estimate.n,
            "n_effective": judged.n_effective,
            "complement_unreliable": int(judged.is_complement_unreliable),
        }
    )
    return row


def presentations(estimates: Estimates, *, rules: PresentationRules | None = None) -> Presentations:
    """Judge every share of a table of estimates; rules, errors and references as for `presentation`."""
    return Presentations(
        method="presentation standard for proportions, Korn-Graubard interval",
        definition="disclosure.presentation",
        named=tuple((one, presentation(one.estimate, rules=rules)) for one in estimates),
    )


def _checks(estimate: Estimate, width: float, size: float, limits: PresentationRules) -> tuple[Check, ...]:
    share = estimate.value
    return (
        Check(name="n", value=float(estimate.n), threshold=float(limits.n), is_met=estimate.n >= limits.n),
        Check(
            name="n_effective", value=size, threshold=limits.n_effective, is_met=size >= limits.n_effective
        ),
        Check(name="width", value=width, threshold=limits.wide, is_met=width < limits.wide),
        Check(
            name="relative_width",
            value=width / share if share > 0 else None,
            threshold=limits.relative,
            # From the absolute limit on the check before this one has spoken; at 0 there is nothing to relate to.
            is_met=width >= limits.wide or share == 0 or _is_narrow_enough(width, share, limits),
        ),
        Check(name="df", value=estimate.df, threshold=limits.df, is_met=estimate.df >= limits.df),
        Check(name="no_variation", value=share, threshold=None, is_met=0.0 < share < 1.0),
    )


def _is_narrow_enough(width: float, share: float, limits: PresentationRules) -> bool:
    return width <= limits.narrow or (share > 0 and width / share <= limits.relative)
