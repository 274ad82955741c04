"""Home of multiple testing: p values adjusted inside a family of hypotheses that was declared before the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.results import HypothesisTest, Result, Row
from analysis.test.errors import HypothesisError


class Adjust(StrEnum):
    """How p values are adjusted.

    `holm`, `bonferroni`, `hochberg`, `hommel` : the chance of any false rejection in the family.
    `bh`, `by` : the expected share of false ones among the rejections (Benjamini-Hochberg, -Yekutieli).
    `none` : not at all.
    """

    HOLM = "holm"
    BONFERRONI = "bonferroni"
    HOCHBERG = "hochberg"
    HOMMEL = "hommel"
    BH = "bh"
    BY = "by"
    NONE = "none"

    @classmethod
    def _missing_(cls, value: object) -> "Adjust | None":
        spelled = str(value).lower()
        return next((member for member in cls if member.value == spelled), None)


def adjust(p: ArrayLike, *, method: Adjust = Adjust.HOLM) -> FloatArray:
    """Adjusted p values of a whole family.

    Parameters
    ----------
    p : (m,) p values; nan stays nan and counts for nothing (a `Family` counts it as 1 instead).
    method : see `Adjust`.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Hochberg (1988), Biometrika 75, 800-802; Hommel (1988),
    Biometrika 75, 383-386; Benjamini, Hochberg (1995), JRSS B 57, 289-300; Benjamini, Yekutieli (2001), Annals of
    Statistics 29, 1165-1188.
    """
    how = _check.choice("method", method, among=Adjust)
    values = _check.numbers("p", p)
    for value in values[(values < 0.0) | (values > 1.0)][:1]:
        raise HypothesisError("bad_p", name="p", value=float(value))
    known = np.isfinite(values)
    found = values.copy()
    if how is Adjust.NONE or not known.any():
        return found
    found[known] = _hommel(values[known]) if how is Adjust.HOMMEL else _stepwise(values[known], how)
    return found


def _stepwise(p: FloatArray, method: Adjust) -> FloatArray:
    """Every p times its factor, then made to rise with p: by the highest below it, or the lowest above it."""
    m = p.size
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, m + 1)
    factor = {
        Adjust.BONFERRONI: np.full(m, float(m)),
        Adjust.HOLM: m + 1.0 - rank,
        Adjust.HOCHBERG: m + 1.0 - rank,
        Adjust.BH: m / rank,
        Adjust.BY: m / rank * float((1.0 / rank).sum()),
    }[method]
    raised = p[order] * factor
    if method in (Adjust.HOLM, Adjust.BONFERRONI):
        raised = np.maximum.accumulate(raised)
    else:
        raised = np.minimum.accumulate(raised[::-1])[::-1]
    found = np.empty(m)
    found[order] = np.minimum(raised, 1.0)
    return found


def _hommel(p: FloatArray) -> FloatArray:
    from statsmodels.stats.multitest import multipletests

    return np.asarray(multipletests(p, method="hommel")[1], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdjustedTests(Result):
    """The hypotheses of a family with their p values, raw and adjusted; nan where no test was recorded."""

    family: str
    hypotheses: tuple[str, ...]
    p: FloatArray
    p_adjusted: FloatArray

    def to_rows(self) -> list[Row]:
        """One row per declared hypothesis."""
        return [
            {
                "family": self.family,
                "hypothesis": name,
                "p": float(p) if np.isfinite(p) else None,
                "p_adjusted": float(adjusted) if np.isfinite(adjusted) else None,
                "method": self.method,
            }
            for name, p, adjusted in zip(self.hypotheses, self.p, self.p_adjusted, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family:
    """A family of hypotheses, declared before testing; it takes p values of these and of no others.

    Attributes
    ----------
    name : what messages and tables call it. hypotheses : all of them, in order. method : see `Adjust`.
    recorded : p values so far, by hypothesis.

    Raises
    ------
    HypothesisError
        ``empty_family`` or ``declared_twice``.
    """

    name: str
    hypotheses: tuple[str, ...]
    method: Adjust = Adjust.HOLM
    recorded: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hypotheses", tuple(self.hypotheses))
        object.__setattr__(self, "method", _check.choice("method", self.method, among=Adjust))
        if not self.hypotheses:
            raise HypothesisError("empty_family", family=self.name)
        for place, hypothesis in enumerate(self.hypotheses):
            if hypothesis in self.hypotheses[:place]:
                raise HypothesisError("declared_twice", family=self.name, hypothesis=hypothesis)

    def record(self, hypothesis: str, outcome: HypothesisTest | float) -> "Family":
        """The family with one more p value.

        Raises
        ------
        HypothesisError
            ``undeclared``, ``recorded_twice`` or ``bad_p``.
        """
        if hypothesis not in self.hypotheses:
            raise HypothesisError("undeclared", family=self.name, hypothesis=hypothesis)
        if hypothesis in self.recorded:
            raise HypothesisError("recorded_twice", family=self.name, hypothesis=hypothesis)
        p = outcome.p if isinstance(outcome, HypothesisTest) else float(outcome)
        if p < 0.0 or p > 1.0:
            raise HypothesisError("bad_p", name=hypothesis, value=p)
        return replace(self, recorded={**self.recorded, hypothesis: p})

    def adjusted(self) -> AdjustedTests:
        """Adjusted p values; a hypothesis without a p value counts in the family as one of p = 1."""
        p = np.array([self.recorded.get(name, np.nan) for name in self.hypotheses])
        found = adjust(np.where(np.isnan(p), 1.0, p), method=self.method)
        return AdjustedTests(
            method=f"{self.method.value}, {len(self.hypotheses)} hypotheses",
            definition="test.adjust",
            family=self.name,
            hypotheses=self.hypotheses,
            p=p,
            p_adjusted=np.where(np.isnan(p), np.nan, found),
        )


def family(name: str, hypotheses: Sequence[str], *, method: Adjust = Adjust.HOLM) -> Family:
    """Declare a family of hypotheses; see `Family`."""
    return Family(name=name, hypotheses=tuple(hypotheses), method=method)
