"""Home of differential item functioning of ordinal items: Mantel's test and the difference of means at equal score."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from analysis._types import BoolArray, FloatArray
from analysis.reliability._results import per_item
from analysis.reliability.dif_tables import (
    Groups,
    ItemTable,
    groups_of,
    item_table,
    matching_score,
    purified,
    thin_levels,
)
from analysis.reliability.errors import ReliabilityError
from analysis.results import Result, Row


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
    data = groups_of(
        items, group, focal=focal, matching=matching, weights=weights, domain=domain, names=names
    )

    def flags(flagged: BoolArray) -> BoolArray:
        return np.array([kind != "A" for kind in _ordinal_classes(_differences(data, flagged))])

    flagged, rounds, status = purified(flags, k=len(data.labels), purify=purify and matching is None)
    table = _differences(data, flagged)
    return MantelDif(
        method="Mantel" + (", purified" if purify else ""),
        definition="agreement.dif_mantel",
        status=status + thin_levels(data, flagged),
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
