"""Home of what a file may be: told by its first bytes, and freed of what a camera writes about the photographer.

Pictures are never decoded. JPEG, PNG and WebP are lists of labelled pieces; those that hold place, time, device or
remarks are left out, the picture itself stays bit for bit.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
BY_MEDIA = {"image": (JPEG, PNG, WEBP), "document": (PDF,), "any": (JPEG, PNG, WEBP, PDF)}
SUFFIXES = {JPEG: "jpg", PNG: "png", WEBP: "webp", PDF: "pdf"}
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# What a reader needs for the right picture; texts, times and EXIF are not among it.
_PNG_KEPT = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"sBIT",
        b"pHYs",
        b"bKGD",
    }
)
_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0x08 | 0x04  # "there is EXIF", "there is XMP"
# Markers of JPEG: JFIF (APP0), colour profile (APP2) and Adobe's colour transform (APP14) say how to paint.
_JPEG_KEPT_APPS = frozenset({0xE0, 0xE2, 0xEE})
_JPEG_COMMENT, _JPEG_SCAN, _JPEG_EXIF = 0xFE, 0xDA, 0xE1
_ORIENTATION = 0x0112


class BrokenFile(ValueError):
    """The file does not hold together as what its first bytes say it is."""


def kind_of(content: bytes) -> str | None:
    """The media type by the first bytes, or None for anything that is not taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(_PNG_HEAD):
        return PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    return PDF if content.startswith(b"%PDF-") else None


def without_traces(content: bytes, media_type: str) -> bytes:
    """The file without what it says about place, time and device; a PDF stays as it is. Raises BrokenFile."""
    clean = _CLEANERS.get(media_type)
    if clean is None:
        return content
    try:
        return clean(content)
    except (struct.error, IndexError) as error:
        raise BrokenFile("it ends in the middle") from error


def _jpeg(content: bytes) -> bytes:
    kept = [content[:2]]
    at = 2
    turned: int | None = None
    while True:
        if content[at] != 0xFF:
            raise BrokenFile("no marker where one must stand")
        marker = content[at + 1]
        if marker == 0xFF:  # fill bytes may stand before a marker
            at += 1
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise BrokenFile("a piece is longer than the file")
        if marker == _JPEG_SCAN:
            break
        if marker == _JPEG_EXIF and turned is None:
            turned = _orientation(content[at + 4 : end])
        is_app = 0xE0 <= marker <= 0xEF
        if (is_app and marker in _JPEG_KEPT_APPS) or (not is_app and marker != _JPEG_COMMENT):
            kept.append(content[at:end])
        at = end
    # Which way up it is held is no trace, and without it half of all photos lie on their side.
    if turned is not None:
        kept.insert(1, _exif(turned))
    # What stands behind the end (a preview, a film) may hold traces of its own, and is left out.
    return b"".join(kept) + content[at : _end_of_scans(content, at)]


def _end_of_scans(content: bytes, at: int) -> int:
    """Behind the end marker: scans hold bytes in which 0xFF is followed by 0x00 or a restart marker only."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise BrokenFile("no end")
        marker = content[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker == 0x00 or 0xD0 <= marker <= 0xD7 or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(
            ">H", content, at + 2
        )  # tables or the next scan of a progressive picture
        at += 2 + length


def _orientation(exif: bytes) -> int | None:
    """Which of the eight ways the picture is turned, where EXIF says so."""
    if not exif.startswith(b"Exif\x00\x00"):
        return None
    tiff = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        (first,) = struct.unpack_from(f"{order}L", tiff, 4)
        (n,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(min(n, 200)):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHLH", tiff, first + 2 + 12 * number)
            if tag == _ORIENTATION and 1 < value <= 8:
                return int(value)
    except struct.error:
        return None
    return None


def _exif(orientation: int) -> bytes:
    """An EXIF piece that says which way up the picture is, and nothing else."""
    entry = struct.pack(">HHLHH", _ORIENTATION, 3, 1, orientation, 0)
    body = b"Exif\x00\x00MM\x00\x2a" + struct.pack(">LH", 8, 1) + entry + struct.pack(">L", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> bytes:
    kept = [content[:8]]
    at = 8
    while True:
        length, name = struct.unpack_from(">L4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise BrokenFile("a piece is longer than the file")
        if name in _PNG_KEPT:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _webp(content: bytes) -> bytes:
    kept = []
    (size,) = struct.unpack_from("<L", content, 4)
    at, stop = 12, min(len(content), 8 + size)
    while at + 8 <= stop:
        name, length = struct.unpack_from("<4sL", content, at)
        end = at + 8 + length + length % 2
        if at + 8 + length > stop:
            raise BrokenFile("a piece is longer than the file")
        piece = content[at:end]
        if name == b"VP8X":
            piece = piece[:8] + bytes((piece[8] & ~_WEBP_FLAGS,)) + piece[9:]
        if name not in _WEBP_DROPPED:
            kept.append(piece)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<L", len(body)) + body


_CLEANERS: dict[str, Callable[[bytes], bytes]] = {JPEG: _jpeg, PNG: _png, WEBP: _webp}
