"""Home of small workbooks put together by hand: members, sheets and rows, each of which may be replaced by something hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

Files = Iterator[tuple[str, bytes]]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "xl/worksheets/sheet1.xml"
PARTS = ("xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")
ROWS = [["type", "name", "label"], ["text", "a", "A"]]


def cells(rows: list[list[str]]) -> str:
    """Rows of a sheet as XML with texts inside."""
    made = []
    for number, row in enumerate(rows, start=1):
        inner = "".join(
            f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            for at, text in enumerate(row)
        )
        made.append(f'<row r="{number}">{inner}</row>')
    return "".join(made)


def sheet(data: str, head: str = "") -> str:
    """A worksheet part."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData></worksheet>'


def members(**changed: str | bytes) -> dict[str, str | bytes]:
    """The members of a small workbook; ``changed`` replaces some (dots and slashes as __ and ___ are not needed)."""
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/{SHEET}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}"><sheets><sheet name="survey" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_RELS}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="{_RELS}/styles" Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"><si><t>shared</t></si></sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"/>',
        SHEET: sheet(cells(ROWS)),
    }
    made.update(changed)
    return made


def packed(parts: dict[str, str | bytes], level: int = 9) -> bytes:
    """The members as a zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def with_part(name: str, content: str | bytes) -> bytes:
    """A small workbook in which one member is another."""
    return packed(members(**{name: content}))


def with_rows(rows: list[list[str]]) -> bytes:
    """A workbook with these rows in its survey."""
    return with_part(SHEET, sheet(cells(rows)))
