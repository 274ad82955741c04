"""Home of SPSS files: labels of variables and values, user-missing codes, level of measurement."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.export import _labelled
from analysis.export._labelled import Remarks
from analysis.export.codebook import Codebook, Variable
from analysis.export.columns import Columns, Texts, Written, checked, is_number, is_text, number_of
from analysis.export.names import SPSS, cut, lawful_names, one_line

LABEL, VALUE_LABEL, TITLE, TEXT, SHORT_TEXT = 255, 120, 64, 32767, 8  # bytes that the format holds
_CLOCK_AT, _CLOCK = 92, b"01 Jan 7000:00:00"  # creation date and time in the file header
_MISSING = 3  # separate missing codes of a variable; or one range and one code


def write_sav(
    data: Mapping[str, ArrayLike], path: Path, *, codebook: Codebook | None = None, compress: bool = False
) -> Written:
    """Write a .sav file (`compress`: .zsav) in UTF-8; equal data give equal bytes.

    More than three missing codes become a range and a code where no value lies between them; what finds no room
    becomes system-missing. What a .sav cannot hold (the weight, sets of multiple answers, labels over 255
    bytes) is in the syntax file, see `spss_syntax`.

    Parameters
    ----------
    data : column -> (n,) numbers with nan, or texts with "" for missing.
    codebook : what the columns mean; None writes bare columns.

    Returns
    -------
    Written: names in the file and, as status, everything that the file could not hold as it was.

    Raises
    ------
    ExportError
        Column and row that cannot be written; `missing_extra` without pyreadstat.

    References
    ----------
    GNU PSPP developers' guide, appendix "System File Format".
    """
    columns, remarks = checked(data), Remarks(format="SPSS")
    book = (codebook or Codebook()).complete(columns)
    names = lawful_names(columns, SPSS)
    remarks.renamed(names.items())
    parts = _parts(columns, book=book, names=names, remarks=remarks)
    _labelled.writer(".sav").write_sav(
        _labelled.frame(parts["columns"], names),
        str(path),
        file_label=cut(one_line(book.title), TITLE),
        compress=compress,
        row_compress=not compress,
        column_labels=parts["labels"],
        variable_value_labels=parts["values"],
        missing_ranges=parts["missing"],
        variable_measure={names[one.name]: one.measure.value for one in book.variables},
    )
    _labelled.without_clock(path, begin=_CLOCK_AT, fixed=_CLOCK)
    return Written(names=names, status=tuple(remarks.found))


def _parts(
    columns: Columns, *, book: Codebook, names: Mapping[str, str], remarks: Remarks
) -> dict[str, Any]:  # Any: the shapes that the writer wants
    """What the writer needs, by name in the file."""
    parts: dict[str, Any] = {"columns": {}, "labels": {}, "values": {}, "missing": {}}
    for variable in book.variables:
        name, column = names[variable.name], columns[variable.name]
        label = one_line(variable.label)
        if cut(label, LABEL) != label:
            remarks.add("label_cut", variable=variable.name)
        parts["labels"][name] = cut(label, LABEL)
        ranges: list[Any] = []
        if is_number(column):
            ranges, column = missing_of_numbers(variable, column, remarks=remarks)
        elif is_text(column):
            ranges, column = missing_of_texts(variable, column, remarks=remarks)
            if ranges and widest(column) > SHORT_TEXT:  # PSPP cannot read how the writer would say it
                remarks.add("missing_in_syntax", variable=variable.name)
                ranges = []
            column = _labelled.shortened(column, longest=TEXT, variable=variable.name, remarks=remarks)
        if ranges:
            parts["missing"][name] = ranges
        labels = value_labels(variable, column, remarks=remarks)
        if labels:
            parts["values"][name] = labels
        parts["columns"][variable.name] = column
    return parts


def value_labels(
    variable: Variable, column: FloatArray | Texts, *, remarks: Remarks
) -> dict[float | str, str]:
    """Code -> label in at most 120 bytes; numbers for a column of numbers."""
    found: dict[float | str, str] = {}
    room = widest(column) if is_text(column) else 0
    for code, label in variable.values.items():
        text, number = cut(one_line(label), VALUE_LABEL), number_of(code)
        if not text:
            continue
        if is_number(column) and number is not None:
            found.setdefault(number, text)
        elif not is_number(column) and code and len(code.encode()) <= room:
            found[code] = text
        else:
            remarks.add("value_label_dropped", variable=variable.name, value=code)
    return found


def widest(column: Texts) -> int:
    """Bytes of the longest text."""
    return max((len(one.encode()) for one in column), default=0)


def missing_of_numbers(
    variable: Variable, column: FloatArray, *, remarks: Remarks
) -> tuple[list[Any], FloatArray]:  # Any: a number or the writer's {"lo", "hi"}
    """The declaration of the missing codes, and the column with what found no room made system-missing."""
    codes = sorted({number for code in variable.missing if (number := number_of(code)) is not None})
    for code in variable.missing:
        if number_of(code) is None and code.strip():
            remarks.add("missing_dropped", variable=variable.name, value=code)
    if len(codes) <= _MISSING:
        return list(codes), column
    labelled = [number for code in variable.values if (number := number_of(code)) is not None]
    used = np.setdiff1d(np.append(column[np.isfinite(column)], labelled), codes)
    low, high = max(_ranges(codes, used), key=lambda span: _worth(codes, span))
    rest = [code for code in codes if not low <= code <= high]
    declared: list[Any] = [{"lo": low, "hi": high}, *rest[:1]]
    for number in rest[1:]:
        remarks.add("missing_dropped", variable=variable.name, value=f"{number:g}")
    return declared, np.where(np.isin(column, rest[1:]), np.nan, column)


def _ranges(codes: list[float], used: FloatArray) -> list[tuple[float, float]]:
    """Every span from one code to another that holds no value."""
    return [
        (low, high)
        for place, low in enumerate(codes)
        for high in codes[place:]
        if not np.any((used >= low) & (used <= high))
    ]


def _worth(codes: list[float], span: tuple[float, float]) -> tuple[int, float]:
    """More codes first, as far as one code beside the range does not serve them; then the narrower range."""
    covered = sum(span[0] <= code <= span[1] for code in codes)
    return min(covered, len(codes) - 1), span[0] - span[1]


def missing_of_texts(
    variable: Variable, column: Texts, *, remarks: Remarks
) -> tuple[list[Any], Texts]:  # Any: see above
    """At most three codes of eight bytes, and the column with the cells of others made empty."""
    room = max(widest(column), 1)  # a longer code occurs nowhere and cannot be declared
    codes = [code for code in dict.fromkeys(variable.missing) if code.strip() and len(code.encode()) <= room]
    fit = [code for code in codes if len(code.encode()) <= SHORT_TEXT][:_MISSING]
    rest = [code for code in codes if code not in fit]
    for code in rest:
        remarks.add("missing_dropped", variable=variable.name, value=code)
    emptied = np.array(["" if one in rest else one for one in column], dtype=object) if rest else column
    return list(fit), emptied
