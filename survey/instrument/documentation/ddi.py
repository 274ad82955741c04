"""Writes the documentation of an instrument's variables as DDI Codebook 2.5, the form that data archives keep.

Element names and their order follow the XML schema of DDI Codebook 2.5 (DDI Alliance, 2012): within ``var`` the
label comes first, then question, valid and invalid ranges, universe, categories, concept, format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.instrument.codebook import Variable, codebook
from survey.instrument.documentation.wording import LABELS, who_is_asked, whole_question
from survey.instrument.program import Program
from survey.instrument.words import plain, said

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "ddi:codebook:2_5"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NATURE = {
    "scale": "ordinal",
    "rank": "ordinal",
    "number": "ratio",
    "count": "ratio",
    "single": "nominal",
    "area": "nominal",
    "indicator": "nominal",
    "status": "nominal",
}
_NUMERIC = ("number", "count", "scale", "rank", "indicator", "status", "year")
_CATEGORY = {"date": "date", "month": "date", "year": "date", "time": "time", "datetime": "date"}
_TABLES = ("responses", "unit_ratings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How often one code was given: cases, and the sum of their weights (None where nothing is weighted)."""

    n: int
    weighted: float | None = None


Frequencies = Mapping[str, Mapping[str, Frequency]]
"""By variable and code."""


def write_ddi(program: Program, *, frequencies: Frequencies | None = None) -> bytes:
    """The codebook of a program as one XML file, every text in all its languages.

    ``frequencies`` adds counts per category; variables and codes that are not in it get none.
    """
    from lxml import etree

    writer = _Writer(program, frequencies or {})
    root = etree.Element(f"{{{NAMESPACE}}}codeBook", nsmap={None: NAMESPACE})
    root.set("version", "2.5")
    root.set("ID", f"CB-{program.digest[:16]}")
    root.set(_XML_LANG, program.languages[0])
    writer.document(root)
    writer.study(root)
    writer.files(root)
    writer.data(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


class _Writer:
    """Appends the parts of one codebook; every method gets the parent it writes under."""

    def __init__(self, program: Program, frequencies: Frequencies) -> None:
        self.program, self.frequencies = program, frequencies
        self.variables = codebook(program)
        self.ids = {variable.name: f"V{number}" for number, variable in enumerate(self.variables, start=1)}

    def document(self, root: _Element) -> None:
        """Who wrote this description, and of which state of the instrument."""
        citation = _add(_add(root, "docDscr"), "citation")
        self._title(citation)
        production = _add(citation, "prodStmt")
        _add(production, "software", "Minyi")
        self._version(citation)

    def study(self, root: _Element) -> None:
        """What was asked of whom, as far as the instrument says."""
        study = _add(root, "stdyDscr")
        citation = _add(study, "citation")
        self._title(citation)
        self._version(citation)
        summary = _add(_add(study, "stdyInfo"), "sumDscr")
        for language in self.program.languages:
            text = LABELS["respondents"][said(language)]
            if self.program.min_age is not None:
                text += LABELS["min_age"][said(language)].format(age=self.program.min_age)
            _add(summary, "universe", text, language=language)
        collection = _add(_add(study, "method"), "dataColl")
        for mode in self.program.modes:
            _add(collection, "collMode", mode)
        _add(collection, "resInstru", "structured", language="en")

    def files(self, root: _Element) -> None:
        """One file for each table that the instrument yields."""
        for table in self._tables():
            text = _add(_add(root, "fileDscr", ID=f"F-{table}"), "fileTxt")
            _add(text, "fileName", table)
            dimensions = _add(text, "dimensns")
            _add(dimensions, "varQnty", str(sum(v.table == table for v in self.variables)))

    def data(self, root: _Element) -> None:
        """The sections as groups, then every variable."""
        data = _add(root, "dataDscr")
        for number, (section, names) in enumerate(self._sections().items(), start=1):
            group = _add(data, "varGrp", ID=f"G{number}", type="section", name=section)
            group.set("var", " ".join(self.ids[name] for name in names))
            title = next(page.title for page in self.program.pages if page.section == section)
            self._words(group, "labl", title)
        for variable in self.variables:
            self._variable(data, variable)

    def _variable(self, data: _Element, variable: Variable) -> None:
        var = _add(data, "var", ID=self.ids[variable.name], name=variable.name, files=f"F-{variable.table}")
        if (nature := _NATURE.get(variable.kind)) is not None:
            var.set("nature", nature)
        var.set("intrvl", "contin" if variable.kind == "number" else "discrete")
        if variable.unit is not None:
            var.set("measUnit", plain(variable.unit, self.program.languages[0]))
        self._words(var, "labl", variable.label)
        place = self.program.places[variable.item]
        question = _add(var, "qstn", ID=f"Q-{self.ids[variable.name]}", seqNo=variable.item)
        for language in self.program.languages:
            if place.item.help:
                _add(question, "preQTxt", plain(place.item.help, language), language=language)
        for language in self.program.languages:
            _add(question, "qstnLit", whole_question(self.program, place.item, language), language=language)
        self._ranges(var, variable)
        for language in self.program.languages:
            if who := who_is_asked(self.program, place, language):
                _add(var, "universe", who, language=language)
        self._categories(var, variable)
        _add(
            var,
            "varFormat",
            type="numeric" if variable.kind in _NUMERIC else "character",
            schema="ISO",
            category=_CATEGORY.get(variable.kind, "other"),
        )

    def _ranges(self, var: _Element, variable: Variable) -> None:
        valid = [code for code, _ in variable.options if code not in variable.missing]
        for tag, codes in (("valrng", valid), ("invalrng", list(variable.missing))):
            if codes:
                ranges = _add(var, tag)
                for code in codes:
                    _add(ranges, "item", VALUE=code)

    def _categories(self, var: _Element, variable: Variable) -> None:
        counts = self.frequencies.get(variable.name, {})
        for code, words in variable.options:
            category = _add(var, "catgry", missing="Y" if code in variable.missing else "N")
            _add(category, "catValu", code)
            self._words(category, "labl", words)
            found = counts.get(code)
            if found is not None:
                _add(category, "catStat", str(found.n), type="freq")
                if found.weighted is not None:
                    _add(category, "catStat", f"{found.weighted:.6f}", type="freq", wgtd="wgtd")

    def _title(self, citation: _Element) -> None:
        title = _add(citation, "titlStmt")
        first, *others = self.program.languages
        _add(title, "titl", plain(self.program.title, first), language=first)
        for language in others:
            _add(title, "parTitl", plain(self.program.title, language), language=language)
        _add(title, "IDNo", f"{self.program.code}/{self.program.version}")

    def _version(self, citation: _Element) -> None:
        statement = _add(citation, "verStmt")
        _add(statement, "version", self.program.version)
        _add(statement, "notes", f"sha256:{self.program.digest}")

    def _words(self, parent: _Element, tag: str, words: Mapping[str, str]) -> None:
        for language in self.program.languages:
            if text := plain(words, language):
                _add(parent, tag, text, language=language)

    def _tables(self) -> list[str]:
        return [table for table in _TABLES if any(v.table == table for v in self.variables)]

    def _sections(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for variable in self.variables:
            found.setdefault(self.program.places[variable.item].page.section, []).append(variable.name)
        return found


def _add(
    parent: _Element, tag: str, text: str | None = None, *, language: str | None = None, **attributes: str
) -> _Element:
    from lxml import etree

    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    if language is not None:
        element.set(_XML_LANG, language)
    for name, value in attributes.items():
        element.set(name, value)
    if text is not None:
        element.text = text
    return element
