"""Home of what detectors compute from a matrix of answers: valid ratings, a person's level, dummies."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from analysis._check import labels
from analysis._types import BoolArray, FloatArray
from analysis.errors import InvalidInput

DONT_KNOW = 88
NOT_APPLICABLE = 99
HIGHEST = 5


def answer_matrix(answers: ArrayLike) -> FloatArray:
    """Answers as (n, k) float64, nan where not asked.

    Raises
    ------
    InvalidInput
        If it has another shape or holds something that is no number.
    """
    try:
        matrix = np.asarray(answers, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="answers", value=problem) from problem
    if matrix.ndim != 2:
        raise InvalidInput("wrong_shape", name="answers", expected="(n, k)", actual=matrix.shape)
    return matrix


def is_rating(answers: FloatArray) -> BoolArray:
    """(n, k): a point of the five-point scale, not a missing code."""
    return (answers >= 1) & (answers <= HIGHEST)


def person_levels(answers: ArrayLike) -> FloatArray:
    """How far a person's answers lie above those of others to the same items, in index points.

    Mean over the items a person rated of (item score − mean score of that item), so that people who were
    asked different items can be compared.

    Parameters
    ----------
    answers : (n, k) codes; only 1–5 count

    Returns
    -------
    (n,) float64, nan for a person without ratings
    """
    matrix = answer_matrix(answers)
    rated = is_rating(matrix)
    scores = np.where(rated, 25.0 * (matrix - 1.0), 0.0)
    per_item = rated.sum(axis=0)
    means = scores.sum(axis=0) / np.maximum(per_item, 1)
    total = (np.where(rated, scores - means, 0.0)).sum(axis=1)
    count = rated.sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def dummies(factors: Mapping[str, ArrayLike], *, n: int) -> FloatArray:
    """Intercept and 0/1 columns of every factor without its first category, (n, p).

    Raises
    ------
    InvalidInput
        If a factor has another length or a missing value.
    """
    columns = [np.ones(n)]
    for name, values in factors.items():
        codes, kinds = labels(name, values, n=n)
        columns.extend((codes == kind).astype(np.float64) for kind in range(1, len(kinds)))
    return np.column_stack(columns)
