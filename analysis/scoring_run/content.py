"""Home of the digest of a frozen table: over its typed, ordered content, not over the bytes of the Parquet file.

Those carry the version of the program that wrote them, and differ where the content does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.scoring_run.errors import RunRefused

_FETCH = 5000


def header(columns: Mapping[str, str]) -> bytes:
    """What the digest begins with: names and types of the columns in their order."""
    return json.dumps(dict(columns), sort_keys=False).encode() + b"\n"


def line(cells: Iterable[Any]) -> bytes:
    """One row as CSV. NULL is nothing at all and text is always quoted: no text can be taken for NULL.

    Any: cells are texts, integers, floats, dates or None.
    """
    return (",".join([_cell(cell) for cell in cells]) + "\n").encode()


def content_digest(path: Path) -> tuple[int, str]:
    """Number of rows and digest of a Parquet file, taken anew. Raises OSError where it cannot be read."""
    import duckdb

    digest, n_rows = hashlib.sha256(), 0
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        try:
            table = connection.from_parquet(str(path))
            columns = dict(zip(table.columns, map(str, table.types), strict=True))
            digest.update(header(columns))
            digest.update(line(columns))
            connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            while rows := connection.fetchmany(_FETCH):
                n_rows += len(rows)
                digest.update(b"".join([line(row) for row in rows]))
        except duckdb.Error as error:
            raise OSError(f"{path.name}: {error}") from error
    return n_rows, digest.hexdigest()


def changed_files(folder: Path, files: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Names of the tables that are not what the manifest of the dataset says, and of those it does not name.

    Any: ``{"rows": int, "sha256": str}`` by file, as in the manifest.
    """
    found = {str(path.relative_to(folder)) for path in folder.rglob("*.parquet")}
    return sorted(found - files.keys()) + [
        name for name, stated in sorted(files.items()) if not _is_as_stated(folder / name, stated)
    ]


def refuse_changed(folder: Path, files: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise RunRefused where a table of the dataset is not the one that was frozen."""
    if changed := changed_files(folder, files):
        raise RunRefused("dataset_changed", file=changed[0])


def _is_as_stated(path: Path, stated: Mapping[str, Any]) -> bool:
    try:
        return content_digest(path) == (stated["rows"], stated["sha256"])
    except OSError:
        return False


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value) if isinstance(value, float) else str(value)
