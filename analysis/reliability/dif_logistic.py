"""Home of differential item functioning by ordinal logistic regression: uniform and nonuniform, with effect sizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.errors import AnalysisWarning
from analysis.reliability._proportional_odds import Cells, log_likelihood, null_log_likelihood
from analysis.reliability._results import per_item
from analysis.reliability.dif_tables import Groups, groups_of, item_table, matching_score, purified
from analysis.reliability.errors import ReliabilityError
from analysis.results import Result, Row


class PseudoR2(StrEnum):
    """`mcfadden`: 1 - logL / logL0; `nagelkerke`: Cox-Snell over its largest value; `cox-snell`."""

    MCFADDEN = "mcfadden"
    NAGELKERKE = "nagelkerke"
    COX_SNELL = "cox-snell"


class Flag(StrEnum):
    """What makes an item suspect: the `chi-square` test of both kinds of DIF, or the change in pseudo `r2`."""

    CHI_SQUARE = "chi-square"
    R2 = "r2"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogisticDif(Result):
    """Per item, (k,) each: score only, then with the group, then with the group by score.

    Attributes
    ----------
    uniform_chi_square, uniform_p : group added to the score (1 degree of freedom).
    nonuniform_chi_square, nonuniform_p : group by score added (1).
    total_chi_square, total_p : both together (2).
    uniform_r2, nonuniform_r2, total_r2 : the change in pseudo R².
    group_effect : coefficient of the focal group in the model without interaction, in logits; above 0 the focal
        group gives higher answers at equal score.
    flagged, left_out : suspect items; items out of the matching score of the others.
    """

    labels: tuple[str, ...]
    reference: str
    focal: str
    uniform_chi_square: FloatArray
    uniform_p: FloatArray
    nonuniform_chi_square: FloatArray
    nonuniform_p: FloatArray
    total_chi_square: FloatArray
    total_p: FloatArray
    uniform_r2: FloatArray
    nonuniform_r2: FloatArray
    total_r2: FloatArray
    group_effect: FloatArray
    flagged: BoolArray
    left_out: BoolArray
    rounds: int

    def to_rows(self) -> list[Row]:
        """One row per item."""
        rows = per_item(self.labels, **{name: getattr(self, name) for name in _COLUMNS})
        return [row | {"flagged": int(flag)} for row, flag in zip(rows, self.flagged, strict=True)]


_COLUMNS = (
    "uniform_chi_square",
    "uniform_p",
    "nonuniform_chi_square",
    "nonuniform_p",
    "total_chi_square",
    "total_p",
    "uniform_r2",
    "nonuniform_r2",
    "total_r2",
    "group_effect",
)


def logistic_dif(
    items: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    focal: object = None,
    matching: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    domain: npt.ArrayLike | None = None,
    purify: bool = False,
    pseudo_r2: PseudoR2 | str = PseudoR2.MCFADDEN,
    flag: Flag | str = Flag.CHI_SQUARE,
    alpha: float = 0.01,
    r2_change: float = 0.02,
    names: Sequence[str] | None = None,
) -> LogisticDif:
    """Proportional-odds regression of every item on the matching score, the group and their product.

    Parameters
    ----------
    items : (n, k) two or more ordered answers, nan where missing; incomplete rows are left out.
    group, focal, matching, weights : as in `mantel_haenszel`.
    purify : take flagged items out of the matching score of the others, until the flags stand still.
    flag, alpha, r2_change : an item is flagged if the test of both kinds has p below `alpha`, or (`flag` = r2)
        if its total change in pseudo R² is at least `r2_change`.

    Raises
    ------
    ReliabilityError
        ``no_variation`` naming the item, ``two_groups``.

    References
    ----------
    Swaminathan and Rogers (1990), Journal of Educational Measurement 27, 361-370; Zumbo (1999), A Handbook on the
    Theory and Methods of DIF; Choi, Gibbons and Crane (2011), Journal of Statistical Software 39(8) (McFadden, purification).
    """
    kind = _check.choice("pseudo_r2", pseudo_r2, among=PseudoR2)
    by = _check.choice("flag", flag, among=Flag)
    data = groups_of(
        items, group, focal=focal, matching=matching, weights=weights, domain=domain, names=names
    )

    def suspect(table: FloatArray) -> BoolArray:
        return np.asarray(table[:, 5] < alpha if by is Flag.CHI_SQUARE else table[:, 8] >= r2_change)

    def flags(left_out: BoolArray) -> BoolArray:
        return suspect(_models(data, left_out, kind)[0])

    left_out, rounds, status = purified(flags, k=len(data.labels), purify=purify and matching is None)
    table, settled = _models(data, left_out, kind)
    if not settled:
        status += (AnalysisWarning(code="not_converged", context={"iterations": 50}),)
    return LogisticDif(
        method=f"ordinal logistic regression, {kind.value}" + (", purified" if purify else ""),
        definition="agreement.dif_logistic",
        status=status,
        labels=data.labels,
        reference=data.reference_name,
        focal=data.focal_name,
        **dict(zip(_COLUMNS, table.T, strict=True)),
        flagged=suspect(table),
        left_out=left_out,
        rounds=rounds,
    )


def _models(data: Groups, left_out: BoolArray, kind: PseudoR2) -> tuple[FloatArray, bool]:
    """(k, 10) columns of the result, and whether every fit converged."""
    rows, settled = [], True
    for place, label in enumerate(data.labels):
        score = matching_score(data, place, left_out.copy())
        row, good = _three_models(data, place, label, score, kind)
        rows.append(row)
        settled &= good
    return np.array(rows), settled


def _three_models(
    data: Groups, place: int, label: str, score: FloatArray, kind: PseudoR2
) -> tuple[list[float], bool]:
    from scipy import special

    table = item_table(data, place, score)
    levels, _, c = table.counts.shape
    if c < 2:
        raise ReliabilityError("no_variation", item=label)
    centred = table.levels - table.levels.mean()
    theta = np.repeat(centred / max(float(np.abs(centred).max()), 1e-300), 2)
    focal = np.tile([0.0, 1.0], levels)
    counts = table.counts.reshape(levels * 2, c)
    columns = np.column_stack([theta, focal, theta * focal])
    fits = [log_likelihood(Cells(x=columns[:, :width], counts=counts)) for width in (1, 2, 3)]
    base, n = null_log_likelihood(counts), float(counts.sum())
    ends = [_pseudo_r2(fit.log_likelihood, base, n, kind) for fit in fits]
    drops = [
        2 * max(b.log_likelihood - a.log_likelihood, 0.0) for a, b in ((fits[0], fits[1]), (fits[1], fits[2]))
    ]
    total = 2 * max(fits[2].log_likelihood - fits[0].log_likelihood, 0.0)
    row = [
        drops[0],
        float(special.chdtrc(1, drops[0])),
        drops[1],
        float(special.chdtrc(1, drops[1])),
        total,
        float(special.chdtrc(2, total)),
        ends[1] - ends[0],
        ends[2] - ends[1],
        ends[2] - ends[0],
        float(fits[1].slopes[1]),
    ]
    return row, all(fit.is_converged for fit in fits)


def _pseudo_r2(value: float, base: float, n: float, kind: PseudoR2) -> float:
    if kind is PseudoR2.MCFADDEN:
        return float(1 - value / base)
    cox_snell = float(-np.expm1(2 * (base - value) / n))
    return cox_snell if kind is PseudoR2.COX_SNELL else cox_snell / float(-np.expm1(2 * base / n))
