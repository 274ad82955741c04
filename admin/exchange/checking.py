"""What the compiler says of an imported document, with each problem's place in the file it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from admin.content.compiling import compile_document
from admin.content.load import load_content
from survey.instrument.compile import Compilation
from survey.instrument.exchange.report import Imported
from survey.instrument.problems import Problem

_NOTHING: Mapping[str, Any] = {"province": {"code": "000000"}, "cities": [], "assessed_units": []}
# The heading in an XLSForm under which a field of ours stands.
_HEADINGS = {
    "show_if": "relevant",
    "text": "label",
    "title": "label",
    "help": "hint",
    "list": "type",
    "options": "type",
    "interviewer_note": "guidance_hint",
}
_SAME = ("constraint", "calculation", "choice_filter", "required", "default", "appearance")


def compile_imported(document: Mapping[str, Any]) -> Compilation:
    """Compile a document without a database. Any: a document is JSON.

    One that names shared scales, units, areas or modules is compiled against the province that comes with Minyi.
    """
    if _stands_alone(document):
        return compile_document(
            document, scales={}, modules={}, province=_NOTHING, participation={"commitments": []}
        )
    content = _shipped()
    return compile_document(
        document,
        scales=content.scales,
        modules=content.modules,
        province=content.province,
        participation=content.participation,
    )


def all_problems(imported: Imported) -> tuple[Problem, ...]:
    """What the import found and, where there is a document, what the compiler finds in it."""
    if imported.document is None:
        return imported.problems
    found = compile_imported(imported.document).problems
    seen = {(problem.code, problem.where.item, problem.where.section) for problem in imported.problems}
    new = [p for p in found if (p.code, p.where.item, p.where.section) not in seen]
    return (*imported.problems, *(_placed(problem, imported) for problem in new))


def _placed(problem: Problem, imported: Imported) -> Problem:
    """The problem with sheet, row and column beside section, item and field."""
    where = problem.where
    found = imported.places.get(where.item or "") or imported.places.get(f"section:{where.section}")
    if found is None or found.row is None:
        return problem
    field = (where.field or "").split(".")[0]
    column = _HEADINGS.get(field) or (field if field in _SAME else None)
    return replace(problem, where=replace(where, sheet=found.sheet, row=found.row, column=column))


def _stands_alone(document: Mapping[str, Any]) -> bool:
    sections = document.get("sections")
    for section in sections if isinstance(sections, list) else ():
        if not isinstance(section, Mapping) or section.get("repeat"):
            return False
        questions = section.get("questions")
        for item in questions if isinstance(questions, list) else ():
            if (
                not isinstance(item, Mapping)
                or item.get("scale")
                or item.get("type") in {"module", "select_area", "geopoint"}
            ):
                return False
    return True


@cache
def _shipped() -> Any:  # Any: the content, frozen
    return load_content()
