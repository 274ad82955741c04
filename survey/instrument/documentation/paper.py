"""Writes a questionnaire for printing: HTML that stands by itself, and the same as PDF, both with all codes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from survey.instrument.condition_words import condition_in_words
from survey.instrument.documentation.paper_items import ItemPrinter
from survey.instrument.documentation.paper_parts import Paper, PaperItem, PaperSection
from survey.instrument.documentation.rendering import render
from survey.instrument.documentation.wording import LABELS
from survey.instrument.outline import outline
from survey.instrument.parts import Item, Page
from survey.instrument.program import Program
from survey.instrument.words import plain, said

_LEGAL = ("table_number", "maker", "approving_body", "approval_number", "expires_on")
_WRITTEN_LIST = 30


class PaperUnavailable(Exception):
    """The PDF cannot be set on this machine; the message says what is missing."""


def write_paper_html(program: Program, *, language: str) -> bytes:
    """The questionnaire as one HTML file with its style inside, nothing fetched from elsewhere."""
    return render("paper", language=language, paper=lay_out(program, language))


def write_paper_pdf(program: Program, *, language: str) -> bytes:
    """The questionnaire as tagged PDF (A4). Raises PaperUnavailable where WeasyPrint or Pango is missing."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise PaperUnavailable(str(error)) from error
    page = HTML(string=write_paper_html(program, language=language).decode(), url_fetcher=_refuse)
    pdf: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def lay_out(program: Program, language: str) -> Paper:
    """The questionnaire in one language as plain values."""
    printer = ItemPrinter(program, language)
    repeated = _repeats(program, language)
    sections = []
    torn: list[PaperItem] = []
    for (code, _), pages in groupby(program.pages, key=lambda page: (page.section, page.repeat)):
        own = list(pages)
        items = _items(printer, [item for page in own for item in page.items])
        torn.extend(item for item in items if item.is_torn_off)
        sections.append(_section(program, printer, own, items, repeated.get((code, own[0].repeat), "")))
    legal = program.legal
    return Paper(
        code=program.code,
        version=program.version,
        digest=program.digest,
        title=plain(program.title, language),
        consent=plain(program.consent, language),
        closing=plain(program.closing, language).replace("{receipt}", "________"),
        minutes=LABELS["minutes"][said(language)].format(n=program.estimated_minutes)
        if program.estimated_minutes
        else "",
        marks=tuple((LABELS[name][said(language)], legal[name]) for name in _LEGAL if legal.get(name)),
        sections=tuple(sections),
        torn=tuple(torn),
        lists=tuple(_lists(program, language)),
    )


def _section(
    program: Program, printer: ItemPrinter, pages: Sequence[Page], items: Sequence[PaperItem], repeated: str
) -> PaperSection:
    first = pages[0]
    condition = ""
    if first.shown_if is not None:
        condition = condition_in_words(program, first.shown_if, said(printer.language))
    return PaperSection(
        code=first.section,
        title=printer.text(first.title),
        intro=printer.text(first.intro),
        condition=condition,
        repeated=repeated,
        items=tuple(item for item in items if not item.is_torn_off),
    )


def _items(printer: ItemPrinter, items: Sequence[Item]) -> list[PaperItem]:
    """Batteries as tables; the text of an "other" stands beside its option, computed items are not asked."""
    found: list[PaperItem] = []
    asked = [item for item in items if item.other_of is None and item.kind != "computed"]
    for battery, members in groupby(asked, key=lambda item: item.battery):
        rows = list(members)
        if battery is not None:
            found.append(printer.battery(battery, rows))
            continue
        for key, run in groupby(rows, key=_alike):
            same = list(run)
            found.extend(
                [printer.alike(same)] if key and len(same) > 1 else [printer.item(item) for item in same]
            )
    return found


def _alike(item: Item) -> object:
    """Ratings with equal answers and conditions can share a table; anything else stands by itself (None)."""
    return (item.options, item.shown_if) if item.kind == "scale" else None


def _repeats(program: Program, language: str) -> dict[tuple[str, str | None], str]:
    """By section: in words, how often it is asked."""
    words = said(language)
    if words not in program.languages:
        return {
            (page.section, page.repeat): LABELS["every_unit"][words] for page in program.pages if page.repeat
        }
    found = zip(
        groupby(program.pages, key=lambda page: (page.section, page.repeat)),
        outline(program, words).sections,
        strict=True,
    )
    return {key: section.repeated for (key, _), section in found if section.repeated}


def _lists(program: Program, language: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """The codes that are too many to stand at their question: divisions, and long lists."""
    found = []
    levels = {
        item.level for page in program.pages for item in page.items if item.kind == "area" and item.level
    }
    for level in sorted(levels):
        parents = {area.code: area.words for area in program.areas}
        for parent, areas in groupby(program.area_codes[level].values(), key=lambda area: area.parent):
            heading = plain(parents.get(parent or ""), language)
            found.append((heading, tuple((area.code, plain(area.words, language)) for area in areas)))
    for page in program.pages:
        for item in page.items:
            if item.kind in ("single", "multi", "units") and len(item.options) > _WRITTEN_LIST:
                rows = tuple((option.code, plain(option.text, language)) for option in item.options)
                found.append((item.code, rows))
    return found


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    raise ValueError(f"a questionnaire fetches nothing: {url:.80}")
