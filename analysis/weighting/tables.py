"""Home of targets by column name: from `{"sex": {"f": 52000, "m": 49000}}` and a table to margins."""

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import ArrayLike

from analysis.columns import Columns, Frame, columns_of
from analysis.design import BoundDesign
from analysis.weighting.errors import StepError
from analysis.weighting.margins import Category, Margin, margin_from_labels

Targets = Mapping[Any, float]
"""People by category; of a crossed table by tuple of categories."""  # Any: labels may be numbers


def margins_of(
    margins: Sequence[Margin] | Mapping[Any, Targets],  # Any: a column's name or a tuple of names
    *,
    design: BoundDesign | None = None,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: whatever numpy makes an array of
    unknown: Sequence[str] = (),
) -> tuple[Margin, ...]:
    """Margins as they are, or made from targets by column name.

    Parameters
    ----------
    margins : margins, or targets by column name; a crossed table is named by the tuple of its columns.
    columns : where names are looked up; by default the table that `design` is bound to.
    unknown : labels that mean "not known" (the empty label always does).

    Raises
    ------
    StepError
        `columns_needed` if names are given and there is no table.
    """
    if not isinstance(margins, Mapping):
        return tuple(margins)
    table = table_of(design, columns=columns)
    return tuple(_margin(key, targets, table=table, unknown=unknown) for key, targets in margins.items())


def table_of(
    design: BoundDesign | None,
    *,
    columns: Columns | Mapping[str, Any] | None,  # Any: see above
) -> Columns:
    """The columns given, or those of the table that the design is bound to."""
    if columns is not None:
        return columns_of(columns)
    if design is None or design.columns is None:
        raise StepError("columns_needed")
    return design.columns


def label_columns(
    items: Sequence[ArrayLike | str],
    *,
    design: BoundDesign | None,
    columns: Columns | Mapping[str, Any] | None,  # Any: see above
) -> list[ArrayLike]:
    """Label columns as they are, or looked up by name."""
    return [
        labels_of(table_of(design, columns=columns), item)[0] if isinstance(item, str) else item
        for item in items
    ]


def labels_of(table: Columns, name: str) -> tuple[ArrayLike, tuple[str, ...]]:
    """A column of labels and what means missing in it; whole numbers stay numbers, many times faster than text."""
    if isinstance(table, Frame):
        values = table.whole(name)
        if values is not None:
            return values, () if table.missing is None else (str(table.missing),)
    return table.labels(name), ()


def _margin(key: Any, targets: Targets, *, table: Columns, unknown: Sequence[str]) -> Margin:
    names: tuple[str, ...] = key if isinstance(key, tuple) else (str(key),)
    by_category: dict[Category, float] = {
        _category(label, width=len(names)): as_number(n, name=str(key), category=label)
        for label, n in targets.items()
    }
    found = [labels_of(table, name) for name in names]
    blank = {*unknown, *(code for _, missing in found for code in missing)}
    return margin_from_labels(
        " × ".join(names), [values for values, _ in found], targets=by_category, unknown=sorted(blank)
    )


def as_number(value: Any, *, name: str, category: Any) -> float:
    """A target as a number.

    Raises
    ------
    StepError
        `target_not_numeric`, naming the column and the category.
    """
    try:
        return float(value)
    except (TypeError, ValueError) as problem:
        raise StepError("target_not_numeric", name=name, category=category, value=value) from problem


def _category(label: Any, *, width: int) -> Category:
    return tuple(str(part) for part in label) if width > 1 else (str(label),)
