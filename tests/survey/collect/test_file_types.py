"""Files are told by their content, and photos lose what they say about place, time and device."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from survey.collect import file_types
from survey.collect.file_types import BrokenFile, kind_of, without_traces

SECRET = b"Photographer 13800138000"
_GPS, _TAKEN, _ORIENTATION, _MAKER = 0x8825, 0x0132, 0x0112, 0x010F


def _picture(form: str, *, orientation: int | None = 6) -> bytes:
    """A picture of a camera: place, time, maker, a remark, and which way up it is."""
    image = Image.radial_gradient("L").convert("RGB").resize((61, 40))
    exif = Image.Exif()
    exif[_MAKER] = SECRET.decode()
    exif[_TAKEN] = "2026:11:21 08:30:00"
    if orientation:
        exif[_ORIENTATION] = orientation
    exif.get_ifd(_GPS)[1] = "N"
    target = io.BytesIO()
    more = {"comment": SECRET} if form == "JPEG" else {"xmp": SECRET} if form == "WEBP" else {}
    image.save(target, form, exif=exif, **more)
    return target.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_keeps_its_pixels_and_loses_its_traces(form: str) -> None:
    raw = _picture(form)
    assert SECRET in raw
    kind = kind_of(raw)
    assert kind == f"image/{form.lower()}"
    clean = without_traces(raw, kind)
    assert SECRET not in clean
    assert b"2026:11:21" not in clean
    before, after = Image.open(io.BytesIO(raw)), Image.open(io.BytesIO(clean))
    assert after.tobytes() == before.tobytes()
    assert dict(after.getexif().get_ifd(_GPS)) == {}


def test_a_photo_still_stands_the_right_way_up() -> None:
    clean = without_traces(_picture("JPEG", orientation=6), file_types.JPEG)
    assert dict(Image.open(io.BytesIO(clean)).getexif()) == {_ORIENTATION: 6}
    straight = without_traces(_picture("JPEG", orientation=None), file_types.JPEG)
    assert dict(Image.open(io.BytesIO(straight)).getexif()) == {}


def test_what_stands_behind_a_photo_is_cut_off() -> None:
    hidden = _picture("JPEG") + b"\xff\xd8" + SECRET + b"\xff\xd9"
    assert SECRET not in without_traces(hidden, file_types.JPEG)
    behind = _picture("PNG") + SECRET
    assert SECRET not in without_traces(behind, file_types.PNG)


def test_a_progressive_photo_comes_through() -> None:
    target = io.BytesIO()
    Image.radial_gradient("L").save(target, "JPEG", progressive=True, restart_marker_blocks=4)
    clean = without_traces(target.getvalue(), file_types.JPEG)
    assert Image.open(io.BytesIO(clean)).tobytes() == Image.open(target).tobytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90",
        b"<!doctype html>",
        b"PK\x03\x04",
    ],
)
def test_everything_else_is_nothing_that_is_taken(content: bytes) -> None:
    assert kind_of(content) is None


def test_every_cut_and_every_changed_byte_is_refused_or_read_and_never_breaks() -> None:
    for form, kind in (("JPEG", file_types.JPEG), ("PNG", file_types.PNG), ("WEBP", file_types.WEBP)):
        whole = _picture(form)
        cuts = [whole[:n] for n in range(4, len(whole), 7)]
        changed = [whole[:n] + b"\xff" + whole[n + 1 :] for n in range(4, min(len(whole), 900), 5)]
        for content in (*cuts, *changed):
            try:
                without_traces(content, kind)
            except BrokenFile:
                continue


def test_lengths_that_lie_are_refused() -> None:
    with pytest.raises(BrokenFile):
        without_traces(b"\xff\xd8\xff\xe1" + struct.pack(">H", 60_000) + b"x", file_types.JPEG)
    with pytest.raises(BrokenFile):
        without_traces(b"\x89PNG\r\n\x1a\n" + struct.pack(">L4s", 2**31, b"IDAT") + b"x" * 20, file_types.PNG)
