"""Home of writing results: canonical JSON, CSV that is safe to open, and a folder that appears whole or not at all."""

import csv
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import rfc8785

from analysis.errors import PlanError

MANIFEST = "manifest.json"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def canonical_json(document: object) -> bytes:
    """RFC 8785 bytes of a document, ended by a newline; equal documents give equal bytes."""
    return rfc8785.dumps(document) + b"\n"  # type: ignore[arg-type]  # its own recursive JSON type


def csv_bytes(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    """A CSV of these columns; empty where a row has none. Texts that a spreadsheet would run get a quote."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return stream.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return repr(value)


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    """Write all files into a new folder beside `out`, then put it in the place of `out`.

    An earlier result of the same command is replaced; anything else that stands there is left alone.

    Raises
    ------
    PlanError
        If `out` exists and is no folder with a manifest, or cannot be written.
    """
    out = out.absolute()
    if out.exists() and not (out / MANIFEST).is_file():
        raise PlanError("output_exists", path=str(out))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        try:
            _replace(out, files, workshop=workshop)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    except OSError as problem:
        raise PlanError("output_unwritable", path=str(out), reason=problem.strerror) from problem


def _replace(out: Path, files: Mapping[str, bytes], *, workshop: Path) -> None:
    fresh, earlier = workshop / "new", workshop / "old"
    fresh.mkdir()
    for name, content in files.items():
        (fresh / name).write_bytes(content)
    if out.exists():
        out.rename(earlier)
    try:
        fresh.rename(out)
    except OSError:
        if earlier.exists():
            earlier.rename(out)
        raise
