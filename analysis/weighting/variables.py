"""Home of calibration variables: columns of numbers as they are, columns of labels as one indicator per category."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.columns import Columns
from analysis.errors import InvalidInput, WeightingError
from analysis.weighting.errors import StepError
from analysis.weighting.margins import Category, margin_from_labels
from analysis.weighting.tables import as_number, labels_of

Total = float | Mapping[Any, float]
"""Total of a column of numbers, or people by category of a column of labels."""  # Any: labels may be numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variables:
    """Variables of n rows by name; what is missing counts as 0 and may carry no weight.

    Attributes
    ----------
    x : (n, p) without missing values.
    missing : (n,) rows where something is missing; None if nothing is.
    first_missing : for every row the place of the first missing variable, where `missing`.
    """

    x: FloatArray
    names: tuple[str, ...]
    missing: BoolArray | None = None
    first_missing: tuple[int, ...] = ()

    def check(self, weights: FloatArray) -> None:
        """Refuse a weight above 0 on a row where a variable is missing.

        Raises
        ------
        StepError
            `variable_missing`, naming the variable and the row.
        """
        if self.missing is None:
            return
        rows = np.flatnonzero(self.missing)
        bad = np.flatnonzero(weights[rows] > 0)
        if bad.size:
            place = self.first_missing[int(bad[0])]
            raise StepError("variable_missing", name=self.names[place], row=int(rows[bad[0]]) + 1)


def variables(values: ArrayLike, names: Sequence[str], *, n: int | None = None) -> Variables:
    """Checked variables from an (n, p) array, nan where missing."""
    try:
        x = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="variables", value=problem) from problem
    expected = f"({'n' if n is None else n}, {len(names)})"
    if x.ndim != 2 or x.shape[1] != len(names) or (n is not None and x.shape[0] != n):
        raise InvalidInput("wrong_shape", name="variables", expected=expected, actual=x.shape)
    gaps = ~np.isfinite(x)
    missing: BoolArray = np.asarray(gaps.any(axis=1))
    if not missing.any():
        return Variables(x=x, names=tuple(names))
    first = tuple(int(place) for place in gaps[missing].argmax(axis=1))
    return Variables(x=np.where(gaps, 0.0, x), names=tuple(names), missing=missing, first_missing=first)


def calibration_table(
    totals: Mapping[str, Total], *, columns: Columns, population: float | None = None
) -> tuple[Variables, FloatArray]:
    """Variables and their (p,) totals from totals by column name.

    Parameters
    ----------
    totals : a number for a column of numbers, people by category for a column of labels (every category).
    population : number of people, where no column of labels fixes it.

    Raises
    ------
    WeightingError
        A category without a total, tables of categories that sum to different populations.
    """
    blocks: list[FloatArray] = []
    names: list[str] = []
    wanted: list[float] = []
    sizes: dict[str, float] = {} if population is None else {"population": float(population)}
    for name, total in totals.items():
        if isinstance(total, Mapping):
            block, labels, targets = _indicators(name, total, columns=columns)
            blocks.append(block)
            names += labels
            wanted += targets
            sizes[name] = sum(targets)
        else:
            blocks.append(columns.numbers(name)[:, None])
            names.append(name)
            wanted.append(as_number(total, name=name, category="total"))
    _check_sizes(sizes)
    if population is not None:
        blocks.insert(0, np.ones((blocks[0].shape[0] if blocks else _rows(columns), 1)))
        names.insert(0, "population")
        wanted.insert(0, float(population))
    if not blocks:
        raise WeightingError("no_margins")
    return variables(np.hstack(blocks), names), np.array(wanted)


def _rows(columns: Columns) -> int:
    return len(columns.labels(columns.columns[0]))


def _indicators(
    name: str, total: Mapping[Any, float], *, columns: Columns
) -> tuple[FloatArray, list[str], list[float]]:
    """One 0/1 column per category, nan where the category is empty."""
    targets: dict[Category, float] = {
        (str(label),): as_number(n, name=name, category=label) for label, n in total.items()
    }
    values, missing = labels_of(columns, name)
    margin = margin_from_labels(name, [values], targets=targets, unknown=missing)
    block = (margin.codes[:, None] == np.arange(len(margin.labels))).astype(np.float64)
    block[margin.codes < 0] = np.nan
    return block, [f"{name}: {label}" for label in margin.labels], margin.targets.tolist()


def _check_sizes(sizes: Mapping[str, float]) -> None:
    named = list(sizes.items())
    for name, size in named[1:]:
        if abs(size - named[0][1]) > 1e-6 * named[0][1]:
            raise WeightingError(
                "totals_disagree", first=named[0][0], first_total=named[0][1], second=name, second_total=size
            )


def check_totals(values: ArrayLike, names: Sequence[str]) -> FloatArray:
    """(p,) finite totals."""
    totals = _check.numbers("totals", values, n=len(names))
    bad = np.flatnonzero(~np.isfinite(totals))
    if bad.size:
        raise StepError("bad_total", name=names[int(bad[0])], total=float(totals[bad[0]]))
    return totals


def repeated(x: FloatArray, weights: FloatArray) -> list[tuple[int, FloatArray]]:
    """Variables that are combinations of those before them, each with its (p,) coefficients on them.

    Sweeps the weighted, scaled cross-product: what is left of a variable after those before it is its pivot.
    """
    gram = x.T @ (x * weights[:, None])
    scale = np.sqrt(np.diag(gram))
    scale = np.where(scale > 0, scale, 1.0)
    gram = gram / np.outer(scale, scale)
    found, kept = [], np.zeros(0, dtype=np.int64)
    for place in range(x.shape[1]):
        part = gram[kept, place]
        fit = np.linalg.solve(gram[np.ix_(kept, kept)], part) if kept.size else part
        if gram[place, place] - part @ fit > 1e-10:
            kept = np.append(kept, place)
            continue
        coefficients = np.zeros(x.shape[1])
        coefficients[kept] = fit * scale[place] / scale[kept]
        found.append((place, coefficients))
    return found
