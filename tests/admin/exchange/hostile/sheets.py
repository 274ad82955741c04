"""Hostile sheets: entities, depth, width, references to nowhere, and hostile questionnaires in them."""

from __future__ import annotations

from tests.admin.exchange.hostile.workbook import (
    PARTS,
    ROWS,
    SHEET,
    Files,
    cells,
    members,
    packed,
    sheet,
    with_part,
    with_rows,
)


def entities() -> Files:
    """Entities that grow, read files or ask the network."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctypes = {
        "laughs": f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}]>',
        "quadratic": f'<!DOCTYPE a [<!ENTITY q "{"q" * 50_000}">]>',
        "file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "network": '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
        "parameter": '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
        "outer": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
    }
    uses = {"laughs": "&l9;", "quadratic": "&q;" * 5_000, "parameter": "", "outer": ""}
    for name, doctype in doctypes.items():
        use = uses.get(name, "&x;")
        for part in PARTS:
            plain = str(members()[part]).removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
            yield (
                f"{name} in {part}",
                with_part(part, doctype + plain.replace("A</t>", f"{use}</t>").replace("shared", use)),
            )
    text = sheet(cells(ROWS), doctypes["file"]).replace("UTF-8", "UTF-16")
    yield "entity in UTF-16", with_part(SHEET, text.encode("utf-16"))


def sheets() -> Files:
    """Sheets that are deep, wide, broken, or claim what is not so."""
    for part in PARTS:
        yield f"deep {part}", with_part(part, "<a>" * 100_000)
        yield f"junk {part}", with_part(part, "\x00\x01 not xml")
        yield f"empty {part}", with_part(part, "")
    yield (
        "many attributes",
        with_part(SHEET, sheet("<row " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>")),
    )
    yield "huge attribute", with_part(SHEET, sheet(f'<row r="{"1" * 10**7}"/>'))
    for where in ("A1048576", "A99999999999", "A0", "A-5", "XFD1", "ZZZZZZ1", "", "1A", "A1:B2"):
        data = cells(ROWS) + f'<row><c r="{where}" t="inlineStr"><is><t>x</t></is></c></row>'
        yield f"cell {where}", with_part(SHEET, sheet(data))
    for value in ("99", "-1", "1e9", "x", "", "9" * 500):
        yield (
            f"shared string {value[:5]}",
            with_part(SHEET, sheet(f'<row r="1"><c r="A1" t="s"><v>{value}</v></c></row>')),
        )
    for value in ("1e300", "-1e300", "nan", "inf", "1" * 5_000):
        yield (
            f"number {value[:5]}",
            with_part(SHEET, sheet(f'{cells(ROWS)}<row r="9"><c r="A9"><v>{value}</v></c></row>')),
        )
    for target in (
        "../../../etc/passwd",
        "/etc/passwd",
        "http://127.0.0.1:9/x",
        "worksheets/none.xml",
        "workbook.xml",
    ):
        rels = str(members()["xl/_rels/workbook.xml.rels"]).replace("worksheets/sheet1.xml", target)
        yield f"target {target}", with_part("xl/_rels/workbook.xml.rels", rels)
    book = str(members()["xl/workbook.xml"])
    yield (
        "a thousand sheets",
        with_part(
            "xl/workbook.xml",
            book.replace("<sheet ", "<sheet name='x' sheetId='2' r:id='rId1'/>" * 1_000 + "<sheet "),
        ),
    )
    size = '<dimension ref="A1:XFD1048576"/>'
    yield (
        "claims any size",
        with_part(SHEET, sheet(cells(ROWS)).replace("<sheetData>", f"{size}<sheetData>")),
    )
    yield (
        "a million columns",
        with_part(SHEET, sheet('<row r="1">' + "<c t='str'><v>x</v></c>" * 1_000_000 + "</row>")),
    )
    yield (
        "macros",
        packed({**members(), "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600}),
    )
    formula = '<row r="3"><c r="A3" t="str"><f>cmd|"/c calc"!A1</f><v>text</v></c><c r="B3" t="str"><f>HYPERLINK("http://x")</f></c></row>'
    yield "formulas", with_part(SHEET, sheet(cells(ROWS) + formula))
    for reference in ("&#x0;", "&#xD800;", "&#xFFFFFF;", "&amp;#x202e;", "&#x202e;evil"):
        yield f"character {reference}", with_rows([*ROWS, ["note", "b", f"x{reference}"]])


def contents() -> Files:
    """Well-formed sheets with hostile questionnaires in them."""
    head = ["type", "name", "label", "relevant", "calculation", "constraint"]
    base = [head, ["text", "a", "A"]]
    yield (
        "groups 3,000 deep",
        with_rows(
            [
                head,
                *(["begin group", f"g{n}", "G"] for n in range(3_000)),
                ["text", "a", "A"],
                *(["end group"] for _ in range(3_000)),
            ]
        ),
    )
    yield "20,000 open groups", with_rows([head, *(["begin group", f"g{n}", "G"] for n in range(20_000))])
    yield "25,000 items", with_rows([head, *(["text", f"n{n}", "N"] for n in range(25_000))])
    for name, text in {
        "parentheses": "(" * 9_000 + "1" + ")" * 9_000,
        "not": "not(" * 5_000 + "1" + ")" * 5_000,
        "or": " or ".join(["${a} = 1"] * 3_000),
        "backtracking": "regex(${a}, '^(a+)+$')",
        "brackets": "${" * 5_000,
        "quotes": "'" * 9_999,
        "path": "../" * 5_000 + "a",
        "itself": "${b} + 1",
        "open": "concat(${a}, '",
        "wide": "ａ" * 30_000,
    }.items():
        yield f"relevant {name}", with_rows([*base, ["text", "b", "B", text]])
        yield f"calculation {name}", with_rows([*base, ["calculate", "b", "B", "", text]])
        yield f"constraint {name}", with_rows([*base, ["text", "b", "B", "", "", text]])
    for name, text in {
        "tags": "&lt;b&gt;" * 3_000,
        "open tags": "&lt;a href=" * 3_000,
        "script": "&lt;script&gt;alert(1)&lt;/script&gt;",
        "links": "[" * 15_000 + "](" * 5_000,
        "stars": "*" * 30_000,
        "headings": "#" * 30_000,
        "entities": "&amp;amp;" * 4_000,
        "references": "${a}" * 7_000,
        "unknown references": "".join(f"${{x{n}}}" for n in range(3_000)),
        "direction": "\u202e\u2066" * 5_000,
        "combining": "a" + "\u0301" * 20_000,
    }.items():
        yield f"label {name}", with_rows([*base, ["note", "b", text]])
        yield f"choice {name}", with_rows([*base, ["select_one x", "b", text]])
    for text in (
        "'); DROP TABLE x;--",
        "=cmd|' /C calc'!A0",
        "__proto__",
        "constructor",
        "../../x",
        "a" * 5_000,
        "\u202eabc",
        "．．",
    ):
        yield f"name {text[:12]}", with_rows([*base, ["text", text, "B"]])
        yield f"type {text[:12]}", with_rows([*base, [text, "b", "B"]])
        yield f"list {text[:12]}", with_rows([*base, [f"select_one {text}", "b", "B"]])
