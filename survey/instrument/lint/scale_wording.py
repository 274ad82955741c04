"""Advice on answer scales: labels on the points, balance of the two sides, a way out for those who do not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from survey.instrument.lint.wording_rules import WordingRules
from survey.instrument.problems import Problem, Where
from survey.instrument.program import Item, Option

# With more points than this, labels at both ends are enough.
_ALL_LABELLED_UP_TO = 7
_MIN_POINTS = 3


def is_rating(item: Item) -> bool:
    """Whether an item asks for a judgement on a scale."""
    return item.kind in ("scale", "slider") or item.appearance == "likert"


def is_yes_or_no(item: Item, language: str, rules: WordingRules) -> bool:
    """Whether an item is answered with yes or no."""
    labels = [o.text.get(language, "") for o in item.options if not o.missing]
    plain = [label for label in labels if not rules.is_way_out(label)]
    return item.kind == "single" and len(plain) == 2 and any(rules.is_yes_or_no(label) for label in plain)


def check_scale(
    item: Item, where: Where, language: str, rules: WordingRules, *, is_first: bool
) -> Iterator[Problem]:
    """What is wrong with the scale of an item, if it has one; what no language can mend is said once."""
    if not is_rating(item) or item.kind == "slider":
        return
    place = Where(section=where.section, item=where.item, field="options")
    points = [o for o in item.options if not o.missing and not rules.is_way_out(o.text.get(language, ""))]
    labels = [o.text.get(language, "") for o in points]
    # A translation that is missing is a gap of its own.
    bare = _unlabelled(item, points, labels, language) if is_first or all(labels) else []
    if bare:
        context = {"language": language, "points": ", ".join(bare)}
        yield Problem(code="scale_unlabelled", where=place, context=context, level="advice")
    elif sides := _unbalanced(labels, rules):
        context = {"language": language, "sides": sides}
        yield Problem(code="scale_unbalanced", where=place, context=context, level="advice")
    if len(points) == len(item.options) and is_first:
        context = {"language": language}
        yield Problem(code="scale_no_way_out", where=place, context=context, level="advice")


def _unlabelled(item: Item, points: Sequence[Option], labels: Sequence[str], language: str) -> list[str]:
    """The points that show nothing but their code."""
    bare = [o.code for o, text in zip(points, labels, strict=True) if not text or text.strip() == o.code]
    ends = bool((item.low_label or {}).get(language) and (item.high_label or {}).get(language))
    ends = ends or (len(points) > 1 and points[0].code not in bare and points[-1].code not in bare)
    return [] if ends and len(points) > _ALL_LABELLED_UP_TO else bare


def _unbalanced(labels: Sequence[str], rules: WordingRules) -> str | None:
    """The good, neutral and bad labels counted, where the good and the bad are not equally many.

    Scales from nothing to much (never ... always) have one side only and are left alone; so are scales whose
    labels the rules cannot tell apart.
    """
    count = len(labels)
    if count < _MIN_POINTS or any(rules.is_unipolar(label) for label in labels):
        return None
    neutral = [at for at, label in enumerate(labels) if rules.is_neutral(label)]
    if len(neutral) == 1:
        before, after = neutral[0], count - neutral[0] - 1
        return None if before == after else f"{before} : {after}"
    if neutral:
        return None
    bad = sum(rules.is_negative(label) for label in labels)
    good = count - bad
    return None if bad == 0 or good == bad else f"{good} : {bad}"
