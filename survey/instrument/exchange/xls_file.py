"""Writes plain texts as an old spreadsheet (.xls: BIFF8 records in a compound file), for programs that read no other."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from survey.instrument.exchange.tables import Sheet

MAX_ROWS, MAX_COLUMNS = 65_536, 256
_MAX_RECORD = 8_224
_SECTOR = 512
_FREE, _END, _IS_TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
# Sixteen formats that every workbook has: fifteen for styles, one for cells.
_STYLE_FORMATS = 15


class TooWide(ValueError):
    """The sheets have more rows or columns than an old spreadsheet can hold."""


def write_xls(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as a workbook. Raises TooWide."""
    for sheet in sheets:
        if any(number > MAX_ROWS or len(cells) > MAX_COLUMNS for number, cells in sheet.rows):
            raise TooWide(sheet.name)
    texts = {text: at for at, text in enumerate(dict.fromkeys(_texts(sheets)))}
    bodies = [_sheet(sheet, texts) for sheet in sheets]
    head = _head(sheets, texts, offsets=[0] * len(sheets))
    offsets = [len(head) + sum(map(len, bodies[:at])) for at in range(len(bodies))]
    stream = _head(sheets, texts, offsets=offsets) + b"".join(bodies)
    return _compound(stream)


def _texts(sheets: Sequence[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        for _, cells in sheet.rows:
            yield from (cell for cell in cells if cell)


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 0x06))


def _head(sheets: Sequence[Sheet], texts: dict[str, int], *, offsets: list[int]) -> bytes:
    """What stands before the sheets: fonts, formats, where each sheet begins, and all texts."""
    font = struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 5, 0) + b"Arial"
    style = struct.pack("<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0xF4, 0, 0, 0x20C0)
    cell = struct.pack(
        "<HHHBBBBIIH", 0, 0x31, 0x0001, 0x20, 0, 0, 0xF8, 0, 0, 0x20C0
    )  # 0x31: a text, whatever it looks like
    parts = [
        _begin(0x0005),
        _record(0x0042, struct.pack("<H", 1200)),
        _record(0x003D, struct.pack("<HHHHHHHHH", 0, 0, 16_000, 9_000, 0x38, 0, 0, 1, 600)),
        *(_record(0x0031, font) for _ in range(4)),
        *(_record(0x00E0, style) for _ in range(_STYLE_FORMATS)),
        _record(0x00E0, cell),
        _record(0x0293, struct.pack("<HBB", 0x8000, 0, 0xFF)),
    ]
    for sheet, offset in zip(sheets, offsets, strict=True):
        name = sheet.name.encode("utf-16-le")
        parts.append(_record(0x0085, struct.pack("<IHBB", offset, 0, len(name) // 2, 1) + name))
    parts.extend(_shared(texts))
    parts.append(_record(0x000A))
    return b"".join(parts)


def _shared(texts: dict[str, int]) -> Iterator[bytes]:
    """The table of texts, cut into records; a text that is cut goes on behind a mark that says how it is written."""
    kind, data = 0x00FC, bytearray(struct.pack("<II", len(texts), len(texts)))
    for text in texts:
        raw = text.encode("utf-16-le")
        if len(data) + 5 > _MAX_RECORD:
            yield _record(kind, bytes(data))
            kind, data = 0x003C, bytearray()
        data += struct.pack("<HB", len(raw) // 2, 1)
        while raw:
            room = (_MAX_RECORD - len(data)) // 2 * 2
            data += raw[:room]
            raw = raw[room:]
            if raw:
                yield _record(kind, bytes(data))
                kind, data = 0x003C, bytearray(b"\x01")
    yield _record(kind, bytes(data))


def _sheet(sheet: Sheet, texts: dict[str, int]) -> bytes:
    last = max((number for number, _ in sheet.rows), default=0)
    width = max((len(cells) for _, cells in sheet.rows), default=0)
    parts = [_begin(0x0010), _record(0x0200, struct.pack("<IIHHH", 0, last, 0, width, 0))]
    for number, cells in sheet.rows:
        parts += [
            _record(0x00FD, struct.pack("<HHHI", number - 1, at, _STYLE_FORMATS, texts[cell]))
            for at, cell in enumerate(cells)
            if cell
        ]
    parts.append(_record(0x023E, struct.pack("<HHHIHHI", 0x06B6, 0, 0, 0x40, 0, 0, 0)))
    return b"".join([*parts, _record(0x000A)])


def _compound(stream: bytes) -> bytes:
    """A compound file with the one stream “Workbook”. Streams below 4,096 bytes would have to stand elsewhere."""
    stream = stream.ljust(max(4_096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    length = len(stream) // _SECTOR
    tables = 1
    while tables * 128 < tables + 1 + length:
        tables += 1
    if tables > 109:  # where the header has no more room for their numbers: 7 MB of texts
        raise TooWide("texts")
    chain = [_IS_TABLE] * tables + [_END] + [tables + 2 + at for at in range(length - 1)] + [_END]
    chain += [_FREE] * (tables * 128 - len(chain))
    folder = _entry("Root Entry", kind=5, child=1, start=_END, size=0)
    folder += _entry("Workbook", kind=2, child=_FREE, start=tables + 1, size=len(stream))
    folder += _entry("", kind=0, child=_FREE, start=0, size=0) * 2
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4_096, _END, 0, _END, 0)
    numbers = [*range(tables), *([_FREE] * (109 - tables))]
    return head + struct.pack("<109I", *numbers) + struct.pack(f"<{len(chain)}I", *chain) + folder + stream


def _entry(name: str, *, kind: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    counted = len(raw) + 2 if raw else 0
    rest = struct.pack(
        "<HBBIII16sIQQIQ", counted, kind, 1, _FREE, _FREE, child, bytes(16), 0, 0, 0, start, size
    )
    return raw.ljust(64, b"\0") + rest
