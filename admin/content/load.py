"""Loads a folder of content files: all of it, checked and frozen, or nothing and every reason why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import rfc8785

from admin.content.compiling import compile_document
from admin.content.folder import FolderFiles, read_folder
from admin.content.meaning import check_meaning, compile_files
from admin.content.problems import ContentProblem, ContentProblems
from admin.content.refs import area_refs, unit_refs_of
from survey.instrument.program import AreaRef, Program, UnitRef

DEMO_FOLDER = Path(__file__).resolve().parent.parent / "demo" / "data"

# Any: content is JSON; its types are what the schemas say.
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A province's content, as plain JSON values: keys are strings, dates are ISO strings.

    ``instruments`` and ``modules`` are documents by id; ``digests`` are SHA-256 over RFC 8785 by file name
    without suffix ("scoring", "instruments/residents").
    """

    province: Document
    framework: Document
    scoring: Document
    simulation: Document
    participation: Document
    report: Document
    scales: Document
    modules: Mapping[str, Document]
    instruments: Mapping[str, Document]
    digests: Mapping[str, str]


def load_content(folder: Path = DEMO_FOLDER) -> Content:
    """The content of a folder. Raises ContentProblems (nothing is loaded) if anything at all is wrong."""
    files = read_folder(folder)
    if files.problems:
        raise ContentProblems([*files.problems, *_instrument_problems(files)])
    problems = check_meaning(
        files.documents, instruments=files.instruments, modules=files.modules, scales=files.scales
    )
    if problems:
        raise ContentProblems(problems)
    return _content(files)


def check_content(folder: Path = DEMO_FOLDER) -> list[ContentProblem]:
    """Everything that is wrong with a folder; empty if it can be loaded."""
    try:
        load_content(folder)
    except ContentProblems as exc:
        return list(exc.found)
    return []


def areas(content: Content) -> tuple[AreaRef, ...]:
    """Cities and counties, each city followed by its counties."""
    return area_refs(content.province)


def unit_refs(content: Content) -> tuple[UnitRef, ...]:
    """The assessed units in the order of the list."""
    return unit_refs_of(content.province)


def compile_all(content: Content) -> dict[str, Program]:
    """Every instrument's program by its id. Raises ContentProblems if one does not compile."""
    programs: dict[str, Program] = {}
    for code, document in content.instruments.items():
        compilation = compile_document(
            document,
            scales=content.scales,
            modules=content.modules,
            province=content.province,
            participation=content.participation,
        )
        # What a draft may lack for a while, content may not.
        standing = [problem for problem in compilation.problems if problem.level != "advice"]
        if compilation.program is None or standing:
            raise ContentProblems(
                [
                    ContentProblem(code=problem.code, file=code, path=str(problem.where), instrument=problem)
                    for problem in standing
                ]
            )
        programs[code] = compilation.program
    return programs


def document_digest(document: Document) -> str:
    """SHA-256 (hex) of the RFC 8785 form of a document."""
    return hashlib.sha256(rfc8785.dumps(dict(document))).hexdigest()


def _instrument_problems(files: FolderFiles) -> list[ContentProblem]:
    """Beside other problems also those of the instruments, if what they refer to could be read."""
    if not {"province", "participation"} <= files.documents.keys() or not files.scales.value:
        return []
    return compile_files(
        files.documents, instruments=files.instruments, modules=files.modules, scales=files.scales
    )[1]


def _content(files: FolderFiles) -> Content:
    documents = {name: file.value for name, file in files.documents.items()}
    modules = {code: file.value for code, file in files.modules.items()}
    instruments = {code: file.value for code, file in files.instruments.items()}
    every = (*files.documents.values(), files.scales, *files.modules.values(), *files.instruments.values())
    return Content(
        **documents,
        scales=files.scales.value,
        modules=MappingProxyType(modules),
        instruments=MappingProxyType(instruments),
        digests=MappingProxyType(
            {file.name.removesuffix(".yaml"): document_digest(file.value) for file in every}
        ),
    )
