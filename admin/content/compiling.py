"""Compiles the instruments of a content folder and finds the line of each problem in its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.content.problems import ContentProblem, Steps, written
from admin.content.refs import area_refs, commitment_refs, unit_refs_of
from admin.content.yaml_file import YamlFile
from survey.instrument.compile import Compilation, compile_instrument
from survey.instrument.problems import Problem, Where


def compile_document(
    document: Mapping[str, Any],
    *,
    scales: Mapping[str, Any],
    modules: Mapping[str, Mapping[str, Any]],
    province: Mapping[str, Any],
    participation: Mapping[str, Any],
) -> Compilation:
    """Compile one instrument; one that follows up commitments asks about those instead of the units."""
    follow_up = document.get("applies_to") == "commitment"
    units = commitment_refs(participation) if follow_up else unit_refs_of(province)
    return compile_instrument(
        document, scales=scales, modules=modules, units=units, areas=area_refs(province)
    )


def located(problem: Problem, file: YamlFile) -> ContentProblem:
    """The problem with the path, line and column of its place in the file."""
    steps = _steps(problem.where, file.value)
    line, column = file.mark(steps)
    return ContentProblem(
        code=problem.code,
        file=file.name,
        path=written(steps),
        line=line,
        column=column,
        context=problem.context,
        instrument=problem,
    )


def _steps(where: Where, document: Any) -> Steps:
    """Where the problem stands: as far down as section, item and field can be followed."""
    steps: tuple[str | int, ...] = ()
    place = document
    members = where.at
    if where.section is not None:
        at = _index(place.get("sections"), where.section)
        if at is None:
            return ("sections",)
        steps, place = ("sections", at), place["sections"][at]
        if where.item is not None:
            at = _index(place.get("questions"), where.item)
            if at is None:
                return (*steps, "questions")
            steps, place = (*steps, "questions", at), place["questions"][at]
        elif where.field is None and members is not None:
            return (*steps, "questions", members)
    for name in (where.field or "").split("."):
        if not isinstance(place, dict) or name not in place:
            return steps
        steps, place = (*steps, name), place[name]
    if members is not None and isinstance(place, list):
        steps = (*steps, members)
    return steps


def _index(members: Any, code: str) -> int | None:
    """The last member with this code: of two that share one, the second is the mistake."""
    if not isinstance(members, list):
        return None
    found = [at for at, member in enumerate(members) if isinstance(member, dict) and member.get("id") == code]
    return found[-1] if found else None
