"""Home of the mode effect: what is left of the difference between modes after weighting and composition."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._check import complete, labels, numbers
from analysis.errors import InvalidInput
from analysis.quality.errors import QualityError
from analysis.quality.rules import RULES
from analysis.quality.scores import dummies


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeDifference:
    """Difference (points) of a mode from the reference mode, with a robust standard error."""

    mode: str
    reference: str
    n: int
    effect: float
    se: float
    is_flagged: bool


def mode_effects(
    level: ArrayLike,
    mode: ArrayLike,
    *,
    weights: ArrayLike,
    factors: Mapping[str, ArrayLike],
    reference: str | None = None,
    points: float = RULES["mode_effect"].thresholds["points"],
) -> tuple[ModeDifference, ...]:
    """Weighted regression of people's levels on mode and composition.

    Parameters
    ----------
    level : (n,) points, nan leaves the fit
    mode : (n,) names
    weights : (n,) final weights
    factors : name -> (n,) categories: area, age, place, size
    reference : mode the others are compared with; the most frequent one if not named

    Raises
    ------
    InvalidInput
        ``bad_option`` if the reference mode does not occur.
    QualityError
        ``nobody_measured`` if every level is missing.

    References
    ----------
    White (1980), Econometrica 48, 817-838 (sandwich variance of weighted least squares).
    """
    y = numbers("level", level)
    known = np.isfinite(y)
    if not known.any():
        raise QualityError("nobody_measured", name="level")
    names = np.asarray(mode).astype(str)
    w = complete("weights", weights, n=len(y))[known]
    kinds, counts = np.unique(names[known], return_counts=True)
    base = str(kinds[counts.argmax()]) if reference is None else reference
    if base not in kinds:
        raise InvalidInput("bad_option", name="reference", value=base, choices=", ".join(kinds))
    others = [str(kind) for kind in kinds if kind != base]
    labels("mode", names, n=len(y))
    rest = dummies({name: np.asarray(values) for name, values in factors.items()}, n=len(y))[known]
    design = np.column_stack([*((names[known] == kind).astype(np.float64) for kind in others), rest])
    bread = np.linalg.pinv(design.T @ (w[:, None] * design))
    beta = bread @ (design.T @ (w * y[known]))
    scored = design * (w * (y[known] - design @ beta))[:, None]
    se = np.sqrt(np.diag(bread @ (scored.T @ scored) @ bread))
    return tuple(
        ModeDifference(
            mode=kind,
            reference=base,
            n=int((names[known] == kind).sum()),
            effect=float(beta[place]),
            se=float(se[place]),
            is_flagged=abs(float(beta[place])) > points,
        )
        for place, kind in enumerate(others)
    )
