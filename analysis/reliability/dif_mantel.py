"""Home of differential item functioning by stratified tables: Mantel-Haenszel for 0/1 items, Mantel for ordinal ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis._types import BoolArray, FloatArray
from analysis.errors import AnalysisWarning
from analysis.reliability._results import per_item, t_quantile
from analysis.reliability.dif_tables import Groups, ItemTable, groups_of, item_table, matching_score, purified
from analysis.reliability.errors import ReliabilityError
from analysis.results import Result, Row

# The scale of item difficulty at the Educational Testing Service: a delta of 1 is about 0.43 of a logit.
DELTA = -2.35


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MantelHaenszelDif(Result):
    """Per 0/1 item, (k,) each.

    Attributes
    ----------
    odds_ratio : common odds of a 1 in the reference over the focal group at equal matching score.
    log_se : standard error of its logarithm; low, high : limits of the odds ratio.
    delta : -2.35 times the logarithm; below 0 the item is harder for the focal group.
    chi_square, p_value : Mantel-Haenszel test, 1 degree of freedom.
    classes : A negligible, B moderate, C large (ETS).
    left_out : whether the item was taken out of the matching score of the others.
    """

    labels: tuple[str, ...]
    reference: str
    focal: str
    odds_ratio: FloatArray
    log_se: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    delta: FloatArray
    chi_square: FloatArray
    p_value: FloatArray
    classes: tuple[str, ...]
    left_out: BoolArray
    rounds: int

    def to_rows(self) -> list[Row]:
        """One row per item."""
        names = ("odds_ratio", "log_se", "low", "high", "delta", "chi_square", "p_value")
        rows = per_item(self.labels, **{name: getattr(self, name) for name in names})
        return [row | {"class": kind} for row, kind in zip(rows, self.classes, strict=True)]


def mantel_haenszel(
    items: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    focal: object = None,
    matching: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    domain: npt.ArrayLike | None = None,
    purify: bool = False,
    correction: bool = True,
    level: float = 0.95,
    names: Sequence[str] | None = None,
) -> MantelHaenszelDif:
    """Whether people of equal score but different group answer 0/1 items differently.

    Parameters
    ----------
    items : (n, k) 0 or 1, nan where missing; incomplete rows are left out.
    group : (n,) two kinds; focal : the one that might be disadvantaged, by default the second in sorted order.
    matching : (n,) score to match on; by default the sum of the items, the studied one included.
    weights : (n,) scaled to Kish's effective size; clusters are not carried.
    purify : take items of class B and C out of the matching score of the others, until the classes stand still.
    correction : for continuity.

    Raises
    ------
    ReliabilityError
        ``not_binary`` and ``nothing_to_compare`` naming the item, ``two_groups``.

    References
    ----------
    Mantel and Haenszel (1959), J. National Cancer Institute 22, 719-748; Robins, Breslow and Greenland (1986),
    Biometrics 42, 311-323 (standard error); Zieky (1993), in Holland and Wainer, Differential Item Functioning, 337-347.
    """
    data = _data(items, group, focal, matching, weights, domain, names)
    for place, label in enumerate(data.labels):
        if not np.isin(data.items[:, place], (0.0, 1.0)).all():
            raise ReliabilityError("not_binary", item=label)

    def flags(flagged: BoolArray) -> BoolArray:
        return np.array([kind != "A" for kind in _classes(_odds(data, flagged, correction))])

    flagged, rounds, status = purified(flags, k=len(data.labels), purify=purify and matching is None)
    table = _odds(data, flagged, correction)
    z = t_quantile(level, float("inf"))
    return MantelHaenszelDif(
        method="Mantel-Haenszel" + (", purified" if purify else ""),
        definition="dif.mantel-haenszel",
        status=status + _thin(data, flagged),
        labels=data.labels,
        reference=data.reference_name,
        focal=data.focal_name,
        odds_ratio=np.exp(table[:, 0]),
        log_se=table[:, 1],
        low=np.exp(table[:, 0] - z * table[:, 1]),
        high=np.exp(table[:, 0] + z * table[:, 1]),
        level=level,
        delta=DELTA * table[:, 0],
        chi_square=table[:, 2],
        p_value=table[:, 3],
        classes=tuple(_classes(table)),
        left_out=flagged,
        rounds=rounds,
    )


def _data(
    items: npt.ArrayLike,
    group: npt.ArrayLike,
    focal: object,
    matching: npt.ArrayLike | None,
    weights: npt.ArrayLike | None,
    domain: npt.ArrayLike | None,
    names: Sequence[str] | None,
) -> Groups:
    return groups_of(
        items, group, focal=focal, matching=matching, weights=weights, domain=domain, names=names
    )


def _odds(data: Groups, flagged: BoolArray, correction: bool) -> FloatArray:
    """(k, 4) log odds ratio, its standard error, chi-square, p."""
    rows = []
    for place, label in enumerate(data.labels):
        table = item_table(data, place, matching_score(data, place, flagged.copy()))
        if table.counts.shape[2] < 2:
            raise ReliabilityError("nothing_to_compare", item=label)
        rows.append(_common_odds(table.counts, label, correction=correction))
    return np.array(rows)


def _common_odds(counts: FloatArray, label: str, *, correction: bool) -> tuple[float, float, float, float]:
    """`counts` (levels, 2, 2): reference and focal by 0 and 1."""
    from scipy import special

    b, a, d, c = counts[:, 0, 0], counts[:, 0, 1], counts[:, 1, 0], counts[:, 1, 1]
    n = a + b + c + d
    both = (a + b > 0) & (c + d > 0) & (n > 1)
    a, b, c, d, n = a[both], b[both], c[both], d[both], n[both]
    right, wrong = float((a * d / n).sum()), float((b * c / n).sum())
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))).sum())
    if variance <= 0:
        raise ReliabilityError("nothing_to_compare", item=label)
    gap = abs(float((a - (a + b) * (a + c) / n).sum()))
    chi_square = (max(gap - 0.5, 0.0) if correction else gap) ** 2 / variance
    p_value = float(special.chdtrc(1, chi_square))
    if right == 0 or wrong == 0:
        return (np.inf if wrong == 0 else -np.inf), nan, chi_square, p_value
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    se2 = (p * r).sum() / (2 * right**2) + (p * s + q * r).sum() / (2 * right * wrong)
    se2 += (q * s).sum() / (2 * wrong**2)
    return log(right / wrong), sqrt(float(se2)), chi_square, p_value


def _classes(table: FloatArray) -> list[str]:
    """A if below 1 delta or not significant, C if at least 1.5 and significantly above 1, else B (5 %)."""
    kinds = []
    for log_odds, se, _, p_value in table.tolist():
        size = abs(DELTA * log_odds)
        if size < 1 or p_value >= 0.05:
            kinds.append("A")
        else:
            certain = not np.isfinite(se) or size - 1.645 * abs(DELTA) * se > 1
            kinds.append("C" if size >= 1.5 and certain else "B")
    return kinds


def _thin(data: Groups, flagged: BoolArray) -> tuple[AnalysisWarning, ...]:
    table: ItemTable = item_table(data, 0, matching_score(data, 0, flagged.copy()))
    alone = int(np.count_nonzero((table.counts.sum(axis=2) == 0).any(axis=1)))
    return (AnalysisWarning(code="small_strata", context={"n": alone}),) if alone else ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MantelDif(Result):
    """Per ordinal item, (k,) each.

    Attributes
    ----------
    difference : standardised mean difference, focal minus reference, at equal matching score, in points of the item.
    difference_se : its standard error if there were no difference; effect : over the item's standard deviation.
    chi_square, p_value : Mantel's test, 1 degree of freedom, no continuity correction.
    classes : A negligible (effect to .17, or not significant), B to .25, C above.
    """

    labels: tuple[str, ...]
    reference: str
    focal: str
    difference: FloatArray
    difference_se: FloatArray
    effect: FloatArray
    chi_square: FloatArray
    p_value: FloatArray
    classes: tuple[str, ...]
    left_out: BoolArray
    rounds: int

    def to_rows(self) -> list[Row]:
        """One row per item."""
        names = ("difference", "difference_se", "effect", "chi_square", "p_value")
        rows = per_item(self.labels, **{name: getattr(self, name) for name in names})
        return [row | {"class": kind} for row, kind in zip(rows, self.classes, strict=True)]


def mantel(
    items: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    focal: object = None,
    matching: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    domain: npt.ArrayLike | None = None,
    purify: bool = False,
    names: Sequence[str] | None = None,
) -> MantelDif:
    """Mantel's test for ordinal items; parameters as in `mantel_haenszel`.

    References
    ----------
    Mantel (1963), JASA 58, 690-700, eq. 1-3; Zwick and Thayer (1996), Journal of Educational and Behavioral Statistics
    21, 187-201 (standardised mean difference, its standard error and classes).
    """
    data = _data(items, group, focal, matching, weights, domain, names)

    def flags(flagged: BoolArray) -> BoolArray:
        return np.array([kind != "A" for kind in _ordinal_classes(_differences(data, flagged))])

    flagged, rounds, status = purified(flags, k=len(data.labels), purify=purify and matching is None)
    table = _differences(data, flagged)
    return MantelDif(
        method="Mantel" + (", purified" if purify else ""),
        definition="dif.mantel",
        status=status + _thin(data, flagged),
        labels=data.labels,
        reference=data.reference_name,
        focal=data.focal_name,
        difference=table[:, 0],
        difference_se=table[:, 1],
        effect=table[:, 2],
        chi_square=table[:, 3],
        p_value=table[:, 4],
        classes=tuple(_ordinal_classes(table)),
        left_out=flagged,
        rounds=rounds,
    )


def _differences(data: Groups, flagged: BoolArray) -> FloatArray:
    """(k, 5) mean difference, its standard error, effect, chi-square, p."""
    rows = []
    for place, label in enumerate(data.labels):
        table = item_table(data, place, matching_score(data, place, flagged.copy()))
        y = data.items[:, place]
        mean = float(data.weights @ y) / float(data.weights.sum())
        spread = sqrt(float(data.weights @ (y - mean) ** 2) / (float(data.weights.sum()) - 1))
        rows.append(_mean_difference(table, spread, label))
    return np.array(rows)


def _mean_difference(table: ItemTable, spread: float, label: str) -> tuple[float, ...]:
    from scipy import special

    sizes = table.counts.sum(axis=2)
    both = (sizes > 0).all(axis=1) & (sizes.sum(axis=1) > 1)
    counts, (reference, focal) = table.counts[both], sizes[both].T
    n, together = reference + focal, counts.sum(axis=1)
    sums, squares = together @ table.scores, together @ table.scores**2
    variance = reference * focal / (n**2 * (n - 1)) * (n * squares - sums**2)
    total = float(variance.sum())
    if not total > 1e-12:
        raise ReliabilityError("nothing_to_compare", item=label)
    of_focal = counts[:, 1] @ table.scores
    gap = float((of_focal - focal * sums / n).sum())
    chi_square = gap**2 / total
    share = focal / focal.sum()
    means = of_focal / focal - counts[:, 0] @ table.scores / reference
    difference = float(share @ means)
    se = sqrt(float((share**2 * (1 / focal + 1 / reference) ** 2 * variance).sum()))
    return difference, se, difference / spread, chi_square, float(special.chdtrc(1, chi_square))


def _ordinal_classes(table: FloatArray) -> list[str]:
    kinds = []
    for _, _, effect, _, p_value in table.tolist():
        if p_value >= 0.05 or abs(effect) <= 0.17:
            kinds.append("A")
        else:
            kinds.append("B" if abs(effect) <= 0.25 else "C")
    return kinds
