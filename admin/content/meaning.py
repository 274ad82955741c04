"""Runs all checks that no schema can make: between files, and between the tables of one file."""

from __future__ import annotations

from collections.abc import Mapping

from admin.content.checking import Checks
from admin.content.compiling import compile_document, located
from admin.content.framework_checks import check_framework
from admin.content.other_checks import check_participation, check_report, check_simulation
from admin.content.problems import ContentProblem
from admin.content.province_checks import check_province
from admin.content.scoring_checks import check_scoring
from admin.content.yaml_file import YamlFile
from survey.instrument.program import Program


def check_meaning(
    files: Mapping[str, YamlFile],
    *,
    instruments: Mapping[str, YamlFile],
    modules: Mapping[str, YamlFile],
    scales: YamlFile,
) -> list[ContentProblem]:
    """All problems of documents that fit their schemas. Instruments come first: the rest refers to them."""
    programs, problems = compile_files(files, instruments=instruments, modules=modules, scales=scales)
    if problems:
        return problems
    province, scoring = files["province"].value, files["scoring"].value
    checks = {name: Checks(file) for name, file in files.items()}
    check_province(checks["province"], instruments)
    check_framework(checks["framework"], province, programs)
    check_scoring(checks["scoring"], province, files["framework"].value)
    check_simulation(checks["simulation"], province, scoring, programs)
    check_participation(checks["participation"], province, programs)
    check_report(checks["report"])
    return [problem for notebook in checks.values() for problem in notebook.problems]


def compile_files(
    files: Mapping[str, YamlFile],
    *,
    instruments: Mapping[str, YamlFile],
    modules: Mapping[str, YamlFile],
    scales: YamlFile,
) -> tuple[dict[str, Program], list[ContentProblem]]:
    """The programs of all instruments that compile, and every problem of the others with its line."""
    programs: dict[str, Program] = {}
    problems: list[ContentProblem] = []
    documents = {code: module.value for code, module in modules.items()}
    for code, file in instruments.items():
        compilation = compile_document(
            file.value,
            scales=scales.value,
            modules=documents,
            province=files["province"].value,
            participation=files["participation"].value,
        )
        if compilation.program:
            programs[code] = compilation.program
        problems.extend(
            located(problem, file) for problem in compilation.problems if problem.level != "advice"
        )
    return programs, problems
