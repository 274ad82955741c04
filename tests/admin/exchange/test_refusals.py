"""Every refusal of a file that the catalogue knows is one that a file can earn."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import pytest

from admin.exchange.reading import read_instrument
from survey.instrument.exchange import guards
from survey.instrument.messages.exchange import EXCHANGE
from tests.admin.exchange.hostile.families import quick_xlsx
from tests.admin.exchange.hostile.old_spreadsheets import compound
from tests.admin.exchange.hostile.workbook import cells, members, packed, sheet, with_part, with_rows
from tests.survey.instrument.exchange.forms import BAD

SHEET = "xl/worksheets/sheet1.xml"
_HEAD = ["type", "name", "label"]
FILES: dict[str, bytes] = {
    "file_empty": b"\xef\xbb\xbf \n",
    "file_too_large": b"x" * (guards.MAX_BYTES + 1),
    "file_format": b"%PDF-1.7",
    "file_other_office": packed({"word/document.xml": "<a/>"}),
    "file_password": compound(b"x") + "EncryptedPackage".encode("utf-16-le"),
    "file_broken": packed(members())[:900],
    "file_encoding": b"survey\n,type,name,label\n,text,a,\xff\xff\xff\n",
    "file_members": packed({**members(), **{f"m{n}": b"" for n in range(2_001)}}),
    "file_unpacked": packed({**members(), "xl/media/a.bin": b"\0" * (8 * 2**20)}),
    "file_member_name": packed({**members(), "../slip": b""}),
    "file_nested": packed({**members(), "xl/embeddings/a.bin": b"PK\x03\x04" + bytes(90)}),
    "file_doctype": with_part("xl/styles.xml", "<!DOCTYPE a [<!ENTITY x 'y'>]><a/>"),
    "file_too_deep": with_part("xl/styles.xml", "<a>" * 100),
    "file_yaml": b"schema: x\nid: y\nsections: [",
    "table_too_large": with_rows([_HEAD, *(["note", f"n{n}", "N"] for n in range(8_001))]),
    "row_too_deep": with_rows(
        [_HEAD, *(["begin group", f"g{n}", "G"] for n in range(40)), *(["end group"] for _ in range(40))]
    ),
}
# Tested where they happen: in test_sandbox and tests/admin/commands.
ELSEWHERE = {"file_missing", "file_took_too_long"}


@pytest.mark.parametrize("code", FILES)
def test_a_file_earns_its_refusal(code: str) -> None:
    made = read_instrument(FILES[code], "file")
    assert made.document is None
    assert made.problems[0].code == code
    for language in ("zh", "en"):
        assert "{" not in made.problems[0].message(language)


def test_no_refusal_is_without_a_file() -> None:
    assert set(FILES) | {code for _, _, _, code in BAD.values()} | ELSEWHERE == set(EXCHANGE)


def test_sizes_are_counted_while_unpacking_because_archives_lie() -> None:
    raw = packed({**members(), "xl/media/a.bin": b"\0" * (60 * 2**20)})
    at = raw.rindex(b"PK\x01\x02")
    lying = raw[: at + 24] + struct.pack("<I", 10) + raw[at + 28 :]
    assert read_instrument(lying, "x").problems[0].code in {"file_unpacked", "file_broken"}


def test_no_entity_is_ever_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    doctype = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    plain = sheet(cells([_HEAD, ["text", "a", "&x;"]])).removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
    made = read_instrument(with_part(SHEET, doctype + plain), "x")
    assert [problem.code for problem in made.problems] == ["file_doctype"]


def test_nobody_is_ever_called() -> None:
    """Entities, schemas, styles, links and pictures that are elsewhere stay there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        rels = str(members()["xl/_rels/workbook.xml.rels"])
        text = sheet(cells([_HEAD, ["note", "a", f"![x]({address}) [y]({address})"]]))
        files = [
            with_part("xl/styles.xml", f'<!DOCTYPE a SYSTEM "{address}"><a/>'),
            with_part("xl/styles.xml", f'<?xml-stylesheet href="{address}"?><styleSheet/>'),
            with_part("xl/_rels/workbook.xml.rels", rels.replace("worksheets/sheet1.xml", address)),
            with_part(
                "xl/_rels/workbook.xml.rels",
                rels.replace('Target="w', f'TargetMode="External" Target="{address}w'),
            ),
            with_part(SHEET, text),
            f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "{address}">]><document>&x;</document>'.encode(),
            f'<?xml version="1.0"?><document xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{address}"/></document>'.encode(),
            f"schema: minyi/instrument/2\nid: x\nsections: !include {address}\n".encode(),
            f"survey\n,type,name,label\n,select_one_from_file {address},a,A\n".encode(),
        ]
        for raw in files:
            read_instrument(raw, "file")
        with pytest.raises(TimeoutError):
            listener.accept()


def test_there_are_more_than_a_hundred_hostile_spreadsheets() -> None:
    assert sum(1 for _ in quick_xlsx()) > 150
