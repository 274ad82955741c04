"""Home of the verbs on the index framework: look one through, and refine it into a new version."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from admin.content.framework_review import Review, review
from admin.content.problems import ContentProblems
from admin.content.shape import check_shape
from admin.content.yaml_file import YamlFile
from admin.designer import queries, services
from admin.designer.framework import plan_checks
from survey import audit
from survey.errors import Conflict, NotFound
from survey.identity.actors import Actor
from survey.instrument.program import Item, Program
from survey.models.content import ContentDocument

KIND = "framework"
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refinement:
    """What a designer changed for one evaluator group; weights are shares of the parent."""

    version: str
    reason: str
    dimensions: Mapping[str, float]
    indicators: Mapping[str, float]
    items: Mapping[str, float]
    homes: Mapping[str, str]
    """By item: its indicator; an item without one is in none."""
    names: Names
    """By indicator: its name in each language."""


def framework(session: Session, document_id: int) -> ContentDocument:
    """One version of the framework. Raises NotFound."""
    found = queries.document(session, document_id)
    if found.kind != KIND:
        raise NotFound("document_unknown", zh="没有这个指标框架。", en="There is no such index framework.")
    return found


def look_through(session: Session, document: ContentDocument) -> Review:
    """The framework's tree, coverage and proportions, with the items of the instruments loaded last."""
    groups = queries.needed(session, "province")["evaluator_groups"]
    names = {group["id"]: {"zh": group["zh"], "en": group["en"]} for group in groups}
    return review(document.document, programs_by_group(session), names=names)


def programs_by_group(session: Session) -> dict[str, Program]:
    """The newest program of each evaluator group."""
    province = queries.needed(session, "province")
    versions = queries.newest_versions(session)
    return {
        group["id"]: Program.from_json(versions[group["instrument"]].program)
        for group in province["evaluator_groups"]
        if group["instrument"] in versions
    }


def ratings(program: Program) -> list[Item]:
    """The rating items that a framework has to place: asked once, and no criterion."""
    return [
        item
        for page in program.pages
        if page.repeat is None
        for item in page.items
        if item.kind == "scale" and not item.criterion
    ]


def refined(document: Mapping[str, Any], group: str, change: Refinement) -> dict[str, Any]:
    """The framework after a refinement of one group; nothing is checked here. Raises Conflict (no such group)."""
    after: dict[str, Any] = copy.deepcopy(dict(document))
    if group not in after["groups"]:
        raise Conflict(
            "group_unknown",
            zh=f"框架里没有评价群体“{group}”。",
            en=f"The framework has no evaluator group “{group}”.",
        )
    dimension_of = {indicator["id"]: indicator["dimension"] for indicator in after["indicators"]}
    tree: dict[str, Any] = {}
    for item, indicator in change.homes.items():
        if indicator not in dimension_of:
            continue
        dimension = tree.setdefault(dimension_of[indicator], {"weight": 0.0, "indicators": {}})
        home = dimension["indicators"].setdefault(indicator, {"weight": 0.0, "items": {}})
        home["items"][item] = change.items.get(item, 0.0)
    for dimension, part in tree.items():
        part["weight"] = change.dimensions.get(dimension, 0.0)
        for indicator, inner in part["indicators"].items():
            inner["weight"] = change.indicators.get(indicator, 0.0)
    order = [each["id"] for each in after["dimensions"]]
    after["groups"][group] = dict(sorted(tree.items(), key=lambda pair: order.index(pair[0])))
    for indicator in after["indicators"]:
        indicator.update(change.names.get(indicator["id"], {}))
    after["change"] = {"from": str(document.get("version", "")), "reason": change.reason}
    after["version"] = change.version
    return after


def refine(
    session: Session, document: ContentDocument, group: str, change: Refinement, *, actor: Actor
) -> ContentDocument:
    """Keep a refinement as a new version. Raises ContentProblems (each with its place), Conflict (number taken)."""
    after = refined(document.document, group, change)
    file = YamlFile(name=f"framework {change.version}", value=after, marks={})
    problems = check_shape(file, KIND) or plan_checks.problems(session, KIND, file)
    if problems:
        raise ContentProblems(problems)
    kept = services.keep_document(session, KIND, after, actor=actor)
    audit.record(
        session,
        actor.ref,
        act="framework.refine",
        on=f"{KIND}:{kept.version}",
        before={"version": document.version},
        after={"group": group, "reason": change.reason},
    )
    return kept
