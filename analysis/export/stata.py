"""Home of Stata files: labels of variables and values, extended missing values .a to .z, names in Unicode."""

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.export import _labelled
from analysis.export._labelled import Remarks
from analysis.export.codebook import Codebook, Variable
from analysis.export.columns import Columns, Written, checked, is_number, is_text, number_of
from analysis.export.names import STATA, lawful_names, one_line

LABEL, VALUE_LABEL, TITLE = 80, 8000, 80  # characters; a value label holds 32,000 bytes
TEXT = 2_000_000  # bytes of a long text (strL)
_CLOCK, _MARK = b"01 Jan 1970 00:00", b"<timestamp>\x11"


def write_dta(data: Mapping[str, ArrayLike], path: Path, *, codebook: Codebook | None = None) -> Written:
    """Write a .dta file of Stata 14 and later (format 118); equal data give equal bytes.

    A missing code of a column of numbers becomes .a, .b, … in the order of the codebook and keeps its label;
    only whole numbers can carry labels. Texts have no missing codes in Stata and stay texts.

    Parameters, Returns, Raises
    ---------------------------
    As `write_sav`.
    """
    columns, remarks = checked(data), Remarks(format="Stata")
    book = (codebook or Codebook()).complete(columns)
    names = lawful_names(columns, STATA)
    remarks.renamed(names.items())
    parts = _parts(columns, book=book, names=names, remarks=remarks)
    _labelled.writer(".dta").write_dta(
        _labelled.frame(parts["columns"], names),
        str(path),
        file_label=one_line(book.title)[:TITLE],
        column_labels=parts["labels"],
        variable_value_labels=parts["values"],
        missing_user_values=parts["missing"],
        version=15,
    )
    with path.open("rb") as stream:
        head = stream.read(4096)
    _labelled.without_clock(path, begin=head.index(_MARK) + len(_MARK), fixed=_CLOCK)
    return Written(names=names, status=tuple(remarks.found))


def _parts(
    columns: Columns, *, book: Codebook, names: Mapping[str, str], remarks: Remarks
) -> dict[str, Any]:  # Any: the shapes that the writer wants
    parts: dict[str, Any] = {"columns": {}, "labels": {}, "values": {}, "missing": {}}
    for variable in book.variables:
        name, column = names[variable.name], columns[variable.name]
        label = one_line(variable.label)
        if len(label) > LABEL:
            remarks.add("label_cut", variable=variable.name)
        parts["labels"][name] = label[:LABEL] or None
        if is_text(column):
            short = _labelled.shortened(column, longest=TEXT, variable=variable.name, remarks=remarks)
            parts["columns"][variable.name] = short
            for code in variable.values:
                remarks.add("value_label_dropped", variable=variable.name, value=code)
        elif is_number(column):
            letters = _letters(variable, remarks=remarks)
            labels = _value_labels(variable, letters, remarks=remarks)
            parts["missing"] |= {name: sorted(letters.values())} if letters else {}
            parts["values"] |= {name: labels} if labels else {}
            parts["columns"][variable.name] = _with_letters(column, letters)
    return parts


def _letters(variable: Variable, *, remarks: Remarks) -> dict[float, str]:
    """Missing code -> letter."""
    letters: dict[float, str] = {}
    for code in variable.missing:
        number = number_of(code)
        if number is None or (number not in letters and len(letters) == len(string.ascii_lowercase)):
            remarks.add("missing_dropped", variable=variable.name, value=code)
        elif number not in letters:
            letters[number] = string.ascii_lowercase[len(letters)]
    return letters


def _value_labels(
    variable: Variable, letters: Mapping[float, str], *, remarks: Remarks
) -> dict[int | str, str]:
    found: dict[int | str, str] = {}
    for code, label in variable.values.items():
        number, text = number_of(code), one_line(label)[:VALUE_LABEL]
        if not text:
            continue
        if number is not None and number in letters:
            found.setdefault(letters[number], text)
        elif number is not None and number.is_integer() and abs(number) < 2**31 - 100:
            found.setdefault(int(number), text)
        else:
            remarks.add("value_label_dropped", variable=variable.name, value=code)
    return found


def _with_letters(
    column: FloatArray, letters: Mapping[float, str]
) -> Any:  # Any: numbers, or objects with letters
    if not letters or not np.isin(column, list(letters)).any():
        return column
    return np.array([letters.get(value, value) for value in column.tolist()], dtype=object)
