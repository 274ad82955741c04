"""Home of the variables of a model: an intercept, numbers as they are, labels against their first level."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis._types import FloatArray
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.weighting.errors import StepError
from analysis.weighting.tables import table_of
from analysis.weighting.variables import Variables, variables

Levels = Mapping[str, tuple[str, ...]]
"""Sorted labels of every column of labels."""


def levels_of(
    columns: Columns, names: Sequence[str], *, categories: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The labels that occur, sorted; a column of numbers has none unless `categories` names it."""
    found = {}
    for name in names:
        if name in categories or is_text(columns, name):
            found[name] = tuple(str(label) for label in np.unique(columns.labels(name)) if label != "")
    return found


def model_variables(columns: Columns, names: Sequence[str], *, levels: Levels | None = None) -> Variables:
    """Variables of a regression from columns: `(Intercept)`, numbers, and `age30-44` for label 30-44 of age.

    Parameters
    ----------
    names : columns; those that hold labels become one 0/1 variable for every level but the first.
    levels : of the columns of labels; by default those that occur. A label outside them counts as missing.
    """
    if not names:
        raise StepError("no_variables")
    known = levels_of(columns, names) if levels is None else levels
    blocks: list[FloatArray] = []
    titles = ["(Intercept)"]
    for name in names:
        if name in known:
            labels = columns.labels(name)
            block = np.column_stack([labels == level for level in known[name]]).astype(np.float64)
            block[~np.isin(labels, known[name])] = np.nan
            blocks.append(block[:, 1:])
            titles += [f"{name}{level}" for level in known[name][1:]]
        else:
            blocks.append(columns.numbers(name)[:, None])
            titles.append(name)
    n = blocks[0].shape[0]
    return variables(np.hstack([np.ones((n, 1)), *blocks]), titles)


def variables_of(
    values: Variables | Sequence[str],
    *,
    design: BoundDesign | None,
    columns: Columns | Mapping[str, Any] | None,  # Any: whatever numpy makes an array of
) -> Variables:
    """Variables as they are, or those of a model on columns by name."""
    if isinstance(values, Variables):
        return values
    return model_variables(table_of(design, columns=columns), list(values))


def is_text(columns: Columns, name: str) -> bool:
    """Whether a column holds labels: some value of it is no number."""
    for label in np.unique(columns.labels(name)):
        try:
            float(label or "nan")
        except ValueError:
            return True
    return False
