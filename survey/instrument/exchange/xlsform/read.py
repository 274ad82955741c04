"""Reads an XLSForm (.xlsx, .xls, .csv) into an instrument document, or refuses it with row and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from survey.instrument.codes import nearest
from survey.instrument.exchange.cleaning import clean_line
from survey.instrument.exchange.guards import Refusal, file_format
from survey.instrument.exchange.patches import apply_patch
from survey.instrument.exchange.report import Counts, Imported, count_document
from survey.instrument.exchange.tables import Tables, read_tables
from survey.instrument.exchange.xlsform import reasons as why
from survey.instrument.exchange.xlsform.form import YES, Form, Notes, read_form
from survey.instrument.exchange.xlsform.items import ItemReader
from survey.instrument.exchange.xlsform.lists import Lists, joined_patch, keep
from survey.instrument.exchange.xlsform.names import Names, fit_name, references
from survey.instrument.exchange.xlsform.sections import SectionWriter, name_everything
from survey.instrument.exchange.xlsform.tree import Entry, Group, read_tree
from survey.instrument.problems import Problem, Where

SCHEMA = "minyi/instrument/2"
FORMAT = "xlsform"
_OWN_SETTINGS = frozenset({"form_title", "form_id", "version", "default_language"})
Document = dict[str, Any]  # Any: an instrument document is JSON


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Which row of which sheet became which part of the document, for exports that check themselves."""

    survey: Mapping[int, dict[str, Any]]  # Any: parts of a document
    choices: Mapping[int, dict[str, Any]]


def read_xlsform(raw: bytes, filename: str) -> Imported:
    """The import of a file; its name serves only as a title where the form has none."""
    try:
        kind = file_format(raw)
        if kind not in {"xlsx", "xls", "csv"}:
            raise Refusal("file_format")
        tables = read_tables(raw, kind)
    except Refusal as refusal:
        return Imported(document=None, counts=Counts(), problems=(refusal.problem,), format=FORMAT)
    return import_tables(tables, filename)[0]


def import_tables(tables: Tables, filename: str) -> tuple[Imported, Origin]:
    """The import of sheets that have been read, and what became of each row."""
    notes = Notes()
    nothing = Origin(survey={}, choices={})
    try:
        form = read_form(tables, notes)
    except Refusal as refusal:
        problems = (*notes.findings.as_tuple(), refusal.problem)
        return Imported(document=None, counts=Counts(), problems=problems, format=FORMAT), nothing
    document, origin = _document(form, notes, filename)
    counts = replace(
        count_document(document, more=form.counts),
        options=sum(1 for row in (*form.choices, *form.external) if row.has("name")),
    )
    refused = notes.refused
    made = Imported(
        document=None if refused else document,
        counts=counts,
        problems=tuple(sorted(notes.findings.as_tuple(), key=_place)),
        not_carried=tuple(notes.not_carried),
        format=FORMAT,
        places=_places(form, origin),
    )
    return made, nothing if refused else origin


def _place(problem: Problem) -> tuple[str, int]:
    return ("" if problem.where.sheet is None else problem.where.sheet, problem.where.row or 0)


def _places(form: Form, origin: Origin) -> dict[str, Where]:
    """The row of each item and section by its id."""
    rows = {row.number: row for row in form.survey}
    places: dict[str, Where] = {}
    for number, part in origin.survey.items():
        name = f"section:{part.get('id')}" if "questions" in part else str(part.get("id", ""))
        if number in rows and name:
            places.setdefault(name, rows[number].where())
    return places


def _document(form: Form, notes: Notes, filename: str) -> tuple[Document, Origin]:
    lists = _lists(form, notes)
    tree = read_tree(form, notes)
    _check_lists(tree, lists, notes)
    names = Names(notes)
    metas = _take_metas(tree, form, notes)
    name_everything(tree, names)
    lists.rename_references(names)
    reader = ItemReader(names, lists, notes, languages=form.languages.tags())
    writer = SectionWriter(reader, notes)
    writer.write(tree)
    if not any(section["questions"] for section in writer.sections) and not notes.refused:
        notes.refuse("survey_empty", Where(sheet="survey"))
    document = _head(form, filename, metas)
    _note_settings(form, notes)
    document["sections"] = writer.sections
    if lists.kept():
        document["lists"] = lists.kept()
    apply_patch(document, joined_patch(form.our_settings))
    return document, Origin(survey=writer.origin, choices=lists.origin)


def _lists(form: Form, notes: Notes) -> Lists:
    lists = Lists(notes, duplicates=form.settings.get("allow_choice_duplicates", "").lower() in YES)
    lists.read(form.choices)
    lists.read(form.external, external=True)
    return lists


def _check_lists(tree: Group, lists: Lists, notes: Notes) -> None:
    """Every list that a question or loop names must be there."""
    for entry in tree.entries():
        if entry.type.shape == "select":
            _check_list(entry, lists, notes)
    for group in tree.groups():
        if group.kind == "loop" and group.list_name and not lists.has(group.list_name) and group.row:
            where = group.row.where("type")
            near = nearest(group.list_name, lists.names)
            notes.refuse("row_unknown_list", where, value=group.list_name, nearest=near)


def _check_list(entry: Entry, lists: Lists, notes: Notes) -> None:
    name, where = entry.type.list_name, entry.row.where("type")
    if not name:
        notes.refuse("row_no_list", where)
    elif entry.type.from_file:
        notes.refuse("row_list_file", where, value=name)
    elif name.startswith("${"):
        notes.refuse("row_dynamic_list", where, value=name)
    elif not lists.has(entry.type.list_key):
        notes.refuse("row_unknown_list", where, value=name, nearest=nearest(name, lists.names))
    elif entry.type.name != "select_one":
        for code in lists.codes_with_spaces(entry.type.list_key):
            notes.refuse("choice_space", where, value=code, list=name)


def _take_metas(tree: Group, form: Form, notes: Notes) -> dict[str, str]:
    """Take rows about the device or the moment out of the tree, unless something refers to them."""
    used = {name for row in form.survey for cell in row.cells for name in references(cell.value)}
    metas: dict[str, str] = {}

    def take(group: Group) -> None:
        for member in list(group.members):
            if isinstance(member, Group):
                take(member)
            elif _is_meta(member) and member.name not in used:
                group.members.remove(member)
                written = member.row.raw("type")
                if keep(metas, f"meta:{member.name}", written):
                    reason = why.HIDDEN if member.type.name == "hidden" else why.META
                    notes.leave(member.row.where("type"), written, reason)
                else:
                    notes.leave(member.row.where("type"), written, why.TOO_LONG)

    take(tree)
    return metas


def _is_meta(entry: Entry) -> bool:
    row = entry.row
    idle = entry.type.name == "hidden" and not row.has("calculation") and not row.has("default")
    return entry.type.shape == "meta" or idle


def _head(form: Form, filename: str, metas: dict[str, str]) -> Document:
    """All of a document but its sections and lists."""
    settings, languages = form.settings, form.languages
    tags = languages.tags()
    stem = clean_line(filename.rsplit("/", 1)[-1].rsplit(".", 1)[0]).text or "form"
    title = clean_line(settings.get("form_title", "")).text or settings.get("form_id", "") or stem
    written = settings.get("form_id", "")
    kept: dict[str, str] = dict(metas)
    document: Document = {
        "schema": SCHEMA,
        "id": fit_name(written or stem),
        "title": {languages.base if languages.base in tags else tags[0]: title[:500]},
        "languages": tags,
    }
    if written and document["id"] != written:
        keep(kept, "form_id", written)
    if "version" in settings:
        document["version"] = settings["version"][:64]
    if languages.default in tags:
        document["default_language"] = languages.default
    for name, value in settings.items():
        if name not in _OWN_SETTINGS:
            keep(kept, f"setting:{name}", value)
    for tag, name in languages.names.items():
        if tag in tags and name != tag:
            keep(kept, f"language:{tag}", name)
    if languages.unnamed:
        kept["unnamed"] = languages.unnamed
    if kept:
        document["foreign"] = {"xlsform": kept}
    return document


def _note_settings(form: Form, notes: Notes) -> None:
    for name, value in form.settings.items():
        if name not in _OWN_SETTINGS | {"allow_choice_duplicates"}:
            reason = why.SETTING if len(value) <= 2_000 else why.TOO_LONG
            notes.leave(Where(sheet="settings", column=name), f"{name}: {value}", reason)
