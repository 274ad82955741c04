"""Home of the answer to whether groups may be compared by their factor means, and of those means."""

from dataclasses import dataclass
from math import sqrt

from analysis.errors import Text
from analysis.results import Result, Row
from analysis.validity.errors import ValidityError
from analysis.validity.invariance import Invariance
from analysis.validity.levels import Level
from analysis.validity.partial import LEAST_INVARIANT
from analysis.validity.pattern import HELD_KINDS, Equal, Kind

REASONS = {
    "full": Text(zh="各组标量等值成立", en="scalar invariance holds in all groups"),
    "partial": Text(
        zh="部分标量等值成立，已放开：{released}",
        en="scalar invariance holds in part, with these released: {released}",
    ),
    "no_scalar_step": Text(
        zh="没有检验标量等值", en="scalar invariance was not tested: the ladder has no such step"
    ),
    "step_failed": Text(
        zh="“{level}”一级不成立：ΔCFI {delta_cfi}（限 −{cfi_drop}），ΔRMSEA {delta_rmsea}（限 {rmsea_rise}）",
        en='the step "{level}" fails: ΔCFI {delta_cfi} (limit −{cfi_drop}), ΔRMSEA {delta_rmsea} (limit {rmsea_rise})',
    ),
    "form_failed": Text(
        zh="因子结构在各组不成立：CFI {cfi}（至少 {least_cfi}），RMSEA {rmsea}（至多 {most_rmsea}）",
        en="the factor structure does not hold: CFI {cfi} (at least {least_cfi}), RMSEA {rmsea} (at most {most_rmsea})",
    ),
    "too_few_invariant": Text(
        zh="因子“{factor}”只剩 {actual} 个等值题目，至少需要 {least} 个",
        en='factor "{factor}" keeps {actual} invariant items; it needs {least}',
    ),
    "unsound": Text(
        zh="“{level}”一级的模型没有收敛或不可识别",
        en='the model of the step "{level}" did not converge or is not identified',
    ),
}
"""Why groups may or may not be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanComparison(Result):
    """Whether factor means of the groups may be compared, as evidence for a gate.

    Attributes
    ----------
    allowed : the answer.
    code : one of `REASONS`; evidence : the numbers its sentence names.
    groups : who would be compared.
    """

    allowed: bool
    code: str
    evidence: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]

    def reason(self, language: str = "en") -> str:
        """The sentence."""
        return REASONS[self.code].fill("zh" if language == "zh" else "en", dict(self.evidence))

    def to_rows(self) -> list[Row]:
        """One row."""
        row: Row = {"allowed": int(self.allowed), "code": self.code, "reason": self.reason()}
        return [row | dict(self.evidence)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LatentMean:
    """A factor mean of a group against the reference group's, which is 0.

    Attributes
    ----------
    difference, se : in the factor's unit (the marker item's, or its standard deviation).
    effect : difference over the factor's standard deviation pooled over both groups.
    """

    factor: str
    group: str
    difference: float
    se: float
    df: float
    effect: float


def mean_comparison(found: Invariance) -> MeanComparison:
    """May the groups' means be compared? Only if every step up to scalar invariance holds, in full or with at least two
    invariant items for every factor.

    References
    ----------
    Meredith (1993), Psychometrika 58, 525-543; Steenkamp and Baumgartner (1998), Journal of Consumer Research 25, 78-90
    (two invariant items).
    """
    code, evidence = _judge(found)
    return MeanComparison(
        method=found.method,
        definition="validity.mean_comparison",
        allowed=code in ("full", "partial"),
        code=code,
        evidence=tuple(evidence.items()),
        groups=found.groups,
    )


def latent_means(found: Invariance) -> tuple[LatentMean, ...]:
    """Factor means of the scalar step, group by group.

    Raises
    ------
    ValidityError
        ``no_scalar_invariance`` with the reason: a difference would mix what people think with how they answer.
    """
    answer = mean_comparison(found)
    step = found.step(Level.SCALAR)
    if not answer.allowed or step is None:
        raise ValidityError("no_scalar_invariance", reason=answer.reason())
    table = {(p.kind, p.group, p.left, p.right): p for p in step.fit.parameters}
    reference, rows = step.fit.groups[0], []
    shares = dict(zip(step.fit.groups, step.fit.n, strict=True))
    for group in step.fit.groups[1:]:
        for factor in step.fit.factors:
            mean = table[Kind.MEAN, group, factor, ""]
            own = table[Kind.FACTOR, group, factor, factor].estimate
            base = table[Kind.FACTOR, reference, factor, factor].estimate
            pooled = (shares[group] * own + shares[reference] * base) / (shares[group] + shares[reference])
            rows.append(
                LatentMean(
                    factor=factor,
                    group=group,
                    difference=mean.estimate,
                    se=mean.se,
                    df=mean.df,
                    effect=mean.estimate / sqrt(pooled) if pooled > 0 else float("nan"),
                )
            )
    return tuple(rows)


def _judge(found: Invariance) -> tuple[str, dict[str, str]]:
    scalar = found.step(Level.SCALAR)
    if scalar is None:
        return "no_scalar_step", {}
    for step in found.steps:
        if not (step.fit.is_converged and step.fit.is_identified):
            return "unsound", {"level": step.level.value}
        if not step.holds and step is found.steps[0]:
            limits = found.criteria
            return "form_failed", {
                "cfi": f"{step.cfi:.3f}",
                "rmsea": f"{step.rmsea:.3f}",
                "least_cfi": f"{limits.least_cfi:.3f}",
                "most_rmsea": f"{limits.most_rmsea:.3f}",
            }
        if not step.holds:
            return "step_failed", {
                "level": step.level.value,
                "delta_cfi": f"{step.delta_cfi:+.4f}",
                "delta_rmsea": f"{step.delta_rmsea:+.4f}",
                "cfi_drop": f"{found.criteria.cfi_drop:.3f}",
                "rmsea_rise": f"{found.criteria.rmsea_rise:.3f}",
            }
        if step is scalar:
            break
    return _full_or_partial(found)


def _full_or_partial(found: Invariance) -> tuple[str, dict[str, str]]:
    scalar = found.step(Level.SCALAR)
    if scalar is None or not scalar.released:
        return "full", {}
    pattern = scalar.fit.pattern
    held = {
        kind for kind, equal in HELD_KINDS.items() if equal in pattern.equal and equal is not Equal.RESIDUALS
    }
    for factor, members in zip(pattern.blocks.factors, pattern.blocks.members, strict=True):
        names = [pattern.blocks.items[at] for at in members]
        whole = [item for item in names if not any((kind, item) in pattern.released for kind in held)]
        if len(whole) < LEAST_INVARIANT:
            return "too_few_invariant", {
                "factor": factor,
                "actual": str(len(whole)),
                "least": str(LEAST_INVARIANT),
            }
    released = ", ".join(f"{kind.value} {name}" for kind, name in scalar.released)
    return "partial", {"released": released}
