"""Home of the steps of the invariance ladder: what each holds equal, and when it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis import _check
from analysis.validity.errors import ValidityError
from analysis.validity.moments import GroupedMoments
from analysis.validity.ordered import OrderedMoments


class Level(StrEnum):
    """The steps of the ladder, each adding to the one before.

    `configural`: same factors and items. `thresholds`: ordered items are cut at the same places. `metric`: equal loadings.
    `scalar`: equal intercepts, so that factor means can be compared. `strict`: equal residuals. `means`: equal factor means.
    """

    CONFIGURAL = "configural"
    THRESHOLDS = "thresholds"
    METRIC = "metric"
    SCALAR = "scalar"
    STRICT = "strict"
    MEANS = "means"


CONTINUOUS: Mapping[Level, tuple[str, ...]] = {
    Level.CONFIGURAL: (),
    Level.METRIC: ("loadings",),
    Level.SCALAR: ("loadings", "intercepts"),
    Level.STRICT: ("loadings", "intercepts", "residuals"),
    Level.MEANS: ("loadings", "intercepts", "residuals", "means"),
}
"""What is equal at each step for continuous items."""

ORDERED: Mapping[Level, tuple[str, ...]] = {
    Level.CONFIGURAL: (),
    Level.THRESHOLDS: ("thresholds",),
    Level.METRIC: ("thresholds", "loadings"),
    Level.SCALAR: ("thresholds", "loadings", "intercepts"),
}
"""What is equal at each step for ordered items (Wu and Estabrook 2016): thresholds come first, because the unit of a
loading is not known before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """When a step holds: CFI falls and RMSEA rises by no more than this against the step before.

    The first step holds if its CFI and RMSEA are no worse than `least_cfi` and `most_rmsea`. The chi-square difference is
    reported beside, not used: with many respondents it finds every trifle.

    References
    ----------
    Cheung and Rensvold (2002) and Chen (2007), Structural Equation Modeling 9, 233-255, and 14, 464-504.
    """

    cfi_drop: float = 0.010
    rmsea_rise: float = 0.015
    least_cfi: float = 0.90
    most_rmsea: float = 0.08


def equalities_of(
    state: GroupedMoments | OrderedMoments, levels: Sequence[Level | str] | None
) -> dict[Level, tuple[str, ...]]:
    """What is equal at each of the levels, the usual ones by default."""
    table = ORDERED if isinstance(state, OrderedMoments) else CONTINUOUS
    chosen = [_check.choice("levels", level, among=Level) for level in levels or _default_levels(state)]
    for level in chosen:
        if level not in table:
            raise ValidityError("bad_equal", value=level.value, choices=", ".join(table))
    return {level: table[level] for level in chosen}


def _default_levels(state: GroupedMoments | OrderedMoments) -> tuple[Level, ...]:
    if not isinstance(state, OrderedMoments):
        return Level.CONFIGURAL, Level.METRIC, Level.SCALAR, Level.STRICT
    if min(state.steps) == 1:
        return Level.CONFIGURAL, Level.SCALAR
    return Level.CONFIGURAL, Level.THRESHOLDS, Level.METRIC, Level.SCALAR
