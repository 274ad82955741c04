"""Home of the steps that SPSS and Stata files share: a frame for the writer, remarks, the clock taken out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from analysis.export.columns import Columns, Remark, Texts
from analysis.export.errors import ExportError
from analysis.export.names import cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """What a file could not hold, gathered while it is prepared."""

    format: str
    found: list[Remark] = field(default_factory=list)

    def add(self, code: str, **context: object) -> None:
        """Note one thing."""
        self.found.append(Remark(code=code, context={"format": self.format, **context}))

    def renamed(self, names: Iterable[tuple[str, str]]) -> None:
        """Note every column whose name changed."""
        for variable, name in names:
            if variable != name:
                self.add("renamed", variable=variable, name=name)


def writer(kind: str) -> Any:  # Any: pyreadstat carries no types for its writers
    """The package that writes the files.

    Raises
    ------
    ExportError
        `missing_extra`, where it is not installed.
    """
    try:
        import pyreadstat
    except ImportError as problem:
        raise ExportError("missing_extra", kind=kind, package="pyreadstat", extra="statfiles") from problem
    return pyreadstat


def shortened(texts: Texts, *, longest: int, variable: str, remarks: Remarks) -> Texts:
    """The texts cut at the format's limit, with a remark if any was longer."""
    fitting = [cut(one, longest) for one in texts]
    n = sum(short != one for short, one in zip(fitting, texts, strict=True))
    if n:
        remarks.add("text_cut", variable=variable, n=n, limit=longest)
    return np.array(fitting, dtype=np.object_)


def frame(columns: Columns, names: dict[str, str]) -> Any:  # Any: a pandas frame, imported late
    """The columns under their names in the file."""
    import pandas as pd

    return pd.DataFrame({names[name]: column for name, column in columns.items()}, copy=False)


def without_clock(path: Path, *, begin: int, fixed: bytes) -> None:
    """Put `fixed` over the time of writing, so that equal data give equal bytes."""
    with path.open("r+b") as stream:
        stream.seek(begin)
        stream.write(fixed)
