"""The DDI codebook: elements in the order of the standard, references that resolve, every text in its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from lxml import etree

from survey.instrument.codebook import codebook
from survey.instrument.documentation.ddi import NAMESPACE, Frequency, write_ddi
from survey.instrument.program import Program
from tests.survey.instrument import every_type
from tests.survey.instrument.documentation.made import everything

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# From the schema of DDI Codebook 2.5: what may stand in an element, in this order. Only what Minyi writes.
ORDER: Mapping[str, Sequence[str]] = {
    "codeBook": ("docDscr", "stdyDscr", "fileDscr", "dataDscr"),
    "docDscr": ("citation",),
    "stdyDscr": ("citation", "stdyInfo", "method"),
    "citation": ("titlStmt", "prodStmt", "verStmt"),
    "titlStmt": ("titl", "parTitl", "IDNo"),
    "prodStmt": ("software",),
    "verStmt": ("version", "notes"),
    "stdyInfo": ("sumDscr",),
    "sumDscr": ("universe",),
    "method": ("dataColl",),
    "dataColl": ("collMode", "resInstru"),
    "fileDscr": ("fileTxt",),
    "fileTxt": ("fileName", "dimensns"),
    "dimensns": ("varQnty",),
    "dataDscr": ("varGrp", "var"),
    "varGrp": ("labl",),
    "var": ("labl", "qstn", "valrng", "invalrng", "universe", "catgry", "varFormat"),
    "qstn": ("preQTxt", "qstnLit"),
    "valrng": ("item",),
    "invalrng": ("item",),
    "catgry": ("catValu", "labl", "catStat"),
}


@pytest.fixture(scope="module", params=["format 1", "every type"])
def program(request: pytest.FixtureRequest) -> Program:
    return everything() if request.param == "format 1" else every_type.program()


@pytest.fixture(scope="module")
def root(program: Program) -> etree._Element:
    return etree.fromstring(write_ddi(program))


def named(element: etree._Element) -> str:
    return etree.QName(element).localname


def test_elements_stand_in_the_order_of_the_standard(root: etree._Element) -> None:
    assert etree.QName(root).namespace == NAMESPACE
    for element in root.iter():
        inside = [named(child) for child in element]
        allowed = ORDER.get(named(element), ())
        assert set(inside) <= set(allowed), named(element)
        places = [allowed.index(name) for name in inside]
        assert places == sorted(places), named(element)


def test_identifiers_are_unique_and_references_resolve(root: etree._Element) -> None:
    ids = [element.get("ID") for element in root.iter() if element.get("ID")]
    assert len(ids) == len(set(ids))
    references = [
        name
        for element in root.iter()
        for attribute in ("files", "var")
        for name in (element.get(attribute) or "").split()
    ]
    assert references
    assert set(references) <= set(ids)


def test_every_variable_and_code_of_the_codebook_is_described(program: Program, root: etree._Element) -> None:
    written = {
        var.get("name"): [
            (category.findtext(f"{{{NAMESPACE}}}catValu"), category.get("missing"))
            for category in var.iterfind(f"{{{NAMESPACE}}}catgry")
        ]
        for var in root.iter(f"{{{NAMESPACE}}}var")
    }
    assert written == {
        variable.name: [(code, "Y" if code in variable.missing else "N") for code, _ in variable.options]
        for variable in codebook(program)
    }


def test_texts_stand_in_each_language_of_the_instrument(program: Program, root: etree._Element) -> None:
    for question in root.iter(f"{{{NAMESPACE}}}qstn"):
        literal = [part.get(LANG) for part in question.iterfind(f"{{{NAMESPACE}}}qstnLit")]
        assert literal == list(program.languages)


def test_who_is_asked_is_said_where_it_is_not_everybody(program: Program, root: etree._Element) -> None:
    for var in root.iter(f"{{{NAMESPACE}}}var"):
        item = var.find(f"{{{NAMESPACE}}}qstn").get("seqNo")
        place = program.places[item]
        everybody = place.item.shown_if is None and place.page.shown_if is None
        assert (var.find(f"{{{NAMESPACE}}}universe") is None) == everybody


def test_frequencies_are_added_with_and_without_weights(program: Program) -> None:
    variable = next(v for v in codebook(program) if v.options)
    code = variable.options[0][0]
    xml = write_ddi(program, frequencies={variable.name: {code: Frequency(n=12, weighted=345.25)}})
    stats = [
        (stat.text, stat.get("type"), stat.get("wgtd"))
        for stat in etree.fromstring(xml).iter(f"{{{NAMESPACE}}}catStat")
    ]
    assert stats == [("12", "freq", None), ("345.250000", "freq", "wgtd")]


def test_equal_programs_give_equal_bytes() -> None:
    assert write_ddi(everything()) == write_ddi(everything())
