"""Compiles an instrument document into a Program, or into all the problems that stand in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.instrument.compiling.blocks import build_blocks
from survey.instrument.compiling.naming import check_blocks, check_program
from survey.instrument.compiling.resolve import Resolved, resolve
from survey.instrument.compiling.sources import Sources
from survey.instrument.drafts.document import DocumentDraft, read_document
from survey.instrument.problems import Findings, Problem
from survey.instrument.program import AreaRef, Loop, Program, UnitRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """A program, or the problems that prevented it. A program may come with gaps and advice."""

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
    blocks = build_blocks(draft, sources)
    resolved = resolve(draft, blocks, sources)
    check_blocks(draft, blocks, findings)
    if findings.has_errors:
        return Compilation(program=None, problems=findings.as_tuple())
    pages = resolved.pages
    levels = {item.level for page in pages for item in page.items if item.level}
    if any(item.cascade for page in pages for item in page.items):
        levels.update(area.level for area in areas)
    used_lists = {item.list_name for page in pages for item in page.items}
    program = Program(
        code=draft.code,
        version=draft.version,
        languages=draft.languages.names,
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
        default_language=None if draft.languages.strict else draft.languages.first,
        lists={name: found.options for name, found in draft.lists.items() if name in used_lists},
        batteries=tuple(battery for block in blocks for battery in block.batteries),
        loops=_loops(draft, resolved),
        quotas=tuple(
            replace(quota.quota, where=node)
            for quota, node in zip(draft.quotas, resolved.quotas, strict=True)
        ),
        legal=draft.legal,
        organisers=draft.organisers,
        mandated=draft.mandated,
        reference_period=draft.reference_period,
        unit_of_answer=draft.unit_of_answer,
    )
    check_program(program, findings)
    problems = findings.as_tuple()
    refused = any(problem.level == "error" for problem in problems)
    return Compilation(program=None if refused else program, problems=problems)


def _loops(draft: DocumentDraft, resolved: Resolved) -> tuple[Loop, ...]:
    return tuple(
        replace(section.loop, count_from=resolved.counts.get(section.code))
        for section in draft.sections
        if section.loop is not None
    )
