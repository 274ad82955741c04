"""Writes an instrument in any format of the field, for the screens and for `minyi instrument export`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from survey.errors import Invalid
from survey.instrument.documentation.codebook_html import write_codebook_html
from survey.instrument.documentation.codebook_xlsx import write_codebook_xlsx
from survey.instrument.documentation.ddi import write_ddi
from survey.instrument.documentation.frictionless import write_frictionless
from survey.instrument.documentation.paper import write_paper_html, write_paper_pdf
from survey.instrument.exchange.limesurvey.write import export_limesurvey, write_limesurvey
from survey.instrument.exchange.report import NotCarried
from survey.instrument.exchange.xls_file import TooWide
from survey.instrument.exchange.xlsform.write import write_xlsform, write_xlsform_csv, write_xlsform_xls
from survey.instrument.program import Program

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A format: the ending of its files and their media type; ``compiled`` where it needs a sound instrument."""

    ending: str
    media_type: str
    compiled: bool


KINDS: Mapping[str, Kind] = {
    "xlsform": Kind(ending=".xlsx", media_type=XLSX_TYPE, compiled=False),
    "xlsform-xls": Kind(ending=".xls", media_type="application/vnd.ms-excel", compiled=False),
    "xlsform-csv": Kind(ending=".csv", media_type="text/csv", compiled=False),
    "lss": Kind(ending=".lss", media_type="application/xml", compiled=False),
    "ddi": Kind(ending=".xml", media_type="application/xml", compiled=True),
    "frictionless": Kind(ending=".json", media_type="application/json", compiled=True),
    "codebook": Kind(ending=".xlsx", media_type=XLSX_TYPE, compiled=True),
    "codebook-html": Kind(ending=".html", media_type="text/html", compiled=True),
    "html": Kind(ending=".html", media_type="text/html", compiled=True),
    "pdf": Kind(ending=".pdf", media_type="application/pdf", compiled=True),
}


def write_document(
    document: Mapping[str, Any], kind: str, *, scales: Mapping[str, Any] | None = None
) -> bytes:
    """A document in a format that takes drafts too. Raises Invalid where it does not fit. Any: a document is JSON."""
    writers: dict[str, Callable[..., bytes]] = {
        "xlsform": write_xlsform,
        "xlsform-xls": write_xlsform_xls,
        "xlsform-csv": write_xlsform_csv,
        "lss": write_limesurvey,
    }
    try:
        return writers[kind](document, scales=scales)
    except TooWide as error:
        raise Invalid(
            "too_large_for_xls",
            zh="问卷太大，旧式 .xls 放不下。请导出 .xlsx。",
            en="The instrument is too large for the old .xls. Export .xlsx.",
        ) from error


def left_behind(
    document: Mapping[str, Any], kind: str, *, scales: Mapping[str, Any] | None = None
) -> tuple[NotCarried, ...]:
    """What a document says and the format cannot, part by part. Any: a document is JSON."""
    # The other formats that take drafts keep everything.
    return export_limesurvey(document, scales=scales).not_carried if kind == "lss" else ()


def write_program(program: Program, kind: str, *, language: str) -> bytes:
    """A compiled instrument in a format that describes it. Raises PaperUnavailable where PDF cannot be made."""
    if kind == "ddi":
        return write_ddi(program)
    if kind == "frictionless":
        return write_frictionless(program)
    writers: dict[str, Callable[..., bytes]] = {
        "codebook": write_codebook_xlsx,
        "codebook-html": write_codebook_html,
        "html": write_paper_html,
        "pdf": write_paper_pdf,
    }
    return writers[kind](program, language=language)
