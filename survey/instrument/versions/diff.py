"""The diff of two versions: every change with its place and class, and for each variable whether its series breaks.

Items, options and rows are the same if they have the same code or name their former one (``was``, see lineage).

Classes. wording: a text that respondents read, in the first language. translation: only other languages changed.
code: something was added, removed or given another code. type and scale: the kind of an item, its unit, points,
bounds of a slider. logic: who is asked what, and what is accepted. order: a place among what stayed.
presentation: how it looks. organisation: quotas aside, what respondents never meet (weights, roles, legal marks).

A series breaks where the figures of two waves no longer measure the same: the question's or an option's wording
changed (more than spaces and punctuation), its type, scale, options, calculation, or the people who are asked (its
own condition or that of its section, or the reference period). It does not break by help and notes, order, bounds
and checks, looks, translations into further languages, or a new code with ``was``: those are reported and left to
judgement. An option more or less breaks a single choice or scale; in a multiple choice it starts or ends its own
variable only. Missing codes leave the denominator: adding one breaks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from survey.instrument.codebook import Variable, codebook
from survey.instrument.program import Program
from survey.instrument.versions.diff_rules import REASONS, ChangeClass
from survey.instrument.versions.diff_walk import Difference, differences
from survey.instrument.versions.harmonise import variable_links

FORMAT = "minyi/diff/1"
Verdict = Literal["continues", "breaks", "starts", "ends"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What becomes of a variable from one version to the next; ``name`` is the later one where there are two."""

    name: str
    item: str
    verdict: Verdict
    former: str | None = None
    reasons: tuple[str, ...] = ()

    def reason(self, language: str) -> str:
        """Why, in "zh" or "en"."""
        return ("；" if language == "zh" else "; ").join(REASONS[code][language] for code in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """Everything that differs between two versions."""

    before: str
    after: str
    differences: tuple[Difference, ...]
    series: tuple[Series, ...]

    @property
    def breaks(self) -> tuple[Series, ...]:
        """The variables whose series breaks."""
        return tuple(series for series in self.series if series.verdict == "breaks")

    def counts(self) -> Mapping[ChangeClass, int]:
        """How many changes of each class."""
        found: dict[ChangeClass, int] = {}
        for difference in self.differences:
            found[difference.kind] = found.get(difference.kind, 0) + 1
        return found

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data, as it is kept with a version."""
        return {
            "format": FORMAT,
            "before": self.before,
            "after": self.after,
            "counts": dict(self.counts()),
            "differences": [difference.to_json() for difference in self.differences],
            "series": [_series_json(series) for series in self.series if series.verdict != "continues"],
        }


def compare(before: Program, after: Program) -> Diff:
    """All differences between two versions, in the order of the later one."""
    found = tuple(differences(before, after))
    return Diff(
        before=before.version,
        after=after.version,
        differences=found,
        series=tuple(_series(before, after, found)),
    )


def _series(before: Program, after: Program, found: tuple[Difference, ...]) -> Iterator[Series]:
    """Each variable of either version, once."""
    breaking = [difference for difference in found if difference.breaks]
    links = variable_links(before, after)
    for variable in codebook(after):
        former = links.get(variable.name)
        if former is None:
            yield Series(name=variable.name, item=variable.item, verdict="starts", reasons=("added",))
            continue
        reasons = (d.breaks for d in breaking if d.breaks and _concerns(d, variable))
        unique = tuple(dict.fromkeys(reasons))
        yield Series(
            name=variable.name,
            item=variable.item,
            former=former if former != variable.name else None,
            verdict="breaks" if unique else "continues",
            reasons=unique,
        )
    going_on = set(links.values())
    for variable in codebook(before):
        if variable.name not in going_on:
            yield Series(name=variable.name, item=variable.item, verdict="ends", reasons=("removed",))


def _concerns(difference: Difference, variable: Variable) -> bool:
    """Whether a change touches a variable; in a multiple choice an option touches only its own."""
    if difference.items is None:
        return True
    if variable.item not in difference.items:
        return False
    return (
        difference.option is None
        or variable.kind != "indicator"
        or (variable.name == f"{variable.item}.{difference.option}")
    )


def _series_json(series: Series) -> dict[str, Any]:
    document: dict[str, Any] = {"variable": series.name, "item": series.item, "verdict": series.verdict}
    if series.former:
        document["former"] = series.former
    if series.reasons:
        document["reasons"] = list(series.reasons)
        document["words"] = {language: series.reason(language) for language in ("zh", "en")}
    return document
