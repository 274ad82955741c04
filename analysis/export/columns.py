"""Home of the table on its way out: columns as numbers or as text, checked before any file is begun."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis._types import FloatArray
from analysis.export.errors import REMARKS, ExportError

Texts = NDArray[np.object_]
Columns = dict[str, FloatArray | Texts]
LARGEST = 8.9e307
"""Numbers beyond this mean "missing" or "highest" in the files of statistics programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that the file could not hold as it was."""

    code: str
    context: Mapping[str, object]

    def message(self, language: str = "en") -> str:
        """The sentence in a language, "zh" or "en"."""
        return REMARKS[self.code].fill("zh" if language == "zh" else "en", self.context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A written file: the name of each column in it, and what it could not hold."""

    names: Mapping[str, str]
    status: tuple[Remark, ...] = ()


def checked(data: Mapping[str, ArrayLike]) -> Columns:
    """The columns as (n,) float64 with nan for missing, or as (n,) text with "" for missing.

    Raises
    ------
    ExportError
        `no_columns`, `lengths_differ`, `infinite`, `bad_text`: each names column and row.
    """
    if not data:
        raise ExportError("no_columns")
    columns: Columns = {}
    length: int | None = None
    for name, values in data.items():
        column = _column(name, _array(values))
        length = len(column) if length is None else length
        if column.ndim != 1 or len(column) != length:
            raise ExportError("lengths_differ", column=name, actual=len(column), expected=length)
        columns[name] = column
    return columns


def _array(values: ArrayLike) -> NDArray[np.generic]:
    """An array as it is; a list of texts as objects, since an array of texts forgets NUL characters."""
    if isinstance(values, np.ndarray):
        return values
    found = np.asarray(values)
    return found if found.dtype.kind in "biuf" else np.array(values, dtype=np.object_)


def _column(name: str, values: NDArray[np.generic]) -> FloatArray | Texts:
    if values.dtype.kind in "biuf":
        numbers = values.astype(np.float64)
        bad = np.flatnonzero(np.abs(numbers) > LARGEST)
        if bad.size:
            raise ExportError("infinite", column=name, row=int(bad[0]) + 1)
        return numbers
    texts = np.array(["" if one is None or one != one else str(one) for one in values], dtype=object)
    for row, text in enumerate(texts):
        if "\x00" in text or (not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text)):
            raise ExportError("bad_text", column=name, row=row + 1)
    return texts


def is_number(column: FloatArray | Texts) -> TypeGuard[FloatArray]:
    """Whether a column holds numbers."""
    return column.dtype.kind == "f"


def is_text(column: FloatArray | Texts) -> TypeGuard[Texts]:
    """Whether a column holds texts."""
    return not is_number(column)


def number_of(code: str) -> float | None:
    """A code as a number, None where it is none."""
    try:
        value = float(code)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
