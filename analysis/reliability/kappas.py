"""Home of agreement between raters beyond chance: Cohen's kappa, plain and weighted by distance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray, IntArray
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
    pairs = _paired(first, second, categories, design, domain)
    credit = _credit(len(pairs.names), way)
    shares = pairs.shares(pairs.weights)
    value, observed, expected = _value(shares, credit)
    se, quantile = _uncertainty(pairs, shares, credit, design, level)
    return Kappa(
        method=f"Cohen's kappa, weights: {way.value}"
        + ("" if design is None else f", {design.variance_method}"),
        definition="agreement.kappa",
        status=_left_out(len(pairs.used), pairs.n, domain),
        kappa=value,
        se=se,
        ci_low=value - quantile * se,
        ci_high=value + quantile * se,
        level=_check.confidence(level),
        null_se=_null_se(shares, credit, pairs.n) if design is None else nan,
        observed=observed,
        expected=expected,
        categories=pairs.names,
        shares=shares,
        n=pairs.n,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pairs:
    """Codes of both raters and weights, (n,) each, and which subjects count."""

    first: IntArray
    second: IntArray
    weights: FloatArray
    used: BoolArray
    names: tuple[str, ...]

    @property
    def n(self) -> int:
        return int(np.count_nonzero(self.used))

    def shares(self, weights: FloatArray) -> FloatArray:
        """(c, c) weighted shares of the pairs of categories."""
        c = len(self.names)
        cell = self.first[self.used] * c + self.second[self.used]
        counts = np.bincount(cell, weights=weights[self.used], minlength=c * c).reshape(c, c)
        return np.asarray(counts / counts.sum())


def _paired(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    categories: Sequence[object] | None,
    design: BoundDesign | None,
    domain: npt.ArrayLike | None,
) -> _Pairs:
    a, b, names = _codes(first, second, categories)
    w = np.ones(len(a)) if design is None else design.weights
    if len(w) != len(a):
        raise InvalidInput("wrong_shape", name="first", expected=f"({len(w)},)", actual=a.shape)
    used = (a >= 0) & (b >= 0) & (w > 0) & _check.mask("domain", domain, n=len(a))
    if not used.any():
        raise ReliabilityError("too_few_rows", least=1, actual=0)
    return _Pairs(first=a, second=b, weights=w, used=used, names=names)


def _uncertainty(
    pairs: _Pairs, shares: FloatArray, credit: FloatArray, design: BoundDesign | None, level: float
) -> tuple[float, float]:
    """Standard error and the quantile that goes with it."""
    linear = _linear(shares, credit)
    if design is None:
        variance = float((shares * linear**2).sum()) / pairs.n
        return sqrt(max(variance, 0.0)), t_quantile(level, float("inf"))
    used, w = pairs.used, pairs.weights
    influence = np.zeros(len(used))
    influence[used] = w[used] * linear[pairs.first[used], pairs.second[used]] / w[used].sum()

    def statistic(weights: FloatArray) -> FloatArray:
        return np.array([_value(pairs.shares(weights), credit)[0]])

    variance = float(design.covariance_of(statistic, influence=influence)[0, 0])
    return sqrt(max(variance, 0.0)), t_quantile(level, design.df) if design.df > 0 else nan


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
    valid = [known_values(values) for values in (a, b)]
    seen = [np.unique(values[ok], return_inverse=True) for values, ok in zip((a, b), valid, strict=True)]
    kinds: list[object] = (
        sorted(set(seen[0][0].tolist()) | set(seen[1][0].tolist()))
        if categories is None
        else list(categories)
    )
    place = {kind: code for code, kind in enumerate(kinds)}
    codes = []
    for name, ok, (own, inverse) in zip(("first", "second"), valid, seen, strict=True):
        strange = [value for value in own.tolist() if value not in place]
        if strange:
            raise InvalidInput("bad_option", name=name, value=strange[0], choices=", ".join(map(str, kinds)))
        code = np.full(len(ok), -1, dtype=np.int64)
        code[ok] = np.array([place[value] for value in own.tolist()], dtype=np.int64)[inverse]
        codes.append(code)
    return codes[0], codes[1], tuple(f"{kind:g}" if isinstance(kind, float) else str(kind) for kind in kinds)


def _credit(c: int, way: KappaWeights) -> FloatArray:
    """(c, c) how far two categories count as agreement, 1 on the diagonal."""
    if way is KappaWeights.NONE or c < 2:
        return np.eye(c)
    distance = np.abs(np.arange(c)[:, None] - np.arange(c)) / (c - 1)
    return np.asarray(1 - distance ** (1 if way is KappaWeights.LINEAR else 2))


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
