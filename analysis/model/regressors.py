"""Home of the regressor matrix: columns with names and terms, categories as treatment contrasts, formulas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.errors import InvalidInput
from analysis.estimate.cell_table import levels
from analysis.model.errors import ModelError

INTERCEPT = "(Intercept)"
_RANK = 1e-7  # how small a column may become after those before it are taken out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regressors:
    """(n, p) `columns`, nan where missing, with p `names`, and the columns that belong to each term."""

    columns: FloatArray = field(repr=False)
    names: tuple[str, ...]
    terms: Mapping[str, tuple[int, ...]]

    @property
    def complete(self) -> BoolArray:
        """(n,) rows without a missing value."""
        return np.asarray(np.isfinite(self.columns).all(axis=1))


def regressors(
    variables: Mapping[str, ArrayLike], *, intercept: bool = True, missing: object = None
) -> Regressors:
    """Columns from named variables: numbers as they are, text as one 0/1 column per level but the first.

    Parameters
    ----------
    variables : (n,) each. Text (and bool) becomes treatment contrasts against the first level in sorted order, named
        as in R: variable and level run together.
    intercept : whether the first column is `(Intercept)`, all ones.
    missing : a value of text variables that means missing, beside None.
    """
    n = len(next(iter(np.asarray(values) for values in variables.values()), np.zeros(0)))
    columns: list[FloatArray] = [np.ones(n)] if intercept else []
    names = [INTERCEPT] if intercept else []
    terms: dict[str, tuple[int, ...]] = {INTERCEPT: (0,)} if intercept else {}
    for name, values in variables.items():
        found, labels = _coded(name, values, n=n, missing=missing)
        terms[name] = tuple(range(len(names), len(names) + len(labels)))
        columns += found
        names += labels
    return Regressors(
        columns=np.column_stack(columns) if columns else np.zeros((n, 0)), names=tuple(names), terms=terms
    )


def _coded(name: str, values: ArrayLike, *, n: int, missing: object) -> tuple[list[FloatArray], list[str]]:
    array = np.asarray(values)
    if array.dtype.kind in "fiu":
        return [_check.numbers(name, array, n=n)], [name]
    found = levels(name, array, n=n, missing=missing)
    unknown = np.where(found.code < 0, np.nan, 0.0)
    columns = [(found.code == place) + unknown for place in range(1, found.count)]
    return columns, [f"{name}{label}" for label in found.labels[1:]]


def as_regressors(
    given: Regressors | ArrayLike, *, n: int, names: Sequence[str] | None, intercept: bool
) -> Regressors:
    """What a model was given, as `Regressors`; a plain (n, k) array gets names x1, x2 and an intercept."""
    if isinstance(given, Regressors):
        if given.columns.shape[0] != n:
            raise InvalidInput("wrong_shape", name="X", expected=f"({n}, p)", actual=given.columns.shape)
        return given
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="X", value=problem) from problem
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.shape[0] != n or (names is not None and len(names) != array.shape[1]):
        width = "k" if names is None else len(names)
        raise InvalidInput("wrong_shape", name="X", expected=f"({n}, {width})", actual=array.shape)
    called = names or [f"x{place + 1}" for place in range(array.shape[1])]
    return regressors(dict(zip(called, array.T, strict=True)), intercept=intercept)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Basis:
    """An orthogonal basis of the columns in the metric of the weights: `columns` (n, p) = X R^-1.

    Fits are computed in it, so that columns of very different size (a year beside a 0/1) lose no digits.
    """

    columns: FloatArray
    inverse: FloatArray

    def coefficients(self, gamma: FloatArray) -> FloatArray:
        """Coefficients of the original columns."""
        return np.asarray(self.inverse @ gamma)

    def covariance(self, found: FloatArray) -> FloatArray:
        """Covariance of the coefficients of the original columns."""
        return np.asarray(self.inverse @ found @ self.inverse.T)


def basis(columns: FloatArray, weights: FloatArray, *, names: Sequence[str]) -> Basis:
    """The basis of used rows.

    Raises
    ------
    ModelError
        ``too_few_rows``, or ``singular`` with the first column that repeats those before it.
    """
    if columns.shape[0] < columns.shape[1]:
        raise ModelError("too_few_rows", rows=columns.shape[0], columns=columns.shape[1])
    scaled = columns * np.sqrt(weights)[:, None]
    triangle = np.asarray(np.linalg.qr(scaled, mode="r"), dtype=np.float64)
    size = np.sqrt((scaled**2).sum(axis=0))
    left = np.abs(np.diag(triangle))
    for place in np.flatnonzero(left <= _RANK * size):
        raise ModelError("singular", column=names[int(place)])
    inverse = np.asarray(np.linalg.solve(triangle, np.eye(triangle.shape[0])), dtype=np.float64)
    return Basis(columns=columns @ inverse, inverse=inverse)


def formula(text: str, table: Mapping[str, ArrayLike]) -> tuple[NDArray[Any], Regressors]:
    """Response and regressors of a formula such as ``overall ~ age + sex``, by formulaic (imported here only).

    Parameters
    ----------
    text : a formula with a response. table : named columns of n rows; text columns become treatment contrasts.

    Returns
    -------
    The (n,) response as it stands in the table, and `Regressors` with missing values kept as nan.

    Raises
    ------
    ModelError
        ``bad_formula`` with the reason.
    """
    import formulaic  # type: ignore[import-untyped]  # it carries no types
    import pandas as pd

    try:
        parsed = formulaic.Formula(text)
        response = str(next(iter(parsed.lhs)))
        frame = pd.DataFrame({name: np.asarray(values) for name, values in table.items()})
        made = formulaic.model_matrix(parsed.rhs, frame, na_action="ignore", ensure_full_rank=True)
        spec = made.model_spec
        names = tuple(_r_name(name) for name in spec.column_names)
        terms = {
            INTERCEPT if str(term) == "1" else str(term): tuple(places)
            for term, places in spec.term_indices.items()
        }
        columns = np.array(made, dtype=np.float64)
        for name in spec.required_variables:
            columns[pd.isna(frame[name]).to_numpy()] = np.nan
        return np.asarray(table[response]), Regressors(columns=columns, names=names, terms=terms)
    except ModelError:
        raise
    except Exception as problem:  # formulaic raises many kinds, and all of them mean the text or its columns
        raise ModelError(
            "bad_formula", formula=text, reason=str(problem) or type(problem).__name__
        ) from problem


def _r_name(name: str) -> str:
    """`age[T.30-44]` as R writes it: age30-44."""
    return INTERCEPT if name in ("Intercept", "1") else name.replace("[T.", "").replace("]", "")
