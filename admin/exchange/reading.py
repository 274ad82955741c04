"""Reads a file of any known format into an instrument document; runs in the limited child process only."""

from __future__ import annotations

from typing import Any

from admin.content.problems import ContentProblem
from admin.content.yaml_file import parse_yaml
from survey.instrument.exchange.guards import Refusal, file_format
from survey.instrument.exchange.limesurvey.read import read_limesurvey
from survey.instrument.exchange.qsf_read import read_qsf
from survey.instrument.exchange.report import Counts, Imported, count_document
from survey.instrument.exchange.xlsform.read import read_xlsform
from survey.instrument.problems import Problem, Where, shorten

OWN_FORMAT = "minyi"


def read_instrument(raw: bytes, filename: str) -> Imported:
    """The import of a file, recognised by its content."""
    try:
        kind = file_format(raw)
    except Refusal as refusal:
        return Imported(document=None, counts=Counts(), problems=(refusal.problem,))
    if kind == "limesurvey":
        return read_limesurvey(raw, filename)
    if kind == "yaml":
        return _read_own(raw)
    if kind == "qsf":
        return read_qsf(raw, filename)
    return read_xlsform(raw, filename)


def _read_own(raw: bytes) -> Imported:
    """A document of ours, as YAML or JSON."""
    read = parse_yaml(raw, name="file")
    if isinstance(read, ContentProblem):
        where = Where(row=read.line or None, column=str(read.column) if read.column else None)
        problem = Problem(code="file_yaml", where=where, context={"detail": shorten(read.what("en"))})
        return Imported(document=None, counts=Counts(), problems=(problem,), format=OWN_FORMAT)
    document: Any = read.value
    if not isinstance(document, dict) or not isinstance(document.get("sections"), list):
        problem = Problem(code="file_format")
        return Imported(document=None, counts=Counts(), problems=(problem,), format=OWN_FORMAT)
    return Imported(document=document, counts=count_document(document), format=OWN_FORMAT)
