"""Hostile archives: bombs, slips, links, doubled and encrypted members, lies about sizes."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile

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


def bombs() -> Files:
    """Small files that unpack into large ones."""
    for name in (*PARTS, "xl/media/picture.png"):
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
    yield "many nodes", with_part(SHEET, sheet("<row/>" * 3_100_000))
    yield "100,000 rows", with_rows([*ROWS, *(["note", f"n{n}", "N"] for n in range(100_000))])


def archives() -> Files:
    """Archives in archives, names that lead elsewhere, lies in the directory."""
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
    yield "no sheet", packed({name: part for name, part in members().items() if name != SHEET})
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
    made = io.BytesIO(packed(members()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(made, "a") as archive:
            archive.writestr(SHEET, sheet(cells(ROWS)))
    return made.getvalue()
