"""Compiles an instrument document into a Program, or into all the problems that stand in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.instrument.build import build_blocks
from survey.instrument.document import read_document
from survey.instrument.problems import Findings, Problem
from survey.instrument.program import AreaRef, Program, UnitRef
from survey.instrument.resolve import resolve
from survey.instrument.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """A program, or the problems that prevented it; never both."""

    program: Program | None
    problems: tuple[Problem, ...]


def compile_instrument(
    document: Mapping[str, object],
    *,
    scales: Mapping[str, object],
    modules: Mapping[str, Mapping[str, object]],
    units: Sequence[UnitRef],
    areas: Sequence[AreaRef],
) -> Compilation:
    """Compile a document.

    ``scales`` is the whole document of shared scales, ``modules`` the module documents by id, ``units`` the
    assessed units (for a follow-up: the commitments), ``areas`` all divisions. Nothing raises on a bad
    document: every problem is collected, each with its place.
    """
    findings = Findings()
    draft = read_document(document, findings)
    sources = Sources(
        scales=scales, modules=modules, units=tuple(units), areas=tuple(areas), findings=findings
    )
    pages = resolve(draft, build_blocks(draft, sources), sources)
    if len(findings):
        return Compilation(program=None, problems=findings.as_tuple())
    levels = {item.level for page in pages for item in page.items if item.level}
    program = Program(
        code=draft.code,
        version=draft.version,
        languages=draft.languages,
        title=draft.title,
        consent=draft.consent,
        closing=draft.closing,
        pages=pages,
        modes=draft.modes,
        min_age=draft.min_age,
        units=sources.units_used(pages),
        areas=sources.areas_used(levels),
        evaluator_groups=draft.evaluator_groups,
        context_fields=draft.context_fields,
        estimated_minutes=draft.estimated_minutes,
        random_direction=sources.random_direction(),
    )
    return Compilation(program=program, problems=())
