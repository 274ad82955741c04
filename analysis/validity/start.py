"""Home of the starting values: each block's first principal axis, in the units that the pattern asks for."""

import numpy as np

from analysis._types import FloatArray
from analysis.validity.pattern import Identify, Kind, Pattern


def start(
    pattern: Pattern,
    *,
    covariance: FloatArray,
    means: FloatArray | None = None,
    thresholds: tuple[FloatArray, ...] | None = None,
) -> FloatArray:
    """(k,) starting parameters from a pooled covariance matrix (p, p), pooled means (p,) or pooled thresholds."""
    deviation = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviation, deviation)
    pairs = [_axis(correlation, np.array(members)) for members in pattern.blocks.members]
    units = _units(
        pattern,
        [loading * deviation[list(m)] for loading, m in zip(pairs, pattern.blocks.members, strict=True)],
    )
    theta = np.zeros(pattern.parameters)
    common = np.zeros(len(deviation))
    for loading, members in zip(pairs, pattern.blocks.members, strict=True):
        common[list(members)] += loading**2
    for element in pattern.elements:
        if element.free < 0:
            continue
        at, column = element.row, element.column
        if element.kind is Kind.LOADING:
            place = pattern.blocks.members[column].index(at)
            theta[element.free] = pairs[column][place] * deviation[at] / units[column]
        elif element.kind is Kind.FACTOR:
            theta[element.free] = units[at] ** 2 if at == column else 0.3 * units[at] * units[column]
        elif element.kind is Kind.RESIDUAL and at == column:
            theta[element.free] = max(1.0 - common[at], 0.2) * deviation[at] ** 2
        elif element.kind is Kind.INTERCEPT and means is not None:
            theta[element.free] = means[at]
        elif element.kind is Kind.THRESHOLD and thresholds is not None:
            theta[element.free] = thresholds[at][column]
        elif element.kind is Kind.SCALE:
            theta[element.free] = 1.0
    return theta


def _axis(correlation: FloatArray, members: FloatArray) -> FloatArray:
    """Loadings of one block's items on its first principal axis, kept inside ±0.9 and turned to be positive."""
    values, vectors = np.linalg.eigh(correlation[np.ix_(members, members)])
    common = max(float(values[-1]) - 1.0, 0.1) / max(len(members) - 1, 1)
    loading = vectors[:, -1] * np.sqrt(common * len(members))
    return np.asarray(np.clip(loading * (-1.0 if loading.sum() < 0 else 1.0), -0.9, 0.9))


def _units(pattern: Pattern, loadings: list[FloatArray]) -> FloatArray:
    """The factor's standard deviation: 1, or the marker's loading in the marker's unit."""
    if pattern.identify is Identify.STANDARD:
        return np.ones(len(loadings))
    markers = [float(loading[0]) for loading in loadings]
    floors = [0.2 * float(np.abs(loading).max()) for loading in loadings]
    return np.array(
        [
            max(abs(marker), floor) * (-1.0 if marker < 0 else 1.0)
            for marker, floor in zip(markers, floors, strict=True)
        ]
    )
