"""Writes the codebook as a workbook: one sheet of variables, one of codes, every text in all its languages."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from survey.instrument.codebook import Variable, codebook
from survey.instrument.documentation.wording import LABELS, who_is_asked, whole_question
from survey.instrument.program import Program
from survey.instrument.words import plain, said


def write_codebook_xlsx(program: Program, *, language: str) -> bytes:
    """The workbook; headings in ``language``, cells always as text, so that "=1+1" stays what it is."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True})
    body = book.add_format({"valign": "top", "text_wrap": True, "num_format": "@"})
    words = {name: texts[said(language)] for name, texts in LABELS.items()}
    variables = codebook(program)
    for title, rows in (
        (words["variables"], _variables(program, variables, words)),
        (words["codes"], _codes(program, variables, words)),
        (words["about"], _about(program, words)),
    ):
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, body if number else head)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 8, 36)
    book.set_properties({"title": plain(program.title, language), "comments": f"sha256:{program.digest}"})
    book.close()
    return buffer.getvalue()


def _variables(
    program: Program, variables: Sequence[Variable], words: dict[str, str]
) -> Iterable[Sequence[str]]:
    languages = program.languages
    yield [
        *(words[name] for name in ("variable", "table", "item", "kind")),
        *(f"{words['label']} ({language})" for language in languages),
        *(f"{words['question']} ({language})" for language in languages),
        *(f"{words['asked']} ({language})" for language in languages),
        words["missing"],
    ]
    for variable in variables:
        place = program.places[variable.item]
        yield [
            *(variable.name, variable.table, variable.item, variable.kind),
            *(plain(variable.label, language) for language in languages),
            *(whole_question(program, place.item, language) for language in languages),
            *(who_is_asked(program, place, language) for language in languages),
            ", ".join(variable.missing),
        ]


def _codes(program: Program, variables: Sequence[Variable], words: dict[str, str]) -> Iterable[Sequence[str]]:
    languages = program.languages
    yield [
        words["variable"],
        words["code"],
        *(f"{words['label']} ({language})" for language in languages),
        words["missing"],
    ]
    for variable in variables:
        for code, texts in variable.options:
            missing = words["yes"] if code in variable.missing else ""
            yield [variable.name, code, *(plain(texts, language) for language in languages), missing]


def _about(program: Program, words: dict[str, str]) -> Iterable[Sequence[str]]:
    yield [words["about"], ""]
    for language in program.languages:
        yield [f"{words['title']} ({language})", plain(program.title, language)]
    yield [words["instrument"], program.code]
    yield [words["version"], program.version]
    yield ["SHA-256", program.digest]
