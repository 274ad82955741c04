"""Home of the invariance ladder: does a questionnaire measure the same thing, in the same units, in all groups."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import nan

from analysis.errors import AnalysisWarning
from analysis.results import Result, Row
from analysis.validity.confirmatory import cfa
from analysis.validity.difference import Difference, DifferenceMethod, difference
from analysis.validity.errors import ValidityError
from analysis.validity.fitting import ConfirmatoryFit
from analysis.validity.levels import Criteria, Level, equalities_of
from analysis.validity.measures import known
from analysis.validity.moments import GroupedMoments
from analysis.validity.ordered import OrderedMoments
from analysis.validity.partial import ReleaseStep, Search, released_fit
from analysis.validity.pattern import Identify, Release
from analysis.validity.robust import Robust


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """One step of the ladder.

    Attributes
    ----------
    fit : the model, with its releases if there are any.
    difference : test against the step before; None for the first.
    delta_cfi, delta_rmsea, delta_srmr : this step minus the one before, in the form of the measures that `measure` names.
    holds : within the criteria; by releases if `released` is not empty.
    released : exceptions from equality in this step's model, those inherited included.
    trail : every release tried at this step, in order.
    """

    level: Level
    fit: ConfirmatoryFit = field(repr=False)
    difference: Difference | None
    cfi: float
    rmsea: float
    delta_cfi: float
    delta_rmsea: float
    delta_srmr: float
    holds: bool
    released: tuple[Release, ...] = ()
    trail: tuple[ReleaseStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Invariance(Result):
    """An invariance ladder.

    Attributes
    ----------
    groups, n : labels and respondents.
    steps : in order; a step after one that failed is reported too, against the step before.
    measure : which form of CFI and RMSEA is compared (``raw``, ``robust`` or ``scaled``).
    """

    groups: tuple[str, ...]
    n: tuple[int, ...]
    steps: tuple[Step, ...]
    criteria: Criteria
    measure: str

    @property
    def highest(self) -> Level | None:
        """The last step up to which all steps hold; None if the first one fails."""
        reached = None
        for step in self.steps:
            if not step.holds:
                return reached
            reached = step.level
        return reached

    def step(self, level: Level | str) -> Step | None:
        """A step by its name; None if the ladder does not have it."""
        return next((step for step in self.steps if step.level == level), None)

    def to_rows(self) -> list[Row]:
        """One row per step."""
        return [_row(step) for step in self.steps]


def ladder(
    state: GroupedMoments | OrderedMoments,
    blocks: Mapping[str, Sequence[str]],
    *,
    levels: Sequence[Level | str] | None = None,
    criteria: Criteria | None = None,
    identify: Identify | str = Identify.MARKER,
    robust: Robust | str | None = None,
    difference_method: DifferenceMethod | str | None = None,
    most_releases: int = 0,
    residual_pairs: Sequence[tuple[str, str]] = (),
) -> Invariance:
    """Climb from equal form to equal intercepts and residuals over groups of any kind: counties, waves, languages, modes.

    Parameters
    ----------
    state : moments of two or more groups.
    levels : in the order of `Level`; the first is the one the others start from. By default configural, metric, scalar,
        strict; for ordered items configural, thresholds, metric, scalar, and where an item has two categories, which
        cannot tell the steps between apart, configural and scalar.
    most_releases : how many elements may be released at each step that fails, found by score tests; 0 (default) searches
        for none. Two items of every factor keep what the step holds equal, whatever the limit.
    difference_method : of the chi-square difference, see `difference`.

    Raises
    ------
    ValidityError
        ``one_group``; and whatever `cfa` refuses.

    References
    ----------
    Meredith (1993), Psychometrika 58, 525-543; Byrne, Shavelson and Muthén (1989), Psychological Bulletin 105, 456-466
    (partial invariance); Wu and Estabrook (2016), Psychometrika 81, 1014-1045 (ordered items).
    """
    if len(state.groups) < 2:
        raise ValidityError("one_group", group=", ".join(state.groups))

    def fit(equal: Sequence[str], released: Sequence[Release]) -> ConfirmatoryFit:
        return cfa(
            state,
            blocks,
            equal=equal,
            identify=identify,
            robust=robust,
            released=released,
            residual_pairs=residual_pairs,
        )

    return climb(
        fit,
        equalities_of(state, levels),
        criteria=criteria or Criteria(),
        method=difference_method,
        most_releases=most_releases,
    )


def climb(
    fit: Callable[[Sequence[str], Sequence[Release]], ConfirmatoryFit],
    equalities: Mapping[Level, tuple[str, ...]],
    *,
    criteria: Criteria,
    method: DifferenceMethod | str | None,
    most_releases: int,
) -> Invariance:
    """Fit the steps one after the other, each with the releases of those before."""
    steps: list[Step] = []
    released: tuple[Release, ...] = ()
    for level, equal in equalities.items():
        before = steps[-1].fit if steps else None
        search = Search(fit=fit, equal=equal, inherited=released, most=most_releases)
        found, trail = released_fit(search, partial(_within, before=before, criteria=criteria))
        released = tuple(sorted(found.pattern.released))
        steps.append(_step(level, found, before=before, criteria=criteria, method=method, trail=trail))
    first = steps[0].fit
    return Invariance(
        method=f"{first.method}; invariance ladder",
        definition="validity.invariance",
        status=_statuses(steps),
        groups=first.groups,
        n=first.n,
        steps=tuple(steps),
        criteria=criteria,
        measure=_form(first),
    )


def _statuses(steps: Sequence[Step]) -> tuple[AnalysisWarning, ...]:
    """What the steps' models have to say, each thing once."""
    told = {(warning.code, str(warning.context)): warning for step in steps for warning in step.fit.status}
    return tuple(told.values())


def compared(fit: ConfirmatoryFit) -> tuple[float, float, float]:
    """CFI, RMSEA and SRMR in the form that invariance compares: robust, or scaled for ordered items."""
    measures = fit.measures
    form = _form(fit)
    if form == "robust":
        return measures.cfi_robust, measures.rmsea_robust, measures.srmr
    if form == "scaled":
        return measures.cfi_scaled, measures.rmsea_scaled, measures.srmr
    return measures.cfi, measures.rmsea, measures.srmr


def _form(fit: ConfirmatoryFit) -> str:
    forms = {Robust.NONE: "raw", Robust.WLSMV: "scaled"}
    return forms.get(fit.robust, "robust")


def _within(fit: ConfirmatoryFit, *, before: ConfirmatoryFit | None, criteria: Criteria) -> bool:
    """Whether a step is within the criteria; a model without a sound solution never is."""
    if not (fit.is_converged and fit.is_identified):
        return False
    cfi, rmsea, _ = compared(fit)
    if before is None:
        return cfi >= criteria.least_cfi and rmsea <= criteria.most_rmsea
    last_cfi, last_rmsea, _ = compared(before)
    # Measures carry rounding in the last digits; a limit met exactly is met.
    slack = 1e-9
    return last_cfi - cfi <= criteria.cfi_drop + slack and rmsea - last_rmsea <= criteria.rmsea_rise + slack


def _step(
    level: Level,
    fit: ConfirmatoryFit,
    *,
    before: ConfirmatoryFit | None,
    criteria: Criteria,
    method: DifferenceMethod | str | None,
    trail: tuple[ReleaseStep, ...],
) -> Step:
    now, last = compared(fit), compared(before) if before is not None else (nan, nan, nan)
    can_differ = before is not None and fit.test.df > before.test.df
    is_sound = fit.is_identified and fit.is_converged and before is not None and before.is_identified
    tested = None
    if before is not None and can_differ and is_sound and before.is_converged:
        tested = difference(fit, before, method=method)
    return Step(
        level=level,
        fit=fit,
        difference=tested,
        cfi=now[0],
        rmsea=now[1],
        delta_cfi=now[0] - last[0],
        delta_rmsea=now[1] - last[1],
        delta_srmr=now[2] - last[2],
        holds=_within(fit, before=before, criteria=criteria),
        released=tuple(sorted(fit.pattern.released)),
        trail=trail,
    )


def _row(step: Step) -> Row:
    measures, tested = step.fit.measures, step.difference
    return {
        "level": step.level.value,
        "chi_square": known(step.fit.test.chi_square),
        "scaled_chi_square": known(step.fit.test.scaled),
        "df": step.fit.test.df,
        "p_value": known(step.fit.test.scaled_p_value),
        "cfi": known(step.cfi),
        "tli": known(measures.tli),
        "rmsea": known(step.rmsea),
        "srmr": known(measures.srmr),
        "delta_cfi": known(step.delta_cfi),
        "delta_rmsea": known(step.delta_rmsea),
        "delta_srmr": known(step.delta_srmr),
        "difference_chi_square": None if tested is None else known(tested.chi_square),
        "difference_df": None if tested is None else tested.df,
        "difference_p_value": None if tested is None else known(tested.p_value),
        "holds": int(step.holds),
        "released": "; ".join(f"{kind.value} {name}" for kind, name in step.released),
        "status": ";".join(warning.code for warning in step.fit.status),
    }
