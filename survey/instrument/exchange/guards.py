"""Looks at a hostile file before anything parses it: what it is, and whether it stays within limits."""

from __future__ import annotations

import io
import zipfile
from typing import Any, Literal
from xml.parsers import expat

from survey.instrument.problems import Problem, Where, shorten

MAX_BYTES = 20 * 2**20
MAX_UNPACKED = 50 * 2**20
MAX_MEMBERS = 2_000
MAX_RATIO = 200
MAX_XML_DEPTH, MAX_XML_NODES = 64, 3_000_000
# Below this size a small file may be packed as tightly as it likes: blank rows of a spreadsheet are.
_RATIO_FROM = 4 * 2**20
_CHUNK = 2**16

FileFormat = Literal["xlsx", "xls", "csv", "limesurvey", "qsf", "yaml"]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_WITHOUT_OLE = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", _OLE)


class Refusal(Exception):
    """The file is refused as a whole; ``problem`` says why."""

    def __init__(self, code: str, where: Where | None = None, **context: object) -> None:
        super().__init__(code)
        shown = {name: value if isinstance(value, int) else shorten(value) for name, value in context.items()}
        self.problem = Problem(code=code, where=where or Where(), context=shown)


def file_format(raw: bytes) -> FileFormat:
    """What a file is, by its content alone. Raises Refusal for what cannot be imported."""
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Refusal("file_empty")
    if len(raw) > MAX_BYTES:
        raise Refusal("file_too_large", size=len(raw), limit=MAX_BYTES)
    if raw.startswith(b"PK"):
        return _archive_format(raw)
    if raw.startswith(_OLE):
        return _ole_format(raw)
    if raw[:2] in _BIFF_WITHOUT_OLE and b"\x00" in raw[:8]:
        return "xls"
    return _text_format(raw)


def _archive_format(raw: bytes) -> FileFormat:
    names = check_archive(raw)
    if "xl/workbook.xml" in names or any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        raise Refusal("file_other_office", kind="OpenDocument (.ods, .odt)")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Refusal("file_other_office", kind="Word / PowerPoint")
    if "xl/workbook.bin" in names:
        raise Refusal("file_other_office", kind="Excel Binary (.xlsb)")
    raise Refusal("file_format")


def _ole_format(raw: bytes) -> FileFormat:
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise Refusal("file_password")
    if "WordDocument".encode("utf-16-le") in raw or "PowerPoint Document".encode("utf-16-le") in raw:
        raise Refusal("file_other_office", kind="Word / PowerPoint")
    return "xls"


def _text_format(raw: bytes) -> FileFormat:
    head = decode(raw[: 2**16], whole=len(raw) <= 2**16).lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        if "LimeSurveyDocType" in head or "<document" in head:
            return "limesurvey"
        if "<Workbook" in head and "schemas-microsoft-com" in head:
            raise Refusal("file_other_office", kind="XML Spreadsheet 2003")
        raise Refusal("file_format")
    if head.startswith("{"):
        return "qsf" if '"SurveyEntry"' in head or '"SurveyElements"' in head else "yaml"
    first = next((line for line in head.split("\n") if line.strip()), "")
    if _looks_like_yaml(head):
        return "yaml"
    if any(mark in first for mark in ",;\t") or first.strip().strip('"').lower() == "survey":
        return "csv"
    raise Refusal("file_format")


def _looks_like_yaml(head: str) -> bool:
    """Whether the keys that every instrument document begins with stand at the beginning of lines."""
    keys = {line.split(":", 1)[0].strip("'\" ") for line in head.split("\n") if ":" in line[:64]}
    return len(keys & {"schema", "id", "title", "languages", "sections"}) >= 2


def decode(raw: bytes, *, whole: bool = True) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030. Raises Refusal."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(raw, "utf-16", whole=whole)
    if b"\x00" in raw:
        raise Refusal("file_format")
    try:
        return _decoded(raw, "utf-8-sig", whole=whole)
    except Refusal:
        return _decoded(raw, "gb18030", whole=whole)


def _decoded(raw: bytes, encoding: str, *, whole: bool) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as exc:
        if not whole and exc.start > len(raw) - 8:  # a character cut in two where the piece ends
            return raw[: exc.start].decode(encoding)
        raise Refusal("file_encoding") from exc


def check_archive(raw: bytes) -> frozenset[str]:
    """The names of the members of an archive that is fit to be opened. Raises Refusal.

    Sizes are counted while unpacking, because the sizes that an archive declares may be lies.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _checked(archive, len(raw))
    except Refusal:
        raise
    except Exception as exc:  # whatever a broken archive makes the library raise
        raise Refusal("file_broken", detail=type(exc).__name__) from exc


def _checked(archive: zipfile.ZipFile, packed: int) -> frozenset[str]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise Refusal("file_members", count=len(members), limit=MAX_MEMBERS)
    names: set[str] = set()
    for member in members:
        _check_member(member, names)
        names.add(member.filename)
    too_much = Refusal("file_unpacked", limit=MAX_UNPACKED, ratio=MAX_RATIO)
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise too_much
    unpacked = 0
    for member in members:
        for chunk in _unpacked(archive, member):
            unpacked += len(chunk)
            if unpacked > MAX_UNPACKED or (unpacked > _RATIO_FROM and unpacked > packed * MAX_RATIO):
                raise too_much
    return frozenset(names)


def _check_member(member: zipfile.ZipInfo, names: set[str]) -> None:
    name = member.filename
    parts = name.replace("\\", "/").split("/")
    link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if (
        name in names
        or link
        or name.startswith(("/", "\\"))
        or ".." in parts
        or ":" in name
        or "\x00" in name
    ):
        raise Refusal("file_member_name", name=name)
    if member.flag_bits & 1:
        raise Refusal("file_password")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:  # Any: a generator of chunks
    """The content of one member, piece by piece; XML is looked through, archives within are refused."""
    watcher = XmlWatcher() if member.filename.endswith((".xml", ".rels", ".vml")) else None
    first = True
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            if first and chunk.startswith(_ARCHIVES) and not member.filename.endswith("vbaProject.bin"):
                raise Refusal("file_nested", name=member.filename)
            first = False
            if watcher:
                watcher.feed(chunk)
            yield chunk


class XmlWatcher:
    """Reads XML without keeping it: no DOCTYPE, no entities, bounded depth and number of nodes."""

    def __init__(self) -> None:
        self._depth = self._nodes = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._parser.ExternalEntityRefHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Look at the next piece. Raises Refusal."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as exc:
            raise Refusal("file_broken", detail=f"XML {exc.lineno}:{exc.offset}") from exc

    def _doctype(self, *_: object) -> int:
        raise Refusal("file_doctype")

    def _start(self, *_: object) -> None:
        self._depth += 1
        self._nodes += 1
        if self._depth > MAX_XML_DEPTH or self._nodes > MAX_XML_NODES:
            raise Refusal("file_too_deep", limit=MAX_XML_DEPTH, nodes=MAX_XML_NODES)

    def _end(self, *_: object) -> None:
        self._depth -= 1
