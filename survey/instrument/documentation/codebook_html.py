"""Writes the codebook as one HTML file for reading: every variable with its question, its codes and who was asked."""

from __future__ import annotations

from dataclasses import dataclass

from survey.instrument.codebook import codebook
from survey.instrument.documentation.rendering import render
from survey.instrument.documentation.wording import who_is_asked, whole_question
from survey.instrument.program import Program
from survey.instrument.words import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One variable as it is read."""

    name: str
    table: str
    kind: str
    label: str
    question: str
    asked: str
    codes: tuple[tuple[str, str, bool], ...]


def write_codebook_html(program: Program, *, language: str) -> bytes:
    """The codebook in one language, nothing fetched from elsewhere."""
    return render(
        "codebook",
        language=language,
        program=program,
        title=plain(program.title, language),
        entries=entries(program, language),
    )


def entries(program: Program, language: str) -> tuple[Entry, ...]:
    """The variables in the order in which they are asked."""
    return tuple(
        Entry(
            name=variable.name,
            table=variable.table,
            kind=variable.kind,
            label=plain(variable.label, language),
            question=whole_question(program, program.places[variable.item].item, language),
            asked=who_is_asked(program, program.places[variable.item], language),
            codes=tuple(
                (code, plain(words, language), code in variable.missing) for code, words in variable.options
            ),
        )
        for variable in codebook(program)
    )
