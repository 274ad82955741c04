"""Home of differential item functioning of 0/1 items: Mantel-Haenszel odds at equal score, with the ETS classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis._types import BoolArray, FloatArray
from analysis.reliability._results import per_item, t_quantile
from analysis.reliability.dif_tables import (
    Groups,
    groups_of,
    item_table,
    matching_score,
    purified,
    thin_levels,
)
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
    data = groups_of(
        items, group, focal=focal, matching=matching, weights=weights, domain=domain, names=names
    )
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
        definition="agreement.dif_mantel_haenszel",
        status=status + thin_levels(data, flagged),
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
