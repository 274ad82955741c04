"""Home of the second look at an index framework: its tree with effective weights, its coverage, and what looks unbalanced.

What is wrong beyond doubt is refused by ``framework_checks``; here stands what a person should weigh.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from admin.content.framework_messages import BALANCE
from admin.content.problems import Steps, short_context, written
from survey.instrument.program import Program

Framework = Mapping[str, Any]
HEAVIEST_DIMENSION = 0.50
HEAVIEST_ITEM = 0.20
LIGHTEST_PART = 0.05
MOST_UNEVEN = 6.0
PERSPECTIVE_FROM, PERSPECTIVE_TO = 0.03, 0.70
"""The thresholds, stated on the screen: shares of the parent, of the group's index, and ratios of siblings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing that looks unbalanced, at its place."""

    code: str
    place: str
    context: Mapping[str, str | int]

    def message(self, language: str) -> str:
        """What it is and what to do, in "zh" or "en"."""
        wording = BALANCE[self.code][language]
        what, remedy = wording.what.format_map(self.context), wording.remedy.format_map(self.context)
        return what + remedy if language == "zh" else f"{what} {remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A dimension, indicator or item in the tree of one group: its weight under its parent and in the index."""

    code: str
    weight: float
    effective: float
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the screen shows of a framework."""

    groups: Mapping[str, tuple[Node, ...]]
    perspectives: Mapping[str, float]
    """Average share of each perspective in the indices of the groups."""
    lineage: Mapping[str, tuple[str, ...]]
    """By line of the superior's list: the indicators that descend from it."""
    own: tuple[str, ...]
    """Indicators that descend from nothing above."""
    advice: tuple[Advice, ...]


def review(
    framework: Framework, programs: Mapping[str, Program], *, names: Mapping[str, Mapping[str, str]]
) -> Review:
    """Look a framework through. ``programs`` are the instruments by group, ``names`` what the groups are called."""
    groups = {group: _tree(tree) for group, tree in framework["groups"].items()}
    perspectives = _perspectives(framework, groups)
    lineage: defaultdict[str, list[str]] = defaultdict(list)
    for indicator in framework["indicators"]:
        for line in indicator.get("lineage", []):
            lineage[line].append(indicator["id"])
    has_list = "superior" in framework
    own = [each["id"] for each in framework["indicators"] if not each.get("lineage")] if has_list else []
    found: list[Advice] = []
    for group, tree in groups.items():
        found += _unbalanced(group, tree)
        found += _same_words(group, tree, programs.get(group))
    found += _uneven_perspectives(perspectives)
    found += [_advice("lineage_missing", ("indicators", code), indicator=code) for code in own]
    return Review(
        groups=groups,
        perspectives=perspectives,
        lineage={line: tuple(codes) for line, codes in lineage.items()},
        own=tuple(own),
        advice=tuple(_named(each, names) for each in found),
    )


def _tree(tree: Mapping[str, Any]) -> tuple[Node, ...]:
    return tuple(
        Node(
            code=dimension,
            weight=part["weight"],
            effective=part["weight"],
            parts=tuple(
                _indicator(code, inner, part["weight"]) for code, inner in part["indicators"].items()
            ),
        )
        for dimension, part in tree.items()
    )


def _indicator(code: str, inner: Mapping[str, Any], above: float) -> Node:
    effective = above * inner["weight"]
    items = tuple(
        Node(code=item, weight=weight, effective=effective * weight)
        for item, weight in inner["items"].items()
    )
    return Node(code=code, weight=inner["weight"], effective=effective, parts=items)


def _perspectives(framework: Framework, groups: Mapping[str, tuple[Node, ...]]) -> dict[str, float]:
    """Each group's index counts the same: no group is more of a scorecard than another."""
    named = {each["id"]: each.get("perspective") for each in framework["indicators"]}
    shares = {each["id"]: 0.0 for each in framework.get("perspectives", [])}
    for tree in groups.values():
        for indicator in (part for dimension in tree for part in dimension.parts):
            perspective = named.get(indicator.code)
            if perspective in shares:
                shares[perspective] += indicator.effective / len(groups)
    return shares


def _unbalanced(group: str, tree: Sequence[Node]) -> Iterator[Advice]:
    for dimension in tree:
        steps: Steps = ("groups", group, dimension.code)
        if dimension.weight > HEAVIEST_DIMENSION:
            yield _advice(
                "dimension_heavy",
                steps,
                name=dimension.code,
                group=group,
                share=_percent(dimension.weight),
                limit=_percent(HEAVIEST_DIMENSION),
            )
        for indicator in dimension.parts:
            for item in indicator.parts:
                if item.effective > HEAVIEST_ITEM:
                    yield _advice(
                        "item_heavy",
                        (*steps, "indicators", indicator.code, "items", item.code),
                        name=item.code,
                        group=group,
                        share=_percent(item.effective),
                        limit=_percent(HEAVIEST_ITEM),
                    )
            yield from _siblings(group, indicator.parts, (*steps, "indicators", indicator.code, "items"))
        yield from _siblings(group, dimension.parts, (*steps, "indicators"))
    yield from _siblings(group, tree, ("groups", group))


def _siblings(group: str, parts: Sequence[Node], steps: Steps) -> Iterator[Advice]:
    if len(parts) < 2:
        return
    for part in parts:
        if part.weight < LIGHTEST_PART:
            yield _advice(
                "part_light",
                (*steps, part.code),
                name=part.code,
                group=group,
                share=_percent(part.weight),
                limit=_percent(LIGHTEST_PART),
            )
    heavy, light = max(parts, key=lambda part: part.weight), min(parts, key=lambda part: part.weight)
    if light.weight > 0 and heavy.weight / light.weight > MOST_UNEVEN:
        yield _advice(
            "siblings_uneven",
            (*steps, heavy.code),
            name=heavy.code,
            other=light.code,
            group=group,
            ratio=f"{heavy.weight / light.weight:.1f}",
            limit=f"{MOST_UNEVEN:g}",
        )


def _same_words(group: str, tree: Sequence[Node], program: Program | None) -> Iterator[Advice]:
    """Two scored items of a group that ask the same words count one thing twice under two codes."""
    if program is None:
        return
    items = [
        item.code
        for dimension in tree
        for indicator in dimension.parts
        for item in indicator.parts
        if item.code in program.places
    ]
    for one, other in combinations(items, 2):
        first, second = program.places[one].item.text, program.places[other].item.text
        if any(first[language] == second.get(language) for language in first if first[language].strip()):
            yield _advice("same_wording", ("groups", group), name=one, other=other, group=group)


def _uneven_perspectives(shares: Mapping[str, float]) -> Iterator[Advice]:
    for code, share in shares.items():
        if not PERSPECTIVE_FROM <= share <= PERSPECTIVE_TO:
            yield _advice(
                "perspective_uneven",
                ("perspectives", code),
                name=code,
                share=_percent(share),
                low=_percent(PERSPECTIVE_FROM),
                limit=_percent(PERSPECTIVE_TO),
            )


def _advice(code: str, steps: Steps, **context: object) -> Advice:
    return Advice(code=code, place=written(steps), context=short_context(context))


def _named(advice: Advice, names: Mapping[str, Mapping[str, str]]) -> Advice:
    """The advice with the name of its group in both languages."""
    code = str(advice.context.get("group", ""))
    words = names.get(code, {})
    named = {f"group_{language}": words.get(language, code) for language in ("zh", "en")}
    return replace(advice, context={**advice.context, **named})


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
