"""Home of the checks on areas and covariates that every small-area model shares."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.smallarea.errors import SmallAreaError


def area_names(areas: Sequence[object] | None, *, m: int) -> tuple[str, ...]:
    """The m names of the areas; their places from 1 where none are given."""
    if areas is None:
        return tuple(str(place) for place in range(1, m + 1))
    names = tuple(str(area) for area in areas)
    if len(names) != m:
        raise InvalidInput("wrong_shape", name="areas", expected=f"({m},)", actual=(len(names),))
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise SmallAreaError("area_twice", area=name)
        seen.add(name)
    return names


def model_matrix(
    covariates: ArrayLike | None,
    *,
    rows: Sequence[str],
    names: Sequence[str] | None,
    intercept: bool,
) -> tuple[FloatArray, tuple[str, ...]]:
    """(m, p) covariates with the intercept first, and the names of the columns.

    Raises
    ------
    SmallAreaError
        ``covariate_missing`` with area and column, ``constant_covariate`` beside the intercept.
    """
    m = len(rows)
    given = np.zeros((m, 0)) if covariates is None else as_matrix(covariates, m=m)
    columns = tuple(names) if names is not None else tuple(f"x{j + 1}" for j in range(given.shape[1]))
    if len(columns) != given.shape[1]:
        raise InvalidInput(
            "wrong_shape", name="names", expected=f"({given.shape[1]},)", actual=(len(columns),)
        )
    for row, column in np.argwhere(~np.isfinite(given)):
        raise SmallAreaError("covariate_missing", area=rows[row], column=columns[column])
    if not intercept:
        return _check.frozen(given), columns
    for column in range(given.shape[1]):
        if np.ptp(given[:, column]) == 0.0:
            raise SmallAreaError("constant_covariate", column=columns[column])
    return _check.frozen(np.column_stack([np.ones(m), given])), ("intercept", *columns)


def independent_columns(matrix: FloatArray, *, names: Sequence[str]) -> None:
    """Refuse the first column that is a combination of those before it."""
    size = np.sqrt((matrix**2).sum(axis=0))
    scaled = matrix / np.where(size > 0, size, 1.0)
    rank = 0
    for column in range(matrix.shape[1]):
        found = int(np.linalg.matrix_rank(scaled[:, : column + 1], tol=1e-10))
        if found == rank:
            raise SmallAreaError("collinear", column=names[column])
        rank = found


def as_matrix(values: ArrayLike, *, m: int) -> FloatArray:
    """(m, q) numbers; one column may come as (m,)."""
    try:
        matrix = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="covariates", value=problem) from problem
    if matrix.ndim == 1:
        matrix = matrix[:, None]
    if matrix.ndim != 2 or matrix.shape[0] != m:
        raise InvalidInput("wrong_shape", name="covariates", expected=f"({m}, p)", actual=matrix.shape)
    return matrix
