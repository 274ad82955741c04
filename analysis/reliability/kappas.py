"""Home of agreement between raters beyond chance: Cohen's kappa, plain and weighted by distance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.reliability._results import known, known_values, t_quantile
from analysis.reliability.errors import ReliabilityError
from analysis.results import Result, Row


class KappaWeights(StrEnum):
    """`none`: only equal categories agree; `linear`, `quadratic`: disagreement grows with the (squared) distance."""

    NONE = "none"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kappa(Result):
    """Agreement of two raters.

    Attributes
    ----------
    kappa, se, ci_low, ci_high : with the large-sample standard error (not that under chance agreement).
    null_se : standard error if the raters agreed by chance only, for the test; nan by design.
    observed, expected : (weighted) agreement, and what chance gives.
    categories : in ascending order; shares : (c, c) of the first rater (rows) by the second.
    """

    kappa: float
    se: float
    ci_low: float
    ci_high: float
    level: float
    null_se: float
    observed: float
    expected: float
    categories: tuple[str, ...]
    shares: FloatArray = field(repr=False)
    n: int

    @property
    def z(self) -> float:
        """Kappa over its standard error under chance agreement."""
        return self.kappa / self.null_se

    def to_rows(self) -> list[Row]:
        """One row."""
        names = ("kappa", "se", "ci_low", "ci_high", "null_se", "observed", "expected")
        row: Row = {name: known(getattr(self, name)) for name in names}
        return [row | {"n": self.n, "method": self.method}]


def kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    weighting: KappaWeights | str = KappaWeights.NONE,
    categories: Sequence[object] | None = None,
    design: BoundDesign | None = None,
    domain: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Kappa:
    """Cohen's kappa of two raters of the same n subjects.

    Parameters
    ----------
    first, second : (n,) labels or numbers; nan or None where missing, which leaves the subject out.
    weighting : needs ordered categories; distances are counted in steps.
    categories : all of them in order; by default those that occur, sorted. A category nobody used still
        stretches the scale of the weights.
    design : weights and clusters; None for a simple random sample.

    Raises
    ------
    ReliabilityError
        ``too_few_rows`` without a common subject, ``one_answer`` if chance agreement is 1.

    References
    ----------
    Cohen (1960) Educational and Psychological Measurement 20, 37-46; Cohen (1968) Psychological Bulletin 70, 213-220;
    Fleiss, Cohen and Everitt (1969) Psychological Bulletin 72, 323-327, eq. 10 and 14 (standard errors).
    """
    way = _check.choice("weighting", weighting, among=KappaWeights)
    a, b, names = _codes(first, second, categories)
    w = np.ones(len(a)) if design is None else design.weights
    if len(w) != len(a):
        raise InvalidInput("wrong_shape", name="first", expected=f"({len(w)},)", actual=a.shape)
    used = (a >= 0) & (b >= 0) & (w > 0) & _check.mask("domain", domain, n=len(a))
    n = int(np.count_nonzero(used))
    if n < 1:
        raise ReliabilityError("too_few_rows", least=1, actual=0)
    credit = _credit(len(names), way)
    shares = _shares(a[used], b[used], w[used], len(names))
    value, observed, expected = _value(shares, credit)
    linear = _linear(shares, credit)
    null_se = nan
    if design is None:
        variance = float((shares * linear**2).sum()) / n
        null_se = _null_se(shares, credit, n)
        quantile = t_quantile(level, float("inf"))
    else:
        influence = np.zeros(len(a))
        influence[used] = w[used] * linear[a[used], b[used]] / w[used].sum()

        def statistic(new: FloatArray) -> FloatArray:
            return np.array([_value(_shares(a[used], b[used], new[used], len(names)), credit)[0]])

        variance = float(design.covariance_of(statistic, influence=influence)[0, 0])
        quantile = t_quantile(level, design.df) if design.df > 0 else nan
    se = sqrt(max(variance, 0.0))
    return Kappa(
        method=f"Cohen's kappa, weights: {way.value}"
        + ("" if design is None else f", {design.variance_method}"),
        definition="agreement.kappa",
        status=_left_out(len(a), n, domain),
        kappa=value,
        se=se,
        ci_low=value - quantile * se,
        ci_high=value + quantile * se,
        level=_check.confidence(level),
        null_se=null_se,
        observed=observed,
        expected=expected,
        categories=names,
        shares=shares,
        n=n,
    )


def _left_out(rows: int, n: int, domain: npt.ArrayLike | None) -> tuple[AnalysisWarning, ...]:
    asked = rows if domain is None else int(np.count_nonzero(np.asarray(domain)))
    return (AnalysisWarning(code="rows_left_out", context={"n": asked - n}),) if asked > n else ()


def _codes(
    first: npt.ArrayLike, second: npt.ArrayLike, categories: Sequence[object] | None
) -> tuple[IntArray, IntArray, tuple[str, ...]]:
    """Codes of both raters in the same categories, -1 where missing."""
    a, b = np.asarray(first), np.asarray(second)
    if a.ndim != 1 or a.shape != b.shape:
        raise InvalidInput("wrong_shape", name="second", expected=a.shape, actual=b.shape)
    known = [known_values(values) for values in (a, b)]
    kinds: list[object] = (
        sorted(set(a[known[0]].tolist()) | set(b[known[1]].tolist()))
        if categories is None
        else list(categories)
    )
    place = {kind: code for code, kind in enumerate(kinds)}
    codes = []
    for name, values, valid in zip(("first", "second"), (a, b), known, strict=True):
        for row in np.flatnonzero(valid):
            if values[row] not in place:
                raise InvalidInput(
                    "bad_option", name=name, value=values[row], choices=", ".join(map(str, kinds))
                )
        codes.append(
            np.array(
                [place[value] if ok else -1 for value, ok in zip(values.tolist(), valid, strict=True)],
                dtype=np.int64,
            )
        )
    return codes[0], codes[1], tuple(f"{kind:g}" if isinstance(kind, float) else str(kind) for kind in kinds)


def _credit(c: int, way: KappaWeights) -> FloatArray:
    """(c, c) how far two categories count as agreement, 1 on the diagonal."""
    if way is KappaWeights.NONE or c < 2:
        return np.eye(c)
    distance = np.abs(np.arange(c)[:, None] - np.arange(c)) / (c - 1)
    return np.asarray(1 - distance ** (1 if way is KappaWeights.LINEAR else 2))


def _shares(a: IntArray, b: IntArray, w: FloatArray, c: int) -> FloatArray:
    counts = np.bincount(a * c + b, weights=w, minlength=c * c).reshape(c, c)
    return np.asarray(counts / counts.sum())


def _value(shares: FloatArray, credit: FloatArray) -> tuple[float, float, float]:
    observed = float((credit * shares).sum())
    expected = float(shares.sum(axis=1) @ credit @ shares.sum(axis=0))
    if expected >= 1 - 1e-15:
        raise ReliabilityError("one_answer")
    return (observed - expected) / (1 - expected), observed, expected


def _linear(shares: FloatArray, credit: FloatArray) -> FloatArray:
    """(c, c) linearised value of kappa for a subject in each cell; its weighted mean is 0."""
    value, _, expected = _value(shares, credit)
    row, column = credit @ shares.sum(axis=0), credit.T @ shares.sum(axis=1)
    middle = value - expected * (1 - value)
    return np.asarray((credit - (row[:, None] + column[None, :]) * (1 - value) - middle) / (1 - expected))


def _null_se(shares: FloatArray, credit: FloatArray, n: int) -> float:
    _, _, expected = _value(shares, credit)
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    row, column = credit @ second, credit.T @ first
    spread = np.outer(first, second) * (credit - (row[:, None] + column[None, :])) ** 2
    return sqrt(max(float(spread.sum()) - expected**2, 0.0) / n) / (1 - expected)
