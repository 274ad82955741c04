"""Home of the comparison of counties with their city type: don't know, top box, length."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._check import labels, numbers
from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.quality.errors import QualityError
from analysis.quality.rules import RULES
from analysis.quality.scores import DONT_KNOW, HIGHEST, NOT_APPLICABLE, answer_matrix, is_rating

MEASURES = ("dont_know", "top_box", "length")
_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyMeasure:
    """One measure of one county, against the median of its city type.

    Attributes
    ----------
    value : don't-know share among those asked, share of 5 among ratings (both 0–1), or mean log length after
        the mean of its mode
    se : its sampling error
    z : (value − median) / scale, nan where the type has too few counties
    """

    county: str
    city_type: str
    measure: str
    n: int
    value: float
    se: float
    z: float
    is_flagged: bool


def county_measures(
    answers: ArrayLike,
    seconds: ArrayLike,
    *,
    mode: ArrayLike,
    county: ArrayLike,
    city_type: Mapping[str, str],
    limit: float = RULES["county_outlier"].thresholds["z"],
    least: int = 5,
) -> tuple[CountyMeasure, ...]:
    """Measures of every county and how far they lie from the counties of the same city type.

    The scale is the scaled median absolute deviation of the type's counties, but never less than the typical
    sampling error of one county: a deviation that a sample of this size makes by itself is none.
    Interference shows as often in a collapse of "don't know" as in a jump of the best answer.

    Parameters
    ----------
    answers : (n, k) codes, nan where not asked; not-applicable answers leave every base
    seconds : (n,) length, nan where not measured
    mode, county : (n,) names; lengths are compared within a mode
    city_type : county -> type of its city
    least : counties a type needs to be compared

    Raises
    ------
    QualityError
        ``county_without_type`` naming the county.

    References
    ----------
    Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, sec. 3 (modified z scores).
    """
    matrix = answer_matrix(answers)
    n = len(matrix)
    codes, names = labels("county", np.asarray(county), n=n)
    asked = np.isfinite(matrix) & (matrix != NOT_APPLICABLE)
    tables = {
        "dont_know": _ratio((matrix == DONT_KNOW).sum(axis=1), asked.sum(axis=1), codes, len(names)),
        "top_box": _ratio((matrix == HIGHEST).sum(axis=1), is_rating(matrix).sum(axis=1), codes, len(names)),
        "length": _length(numbers("seconds", seconds, n=n), _texts("mode", mode, n), codes, len(names)),
    }
    sizes = np.bincount(codes, minlength=len(names))
    for name in names:
        if name not in city_type:
            raise QualityError("county_without_type", county=name)
    types = np.array([city_type[name] for name in names])
    result = []
    for measure, (values, errors) in tables.items():
        z = _scores(values, errors, types, least)
        for place, name in enumerate(names):
            result.append(
                CountyMeasure(
                    county=name,
                    city_type=str(types[place]),
                    measure=measure,
                    n=int(sizes[place]),
                    value=float(values[place]),
                    se=float(errors[place]),
                    z=float(z[place]),
                    is_flagged=bool(abs(z[place]) > limit),
                )
            )
    return tuple(result)


def _texts(name: str, values: ArrayLike, n: int) -> np.ndarray:
    texts = np.asarray(values).astype(str)
    if texts.shape != (n,):
        raise InvalidInput("wrong_shape", name=name, expected=f"({n},)", actual=texts.shape)
    return texts


def _scores(values: FloatArray, errors: FloatArray, types: np.ndarray, least: int) -> FloatArray:
    z = np.full(len(values), np.nan)
    for kind in np.unique(types):
        members = np.flatnonzero((types == kind) & np.isfinite(values))
        if len(members) < least:
            continue
        centre = np.median(values[members])
        spread = _MAD_TO_SD * np.median(np.abs(values[members] - centre))
        scale = max(float(spread), float(np.median(errors[members])))
        z[members] = (values[members] - centre) / scale if scale > 0 else 0.0
    return z


def _ratio(hits: ArrayLike, base: ArrayLike, codes: IntArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Ratio of two sums per county and its linearised standard error; people are the units."""
    above, below = np.asarray(hits, dtype=np.float64), np.asarray(base, dtype=np.float64)
    total = np.bincount(codes, weights=below, minlength=size)
    share = np.bincount(codes, weights=above, minlength=size) / np.where(total > 0, total, np.nan)
    residual = above - share[codes] * below
    squares = np.bincount(codes, weights=residual**2, minlength=size)
    return share, np.sqrt(squares) / np.where(total > 0, total, np.nan)


def _length(
    seconds: FloatArray, mode: np.ndarray, codes: IntArray, size: int
) -> tuple[FloatArray, FloatArray]:
    """Mean log length per county after the mean of the mode."""
    known = np.isfinite(seconds) & (seconds > 0)
    logs = np.log(np.where(known, seconds, 1.0))
    for kind in np.unique(mode[known]):
        members = known & (mode == kind)
        logs[members] -= logs[members].mean()
    return _ratio(np.where(known, logs, 0.0), known, codes, size)
