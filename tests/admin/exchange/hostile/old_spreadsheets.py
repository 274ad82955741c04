"""Hostile files of the old binary format: records that lie about their length, containers in circles."""

from __future__ import annotations

import random
import struct

from tests.admin.exchange.hostile.workbook import ROWS, Files


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
    plain = biff(ROWS)
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
                biff(ROWS, extra=struct.pack("<HH", kind, len(data)) + data),
            )
        yield f"record {kind:x} lies", biff(ROWS, extra=struct.pack("<HH", kind, 0xFFFF) + b"\0" * 8)
    for offset in range(0x18, 0x50, 4):
        changed = bytearray(whole)
        changed[offset : offset + 4] = b"\xfe\xff\xff\x7f"
        yield f"container {offset:x}", bytes(changed)
    yield "60,000 rows", biff([*ROWS, *(["note", f"n{n}", "N"] for n in range(60_000))])
    yield "script", biff([*ROWS, ["note", "b", "<script>alert(1)</script>"]])
    yield "password", whole.replace(b"R\0o\0o\0t\0", b"R\0o\0o\0t\0") + "EncryptedPackage".encode("utf-16-le")
    yield (
        "circle of sectors",
        compound(plain)[:512] + struct.pack("<128I", *([0] * 128)) + compound(plain)[1024:],
    )
    for seed in range(6):
        yield f"noise {seed}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(seed).randbytes(4_000)
