"""Home of the gap between what people expected and what they experienced."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.estimate import comparisons
from analysis.estimate.estimates import Estimates, Named, collect
from analysis.estimate.means import mean
from analysis.index.errors import IndexRefused
from analysis.index.scales import columns


def expectation_gap(
    expectation: ArrayLike,
    experience: ArrayLike,
    *,
    design: BoundDesign,
    names: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
    paired: bool = True,
    domain: ArrayLike | None = None,
) -> Estimates:
    """Mean experience minus mean expectation, per item and over all items, with the covariance of the two.

    Parameters
    ----------
    expectation, experience : (n,) or (n, k) on the same scale, nan where missing.
    weights : (k,) of the items in the overall gap, equal by default; scaled to sum 1.
    paired : only people who answered both (default); False takes each mean over its own answers, and people who
        answered both still make the two move together.

    Returns
    -------
    Parts "expectation", "experience" and "gap" per item, and item "all" part "gap" if there is more than one.

    Raises
    ------
    IndexRefused
        ``bad_weights``, ``name_twice``.
    EstimationError
        ``empty_domain`` naming an item without answers.

    References
    ----------
    Parasuraman, Zeithaml and Berry (1988), Journal of Retailing 64, 12-40 (gap scores); the error is that of a
    difference of domain means, Lohr (2022), sec. 4.3 and 9.1.
    """
    before, labels = columns(expectation, n=design.n, names=names)
    after, _ = columns(experience, n=design.n, names=labels)
    inside = _check.mask("domain", domain, n=design.n)
    named: list[Named] = []
    gaps = []
    for j, label in enumerate(labels):
        both = (
            np.isfinite(before[:, j]) & np.isfinite(after[:, j])
            if paired
            else np.ones(design.n, dtype=np.bool_)
        )
        expected = mean(before[:, j], design, domain=inside & both, name=label)
        lived = mean(after[:, j], design, domain=inside & both, name=label)
        gap = comparisons.contrast(lived, expected, design=design)
        gaps.append(gap)
        named += [
            Named(item=label, part="expectation", estimate=expected),
            Named(item=label, part="experience", estimate=lived),
            Named(item=label, part="gap", estimate=gap),
        ]
    if len(labels) > 1:
        shares = item_weights(weights, k=len(labels))
        overall = comparisons.combine(gaps, shares, design=design, method="mean gap")
        named.append(Named(item="all", part="gap", estimate=overall))
    word = "paired" if paired else "unpaired"
    return collect(
        named, design=design, cov=True, method=f"expectation gap, {word}", definition="index.expectation_gap"
    )


def item_weights(weights: ArrayLike | None, *, k: int) -> FloatArray:
    """(k,) weights that sum to 1."""
    if weights is None:
        return np.full(k, 1.0 / k)
    try:
        w = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise IndexRefused("bad_weights", k=k) from problem
    if w.shape != (k,) or not np.all(np.isfinite(w)) or w.min() < 0 or not w.sum() > 0:
        raise IndexRefused("bad_weights", k=k)
    return np.asarray(w / w.sum())
