"""Home of the search for one person filling in many responses: one device, one day, the same answers."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.quality.rules import RULES
from analysis.quality.scores import answer_matrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeviceCluster:
    """Near-identical responses from one device on one day.

    Attributes
    ----------
    rows : (m,) rows of the cluster
    agreement : smallest over the members of their median agreement with the others, 0–1
    bursts : in how many half hours they fell; 0 where unknown
    """

    device: str
    day: str
    rows: IntArray
    agreement: float
    bursts: int


def duplicate_devices(
    answers: ArrayLike,
    device: ArrayLike,
    *,
    day: ArrayLike,
    burst: ArrayLike | None = None,
    least: int = int(RULES["duplicate_device"].thresholds["least"]),
    agreement: float = RULES["duplicate_device"].thresholds["agreement"],
) -> tuple[DeviceCluster, ...]:
    """Clusters of responses that one device sent on one day with nearly the same answers.

    A device alone is no evidence: families and service halls share one. A member is kept in the cluster
    while its median agreement with the others is high enough and enough members remain.

    Parameters
    ----------
    answers : (n, k) codes, nan where not asked; two responses agree on an item if both were asked and the
        codes are equal, missing codes included; items neither was asked do not count
    device : (n,) device group, None where there is none (interviewers); such rows are passed over
    day : (n,) any values that can be compared
    burst : (n,) name of the half hour, None where unknown

    Returns
    -------
    Clusters, the largest first

    Raises
    ------
    InvalidInput
        If a column has another length than the answers.

    References
    ----------
    Kuriakose and Robbins (2016), Statistical Journal of the IAOS 32, 283-291 (share of identical answers);
    Slomczynski, Powalko and Krauze (2017), Survey Research Methods 11, 1-16.
    """
    matrix = answer_matrix(answers)
    devices, days = _column("device", device, len(matrix)), _column("day", day, len(matrix))
    bursts = _column("burst", burst, len(matrix)) if burst is not None else np.full(len(matrix), None)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, (name, when) in enumerate(zip(devices, days, strict=True)):
        if name is not None and name != "":
            groups[str(name), str(when)].append(row)
    clusters = []
    for (name, when), members in groups.items():
        if len(members) < least:
            continue
        kept, lowest = _alike(matrix, np.array(members, dtype=np.int64), agreement, least)
        if len(kept):
            named = {band for band in bursts[kept] if band is not None}
            clusters.append(
                DeviceCluster(device=name, day=when, rows=kept, agreement=lowest, bursts=len(named))
            )
    return tuple(sorted(clusters, key=lambda cluster: (-len(cluster.rows), cluster.device, cluster.day)))


def _alike(matrix: FloatArray, rows: IntArray, agreement: float, least: int) -> tuple[IntArray, float]:
    """Drop the least similar member until all agree enough; nothing where too few are left."""
    shares = _agreements(matrix[rows])
    while len(rows) >= least:
        others = shares[~np.eye(len(rows), dtype=bool)].reshape(len(rows), -1)
        typical = np.median(others, axis=1)
        if typical.min() >= agreement:
            return rows, float(typical.min())
        rest = np.arange(len(rows)) != int(typical.argmin())
        rows, shares = rows[rest], shares[np.ix_(rest, rest)]
    return rows[:0], 0.0


def _agreements(answers: FloatArray) -> FloatArray:
    """(m, m) share of equal answers among the items that at least one of two was asked."""
    asked = np.isfinite(answers)
    filled = np.where(asked, answers, -1.0)
    equal = ((filled[:, None, :] == filled[None, :, :]) & asked[:, None, :]).sum(axis=2)
    either = (asked[:, None, :] | asked[None, :, :]).sum(axis=2)
    return np.asarray(equal / np.maximum(either, 1))


def _column(name: str, values: ArrayLike, n: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    column = np.array(values, dtype=object)
    if column.shape != (n,):
        raise InvalidInput("wrong_shape", name=name, expected=f"({n},)", actual=column.shape)
    return column
