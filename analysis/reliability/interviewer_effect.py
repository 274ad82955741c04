"""Home of the interviewer effect on items: how much answers within an interviewer are alike, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.reliability._results import per_item
from analysis.reliability.errors import ReliabilityError
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InterviewerVariance(Result):
    """Per item, (k,) each, from the one-way analysis of variance over interviewers.

    Attributes
    ----------
    icc : share of the variance between interviewers, below 0 where chance alone would give more.
    low, high : its limits; deff : 1 + (workload - 1) icc, at least 1, the factor on the variance of a mean.
    workload : interviews per interviewer, the mean over interviews (sum of squares over sum).
    f, df1, df2, p_value : test that there is no interviewer effect.
    """

    labels: tuple[str, ...]
    icc: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    deff: FloatArray
    workload: FloatArray
    f: FloatArray
    df1: FloatArray
    df2: FloatArray
    p_value: FloatArray
    n: IntArray

    def to_rows(self) -> list[Row]:
        """One row per item."""
        names = ("icc", "low", "high", "deff", "workload", "f", "df1", "df2", "p_value")
        rows = per_item(self.labels, **{name: getattr(self, name) for name in names})
        return [row | {"n": int(n)} for row, n in zip(rows, self.n, strict=True)]


def interviewer_variance(
    items: npt.ArrayLike,
    interviewer: npt.ArrayLike,
    *,
    domain: npt.ArrayLike | None = None,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> InterviewerVariance:
    """Intraclass correlation by interviewer and its design effect.

    Interviewers are mostly sent to areas, not drawn for persons: the effect contains that of the area unless
    areas were assigned at random. `quality.interviewers` judges single interviewers with area and age held fixed.

    Parameters
    ----------
    items : (n, k) or (n,) scores, nan where missing; every item on its own answers.
    interviewer : (n,) ids.

    Raises
    ------
    ReliabilityError
        ``too_few_ratings`` under 2 interviewers or no interviewer with 2 answers, ``no_variation`` naming the item.

    References
    ----------
    Kish (1962), JASA 57, 92-115; Donner (1986), International Statistical Review 54, 67-82, eq. 2.1-2.5 (unequal
    workloads).
    """
    y = np.asarray(items, dtype=np.float64)
    y = y[:, None] if y.ndim == 1 else y
    if y.ndim != 2:
        raise InvalidInput("wrong_shape", name="items", expected="(n, k)", actual=y.shape)
    labels = tuple(str(place + 1) for place in range(y.shape[1])) if names is None else tuple(names)
    if len(labels) != y.shape[1]:
        raise ReliabilityError("names_differ", name="names", actual=len(labels), expected=y.shape[1])
    codes, people = _check.labels("interviewer", interviewer, n=len(y))
    inside = _check.mask("domain", domain, n=len(y))
    rows = [_one(y[:, place], codes, inside, len(people), label, level) for place, label in enumerate(labels)]
    table = np.array(rows)
    negative = ", ".join(label for label, value in zip(labels, table[:, 0], strict=True) if value < 0)
    status = (AnalysisWarning(code="negative_variance", context={"component": negative}),) if negative else ()
    return InterviewerVariance(
        method="one-way analysis of variance over interviewers",
        definition="agreement.interviewer_variance",
        status=status,
        labels=labels,
        icc=table[:, 0],
        low=table[:, 1],
        high=table[:, 2],
        level=_check.confidence(level),
        deff=table[:, 3],
        workload=table[:, 4],
        f=table[:, 5],
        df1=table[:, 6],
        df2=table[:, 7],
        p_value=table[:, 8],
        n=table[:, 9].astype(np.int64),
    )


def _one(
    y: FloatArray, codes: IntArray, inside: npt.NDArray[np.bool_], groups: int, label: str, level: float
) -> tuple[float, ...]:
    from scipy import special

    used = inside & np.isfinite(y)
    sizes = group_sums(codes[used], np.ones(int(used.sum())), size=groups)
    met = int(np.count_nonzero(sizes))
    n = float(sizes.sum())
    if met < 2:
        raise ReliabilityError("too_few_ratings", name=f"interviewers of {label}", least=2, actual=met)
    if n <= met:
        raise ReliabilityError(
            "too_few_ratings", name=f"answers per interviewer of {label}", least=2, actual=1
        )
    centred = y[used] - y[used].mean()
    sums = group_sums(codes[used], centred, size=groups)
    of_means = float((sums[sizes > 0] ** 2 / sizes[sizes > 0]).sum())
    total = float(centred @ centred)
    if not total > 0:
        raise ReliabilityError("no_variation", item=label)
    df1, df2 = met - 1.0, n - met
    between, within = of_means / df1, max(total - of_means, 0.0) / df2
    typical = (n - float((sizes**2).sum()) / n) / df1
    icc = (between - within) / (between + (typical - 1) * within)
    workload = float((sizes**2).sum()) / n
    f = between / within if within > 0 else float("inf")
    tail = (1 - level) / 2
    ends = [
        f / float(special.fdtri(df1, df2, 1 - tail)),
        f / float(special.fdtri(df1, df2, tail)),
    ]
    low, high = ((end - 1) / (end + typical - 1) if np.isfinite(end) else 1.0 for end in ends)
    p_value = float(special.fdtrc(df1, df2, f)) if np.isfinite(f) else 0.0
    deff = max(1 + (workload - 1) * icc, 1.0)
    return icc, low, high, deff, workload, f, df1, df2, p_value, n
