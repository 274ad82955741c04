"""Questionnaires in files: `minyi instrument check`, `import` and `export`; `lint` has a module of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from admin.commands.instrument_lint import lint_command
from admin.commands.instrument_sources import read, stored
from admin.designer import checking as drafts_checking
from admin.designer import drafts, queries
from admin.exchange import checking, writing
from admin.exchange.report_text import left_behind_lines, report_lines
from survey.db import db
from survey.errors import Invalid
from survey.identity.actors import Actor
from survey.instrument.documentation.paper import PaperUnavailable
from survey.instrument.exchange.relabel import in_language
from survey.instrument.program import Program


@click.group("instrument", help="Questionnaires: check, import, export, lint.")
def instrument() -> None:
    """The group; it needs neither application nor database until something is stored."""


instrument.add_command(lint_command)


@instrument.command("check")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def check(path: Path, *, as_json: bool) -> None:
    """Check a file without importing it: what it holds, what is wrong where, what would not carry over.

    Leaves with 0 where the file can be imported, with 1 where it cannot.
    """
    imported = read(path)
    problems = checking.all_problems(imported)
    if as_json:
        report = {"file": path.name, **imported.to_json()}
        report["problems"] = [problem.to_json() for problem in problems]
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for line in report_lines(path.name, imported, problems):
            click.echo(line)
    if imported.refused:
        raise SystemExit(1)


@instrument.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--code", help="Code of the instrument; the file's own if not given.")
@click.option("--language", "tag", help="Language of texts whose language the file does not say (BCP 47).")
@with_appcontext
def import_file(path: Path, *, code: str | None, tag: str | None) -> None:
    """Begin a draft with a file: all of it, or nothing."""
    imported = read(path)
    if imported.document is None:
        lines = list(report_lines(path.name, imported, imported.problems))
        raise click.ClickException("\n".join(lines))
    document = in_language(imported.document, tag) if tag else imported.document
    if code:
        document = {**document, "id": code}
    session = db.session()
    draft = drafts.create_draft(session, document, actor=Actor.command("instrument import"), origin="file")
    session.commit()
    click.echo(f"{draft.code} {draft.public_id}")
    for line in report_lines(path.name, imported, checking.all_problems(imported)):
        click.echo(line)


@instrument.command("export")
@click.argument("source", metavar="CODE|FILE")
@click.option("--to", "kind", type=click.Choice(sorted(writing.KINDS)), required=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option(
    "--language", "tag", help="Language of a codebook or a printed questionnaire; the first if not given."
)
@click.pass_context
def export(ctx: click.Context, source: str, *, kind: str, output: Path | None, tag: str | None) -> None:
    """Write an instrument (its newest version, else its newest draft, or a file) in a format of the field."""
    made = (
        _from_file(Path(source), kind, tag)
        if Path(source).is_file()
        else ctx.invoke(_from_code, code=source, kind=kind, tag=tag)
    )
    path = output or Path(Path(source).stem + writing.KINDS[kind].ending)
    try:
        path.write_bytes(made)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error
    click.echo(f"{path} {len(made)}")


def _from_file(path: Path, kind: str, tag: str | None) -> bytes:
    imported = read(path)
    if imported.document is None:
        raise click.ClickException("\n".join(report_lines(path.name, imported, imported.problems)))
    if not writing.KINDS[kind].compiled:
        return _written(imported.document, kind)
    compiled = checking.compile_imported(imported.document)
    if compiled.program is None:
        raise click.ClickException(
            "\n".join(report_lines(path.name, imported, checking.all_problems(imported)))
        )
    return _described(compiled.program, kind, tag)


@with_appcontext
def _from_code(*, code: str, kind: str, tag: str | None) -> bytes:
    session = db.session()
    document, program = stored(session, code)
    if not writing.KINDS[kind].compiled:
        scales = queries.newest(session, "scales")
        return _written(document, kind, scales=scales.document if scales else None)
    return _described(program or _tried(session, code, document), kind, tag)


def _tried(session: Session, code: str, document: Mapping[str, Any]) -> Program:
    """The program of a draft as it stands, gaps and all. Raises ClickException with its errors."""
    compiled = drafts_checking.check_document(session, document)
    if compiled.program is None:
        errors = [problem for problem in compiled.problems if problem.level == "error"]
        lines = [f"{p.where}: {p.message('en')}\n    {p.message('zh')}" for p in errors]
        raise click.ClickException("\n".join([f"The draft {code} still has errors. 草稿还有错误。", *lines]))
    return compiled.program


def _written(document: Mapping[str, Any], kind: str, *, scales: Mapping[str, Any] | None = None) -> bytes:
    """A document in a format that takes drafts; what has no place in it is told beside. Any: a document is JSON."""
    for line in left_behind_lines(writing.left_behind(document, kind, scales=scales)):
        click.echo(line, err=True)
    try:
        return writing.write_document(document, kind, scales=scales)
    except Invalid as error:
        raise click.ClickException(f"{error.message('en')}\n{error.message('zh')}") from error


def _described(program: Program, kind: str, tag: str | None) -> bytes:
    language = tag or program.languages[0]
    if language not in program.languages:
        raise click.ClickException(f"{program.code} has no texts in {language}.")
    try:
        return writing.write_program(program, kind, language=language)
    except PaperUnavailable as error:
        raise click.ClickException(f"PDF needs WeasyPrint and Pango: {error}") from error
