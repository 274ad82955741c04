"""Hostile files of every format, made here by class: bombs, slips, entities, lies about sizes, depth, width, junk."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Iterator

from tests.survey.instrument.exchange.forms import GOOD, csv_form

Files = Iterator[tuple[str, bytes]]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "xl/worksheets/sheet1.xml"
_PARTS = ("xl/workbook.xml", _SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")
_ROWS = [["type", "name", "label"], ["text", "a", "A"]]


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
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/{_SHEET}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}"><sheets><sheet name="survey" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_RELS}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="{_RELS}/styles" Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"><si><t>shared</t></si></sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"/>',
        _SHEET: sheet(cells(_ROWS)),
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
    return with_part(_SHEET, sheet(cells(rows)))


def xlsx() -> Files:
    """Spreadsheets."""
    yield from _bombs()
    yield from quick_xlsx()


def quick_xlsx() -> Files:
    """Spreadsheets that are made in a moment."""
    yield from _archives()
    yield from _entities()
    yield from _sheets()
    yield from _contents()
    whole = GOOD["nested"]()
    for part in range(1, 13):
        yield f"truncated {part}", whole[: len(whole) * part // 13]


def _bombs() -> Files:
    for name in (*_PARTS, "xl/media/picture.png"):
        yield f"bomb in {name}", packed({**members(), name: b"<a>" + b" " * (60 * 2**20)})
    yield (
        "sixty members of one megabyte",
        packed({**members(), **{f"x{n}": b"\0" * 2**20 for n in range(60)}}),
    )
    yield "ratio", packed({**members(), "xl/media/a.bin": b"\0" * (8 * 2**20)})
    for count in (2_001, 20_000):
        yield f"{count} members", packed({**members(), **{f"m{n}": b"" for n in range(count)}})
    for size in (1, 1000):
        yield (
            f"declared size {size}",
            _declaring(packed({**members(), "xl/b.bin": b"\0" * (60 * 2**20)}), size),
        )
    yield "many nodes", with_part(_SHEET, sheet("<row/>" * 3_100_000))
    yield "100,000 rows", with_rows([*_ROWS, *(["note", f"n{n}", "N"] for n in range(100_000))])


def _archives() -> Files:
    inner = packed(members())
    for depth in range(1, 5):
        yield f"nested {depth}", packed({**members(), "xl/embeddings/book.xlsx": inner})
        inner = packed({"inner.zip": inner})
    for name, head in (
        ("gzip", b"\x1f\x8b"),
        ("bzip2", b"BZh9"),
        ("rar", b"Rar!\x1a"),
        ("7z", b"7z\xbc\xaf\x27\x1c"),
    ):
        yield f"{name} inside", packed({**members(), "xl/media/a": head + b"\0" * 100})
    for name in (
        "../slip.xml",
        "/etc/slip",
        "a/../../slip",
        "C:\\slip",
        "..\\slip",
        "a\\..\\..\\slip",
        "\\\\host\\slip",
    ):
        yield f"slip {name}", packed({**members(), name: b"x"})
    yield "symbolic link", _with_link()
    yield "doubled member", _doubled()
    yield "encrypted", _flagged(packed(members()))
    yield "no workbook", packed({name: part for name, part in members().items() if "workbook" not in name})
    yield "no sheet", packed({name: part for name, part in members().items() if name != _SHEET})
    yield "empty archive", packed({})
    for seed in range(4):
        noise = random.Random(seed).randbytes(3_000)
        yield f"noise {seed}", b"PK\x03\x04" + noise


def _declaring(raw: bytes, size: int) -> bytes:
    """The archive with a lie about the unpacked size of its last member in the directory."""
    at = raw.rindex(b"PK\x01\x02")
    return raw[: at + 24] + struct.pack("<I", size) + raw[at + 28 :]


def _flagged(raw: bytes) -> bytes:
    """The archive with every member marked as encrypted."""
    changed = bytearray(raw)
    at = -1
    while (at := raw.find(b"PK\x01\x02", at + 1)) >= 0:
        changed[at + 8] |= 1
    return bytes(changed)


def _with_link() -> bytes:
    made = io.BytesIO(packed(members()))
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo("xl/media/link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def _doubled() -> bytes:
    import warnings

    made = io.BytesIO(packed(members()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(made, "a") as archive:
            archive.writestr(_SHEET, sheet(cells(_ROWS)))
    return made.getvalue()


def _entities() -> Files:
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
        for part in _PARTS:
            plain = str(members()[part]).removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
            yield (
                f"{name} in {part}",
                with_part(part, doctype + plain.replace("A</t>", f"{use}</t>").replace("shared", use)),
            )
    text = sheet(cells(_ROWS), doctypes["file"]).replace("UTF-8", "UTF-16")
    yield "entity in UTF-16", with_part(_SHEET, text.encode("utf-16"))


def _sheets() -> Files:
    for part in _PARTS:
        yield f"deep {part}", with_part(part, "<a>" * 100_000)
        yield f"junk {part}", with_part(part, "\x00\x01 not xml")
        yield f"empty {part}", with_part(part, "")
    yield (
        "many attributes",
        with_part(_SHEET, sheet("<row " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>")),
    )
    yield "huge attribute", with_part(_SHEET, sheet(f'<row r="{"1" * 10**7}"/>'))
    for where in ("A1048576", "A99999999999", "A0", "A-5", "XFD1", "ZZZZZZ1", "", "1A", "A1:B2"):
        data = cells(_ROWS) + f'<row><c r="{where}" t="inlineStr"><is><t>x</t></is></c></row>'
        yield f"cell {where}", with_part(_SHEET, sheet(data))
    for value in ("99", "-1", "1e9", "x", "", "9" * 500):
        yield (
            f"shared string {value[:5]}",
            with_part(_SHEET, sheet(f'<row r="1"><c r="A1" t="s"><v>{value}</v></c></row>')),
        )
    for value in ("1e300", "-1e300", "nan", "inf", "1" * 5_000):
        yield (
            f"number {value[:5]}",
            with_part(_SHEET, sheet(f'{cells(_ROWS)}<row r="9"><c r="A9"><v>{value}</v></c></row>')),
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
        with_part(_SHEET, sheet(cells(_ROWS)).replace("<sheetData>", f"{size}<sheetData>")),
    )
    yield (
        "a million columns",
        with_part(_SHEET, sheet('<row r="1">' + "<c t='str'><v>x</v></c>" * 1_000_000 + "</row>")),
    )
    yield (
        "macros",
        packed({**members(), "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600}),
    )
    formula = '<row r="3"><c r="A3" t="str"><f>cmd|"/c calc"!A1</f><v>text</v></c><c r="B3" t="str"><f>HYPERLINK("http://x")</f></c></row>'
    yield "formulas", with_part(_SHEET, sheet(cells(_ROWS) + formula))
    for reference in ("&#x0;", "&#xD800;", "&#xFFFFFF;", "&amp;#x202e;", "&#x202e;evil"):
        yield f"character {reference}", with_rows([*_ROWS, ["note", "b", f"x{reference}"]])


def _contents() -> Files:
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


def biff(rows: list[list[str]], *, extra: bytes = b"") -> bytes:
    """A BIFF8 stream with one sheet named survey; ``extra`` records stand among its cells."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def bof(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0x41, 0x06))

    labels = b"".join(
        record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))
        for row, values in enumerate(rows)
        for column, text in enumerate(values)
    )
    body = bof(0x0010) + labels + extra + record(0x000A, b"")
    name = struct.pack("<BB", 6, 0) + b"survey"
    start = len(bof(5)) + len(record(0x0042, b"\xb0\x04")) + 4 + 6 + len(name) + 4
    bound = record(0x0085, struct.pack("<IH", start, 0) + name)
    return bof(0x0005) + record(0x0042, b"\xb0\x04") + bound + record(0x000A, b"") + body


def compound(stream: bytes) -> bytes:
    """An OLE file that holds nothing but a workbook stream."""
    sectors = max(8, -(-len(stream) // 512))
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *(n + 3 for n in range(sectors - 1)), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le")
        return raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII16sIQQIQ",
            len(raw) + 2 if raw else 0,
            kind,
            1,
            0xFFFFFFFF,
            0xFFFFFFFF,
            child,
            b"",
            0,
            0,
            0,
            start,
            size,
        )

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, sectors * 512)
    folder += entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
    )
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * (4 * 108)
    return head + struct.pack("<128I", *fat[:128]) + folder + stream.ljust(sectors * 512, b"\0")


def xls() -> Files:
    """Old spreadsheets: records that lie about their length, rows without end, broken containers."""
    plain = biff(_ROWS)
    whole = compound(plain)
    for part in range(1, 20):
        yield f"truncated stream {part}", plain[: len(plain) * part // 20]
        yield f"truncated file {part}", whole[: len(whole) * part // 20]
    for kind in (
        0x0204,
        0x00FC,
        0x00FD,
        0x027E,
        0x0006,
        0x0203,
        0x00BD,
        0x0085,
        0x003C,
        0x0208,
        0x0031,
        0x00E0,
        0x041E,
    ):
        for data in (b"", b"\xff" * 4, b"\xff" * 40, b"\0" * 200):
            yield (
                f"record {kind:x} {len(data)}",
                biff(_ROWS, extra=struct.pack("<HH", kind, len(data)) + data),
            )
        yield f"record {kind:x} lies", biff(_ROWS, extra=struct.pack("<HH", kind, 0xFFFF) + b"\0" * 8)
    for offset in range(0x18, 0x50, 4):
        changed = bytearray(whole)
        changed[offset : offset + 4] = b"\xfe\xff\xff\x7f"
        yield f"container {offset:x}", bytes(changed)
    yield "60,000 rows", biff([*_ROWS, *(["note", f"n{n}", "N"] for n in range(60_000))])
    yield "script", biff([*_ROWS, ["note", "b", "<script>alert(1)</script>"]])
    yield "password", whole.replace(b"R\0o\0o\0t\0", b"R\0o\0o\0t\0") + "EncryptedPackage".encode("utf-16-le")
    yield (
        "circle of sectors",
        compound(plain)[:512] + struct.pack("<128I", *([0] * 128)) + compound(plain)[1024:],
    )
    for seed in range(6):
        yield f"noise {seed}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(seed).randbytes(4_000)


def csv() -> Files:
    """Text tables."""
    plain = csv_form("survey,,,\n,type,name,label\n,text,a,A\n")
    yield "one line of a megabyte", b"survey\n,type,name,label\n,text,a," + b"x" * 2**20
    yield "a million columns", b"survey\n," + b"type," * 1_000_000
    yield "a million rows", b"survey\n,type,name,label\n" + b",note,,N\n" * 1_000_000
    yield (
        "a million sheets",
        b"survey\n,type,name,label\n,text,a,A\n" + b"".join(b"s%d\n" % n for n in range(300_000)),
    )
    yield "open quote", b'survey\n,type,name,label\n,text,a,"' + b"x\n" * 100_000
    yield "quotes", b"survey\n,type,name,label\n" + b'"' * 1_000_000
    yield "NUL", plain + b"\x00\x00"
    yield "no text", bytes(range(256)) * 40
    yield "bad UTF-8", plain + b",text,b,\xff\xfe\xfd\n"
    yield "overlong UTF-8", plain + b",text,b,\xc0\xaf\n"
    yield "surrogates", plain + b",text,b,\xed\xa0\x80\n"
    yield "half a character", plain + ",text,b,中".encode()[:-1]
    yield "UTF-16 of odd length", plain.decode().encode("utf-16") + b"x"
    yield "UTF-32", plain.decode().encode("utf-32")
    yield "only marks", b"," * 100_000
    yield "only lines", b"\n" * 1_000_000
    yield "mark alone", b"\xef\xbb\xbf"
    yield "white space", b" \t\r\n" * 1_000
    for sign in ("=", "+", "-", "@", "\t", "|", "％", "＝"):
        for cell in ("cmd|' /C calc'!A0", 'HYPERLINK("http://x")', "1+1"):
            yield (
                f"formula {sign!r} {cell[:5]}",
                plain + f',note,b,"{sign}{cell}"\n'.encode().replace(b'""', b'"'),
            )
    for name, rows in {
        "deep groups": "\n".join(f",begin group,g{n},G" for n in range(5_000)),
        "ends": "\n".join(",end group,," for _ in range(5_000)),
        "loops": "\n".join(f",begin repeat,g{n},G" for n in range(25))
        + "\n,text,z,Z\n"
        + "\n".join(",end repeat,," for _ in range(25)),
        "same names": "\n".join(",text,a,A" for _ in range(5_000)),
        "selects": "\n".join(f",select_one l{n},q{n},Q" for n in range(5_000)),
        "scripts": "\n".join(f",note,n{n},<script>alert({n})</script>" for n in range(500)),
    }.items():
        yield name, plain + rows.encode() + b"\n"
    for seed in range(60):
        chance = random.Random(seed)
        words = [
            "type",
            "name",
            "label",
            "survey",
            "choices",
            "begin group",
            "end group",
            ",",
            "\n",
            '"',
            "${a}",
            "'",
            "\r",
            ";",
        ]
        yield f"salad {seed}", b"survey\n,type,name,label\n" + "".join(chance.choices(words, k=400)).encode()


def lss() -> Files:
    """LimeSurvey files."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    start, end = (
        "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>400</DBVersion>",
        "</document>",
    )
    rows = "<groups><fields><fieldname>gid</fieldname></fields><rows><row><gid>1</gid></row></rows></groups>"
    whole = head + start + rows + end
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for name, doctype in {
        "laughs": f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}]>',
        "file": '<!DOCTYPE a [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        "network": '<!DOCTYPE a [<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>',
        "parameter": '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p; <!ENTITY l9 "x">]>',
        "outer": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY l9 "x">]>',
    }.items():
        for use in ("<gid>&l9;</gid>", "<gid a='&l9;'>1</gid>"):
            yield (
                f"{name} {use[4:8]}",
                (head + doctype + start + rows.replace("<gid>1</gid>", use) + end).encode(),
            )
    for depth in (100, 10_000, 1_000_000):
        yield f"deep {depth}", (head + start + "<a>" * depth).encode()
    yield (
        "many rows",
        (
            head + start + "<groups><rows>" + "<row><gid>1</gid></row>" * 300_000 + "</rows></groups>" + end
        ).encode(),
    )
    yield "huge text", whole.replace("<gid>1</gid>", f"<gid>{'x' * 10**7}</gid>").encode()
    yield "UTF-16", whole.replace("UTF-8", "UTF-16").encode("utf-16")
    for encoding in ("UTF-7", "latin-9x", "GB18030", "utf-32"):
        yield f"says {encoding}", whole.replace("UTF-8", encoding).encode()
    for part in range(1, 40):
        yield f"truncated {part}", whole.encode()[: len(whole) * part // 40]
    for field in ("gid", "qid", "parent_qid", "type", "title", "relevance", "language", "scale_id"):
        for value in ("-1", "9" * 400, "x", "&lt;script&gt;alert(1)&lt;/script&gt;", "1" + "(" * 9_000):
            table = f"<questions><rows><row><qid>1</qid><gid>1</gid><{field}>{value}</{field}></row></rows></questions>"
            yield f"{field} {value[:6]}", (head + start + rows + table + end).encode()


def own() -> Files:
    """Documents of our own, as YAML and JSON."""
    plain = "schema: minyi/instrument/2\nid: x\ntitle: {zh: 标题}\nlanguages: [zh]\nsections:\n- id: A\n  title: {zh: A}\n  questions:\n  - {id: a, type: text, text: {zh: A}}\n"
    laughs = "a: &a [x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(20)
    )
    yield "laughs", (plain + laughs).encode()
    yield "deep flow", (plain + "x: " + "[" * 100_000).encode()
    yield "deep mapping", (plain + "x: " + "{a: " * 20_000).encode()
    for tag in (
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!x y",
        "!!binary aGk=",
    ):
        yield f"tag {tag[:20]}", (plain + f"x: {tag}\n").encode()
    for text in (
        "*a",
        "&a [*a]",
        "? [1]",
        "<<: {a: 1}",
        "- x",
        "\t\tx",
        "%YAML 9",
        "--- \n---",
        "'",
        '"\\ud800"',
        "0x" + "f" * 999,
    ):
        yield f"after {text[:8]!r}", (plain + f"x: {text}\n").encode()
        yield f"before {text[:8]!r}", (f"{text}\n" + plain).encode()
    for part in range(1, 20):
        yield f"truncated {part}", plain.encode()[: len(plain.encode()) * part // 20]
    for field in ("sections", "languages", "title", "lists", "questions", "id", "quotas"):
        for value in (
            "5",
            "x",
            "null",
            "true",
            "[]",
            "{}",
            "[[[[]]]]",
            "[1, 2]",
            "{a: {a: {a: 1}}}",
            '"<script>"',
        ):
            yield (
                f"{field} {value[:6]}",
                (plain + f"{field}2: 1\n").replace(f"{field}:", f"{field}: {value}\n{field}x:", 1).encode(),
            )


FAMILIES = {"xlsx": xlsx, "xls": xls, "csv": csv, "lss": lss, "own": own}


def mutations(family: str, count: int) -> Files:
    """Good files with bytes changed, taken out, doubled and swapped, always the same ones."""
    bases = {
        "xlsx": [GOOD["nested"](), GOOD["grids"](), GOOD["every_column"]()],
        "xls": [compound(biff([*_ROWS, ["select_one x", "b", "B"]])), biff(_ROWS)],
        "csv": [
            csv_form(
                "survey,,,\n,type,name,label\n,text,a,A\n,select_one l,b,B\nchoices,,,\n,list_name,name,label\n,l,x,X\n"
            )
        ],
        "lss": [raw for name, raw in lss() if name == "truncated 39"],
        "own": [raw for name, raw in own() if name == "truncated 19"],
    }[family]
    for number in range(count):
        chance = random.Random(f"{family} {number}")
        raw = bytearray(bases[number % len(bases)])
        for _ in range(chance.randint(1, 6)):
            at, end = sorted((chance.randrange(len(raw)), chance.randrange(len(raw))))
            how = chance.randrange(5)
            if how == 0:
                raw[at] = chance.randrange(256)
            elif how == 1:
                del raw[at : min(end, at + 40)]
            elif how == 2:
                raw[at:at] = raw[at : min(end, at + 200)]
            elif how == 3:
                raw[at:at] = chance.randbytes(chance.randint(1, 9))
            else:
                raw[at], raw[end] = raw[end], raw[at]
            raw = raw or bytearray(b"\0")
        yield f"mutation {number}", bytes(raw)
