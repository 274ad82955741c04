"""Home of what one item gives: top and bottom boxes, net score and the 0-100 mean, with errors and covariance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray, Interval
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.estimate.estimates import Estimates, Named, collect
from analysis.estimate.means import mean
from analysis.estimate.proportions import proportion
from analysis.index.errors import IndexRefused

PARTS = ("top", "bottom", "net", "mean")


def top_box(
    items: ArrayLike,
    design: BoundDesign,
    *,
    top: int = 2,
    points: int = 5,
    names: Sequence[str] | None = None,
    domain: ArrayLike | None = None,
    interval: Interval = Interval.LOGIT,
) -> Estimates:
    """Weighted share of answers in the `top` highest points among valid answers.

    Parameters
    ----------
    items : (n,) or (n, k) answers 1 to `points`, nan where missing; a missing answer leaves that item's domain.
    design : of the same n rows, linearised or with replicates.
    names : k names, for rows and messages.
    interval : see `estimate.proportion`.

    Raises
    ------
    IndexRefused
        ``answer_off_scale`` with item, row and answer; ``bad_scale``; ``name_twice``.
    EstimationError
        ``empty_domain`` naming an item that nobody answered.
    """
    y, labels = answers(items, design, names=names, points=points)
    lowest = _lowest_top(top, points)
    named = [
        Named(
            item=label,
            part="top",
            estimate=proportion(
                box(y[:, j], low=lowest, high=points), design, domain=domain, interval=interval, name=label
            ),
        )
        for j, label in enumerate(labels)
    ]
    return collect(named, design=design, cov=True, method=f"top-{top}-box", definition="index.top_box")


def bottom_box(
    items: ArrayLike,
    design: BoundDesign,
    *,
    bottom: int = 2,
    points: int = 5,
    names: Sequence[str] | None = None,
    domain: ArrayLike | None = None,
    interval: Interval = Interval.LOGIT,
) -> Estimates:
    """Weighted share of answers in the `bottom` lowest points; everything else as for `top_box`."""
    y, labels = answers(items, design, names=names, points=points)
    _lowest_top(bottom, points)
    named = [
        Named(
            item=label,
            part="bottom",
            estimate=proportion(
                box(y[:, j], low=1, high=bottom), design, domain=domain, interval=interval, name=label
            ),
        )
        for j, label in enumerate(labels)
    ]
    return collect(named, design=design, cov=True, method=f"bottom-{bottom}-box", definition="index.top_box")


def net_score(
    items: ArrayLike,
    design: BoundDesign,
    *,
    top: int = 2,
    bottom: int = 2,
    points: int = 5,
    names: Sequence[str] | None = None,
    domain: ArrayLike | None = None,
) -> Estimates:
    """Top share minus bottom share, from -1 to 1; its error counts that the two are parts of one answer.

    With `points` = 11 after adding 1 to answers 0 to 10, `top` = 2 and `bottom` = 7 it is the recommendation score
    that others sell under a mark of theirs.
    """
    y, labels = answers(items, design, names=names, points=points)
    _lowest_top(top + bottom - 1, points)
    named = [
        Named(
            item=label,
            part="net",
            estimate=mean(
                net(y[:, j], top=top, bottom=bottom, points=points), design, domain=domain, name=label
            ),
        )
        for j, label in enumerate(labels)
    ]
    return collect(named, design=design, cov=True, method="net score", definition="index.net_score")


def mean_score(
    items: ArrayLike,
    design: BoundDesign,
    *,
    points: int = 5,
    table: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    domain: ArrayLike | None = None,
) -> Estimates:
    """Weighted mean of the item score 100 (x - 1) / (points - 1), or of the scores of a conversion `table`."""
    _, labels = answers(items, design, names=names, points=points)
    y = item_score(items, points=points, table=table, names=labels)
    named = [
        Named(
            item=label,
            part="mean",
            estimate=mean(y[:, j], design, domain=domain, name=label),
        )
        for j, label in enumerate(labels)
    ]
    return collect(named, design=design, cov=True, method="0-100 mean", definition="index.mean_score")


def satisfaction(
    items: ArrayLike,
    design: BoundDesign,
    *,
    top: int = 2,
    bottom: int = 2,
    points: int = 5,
    names: Sequence[str] | None = None,
    domain: ArrayLike | None = None,
    interval: Interval = Interval.LOGIT,
) -> Estimates:
    """All four of each item side by side, with the covariance of everything: parts "top", "bottom", "net", "mean"."""
    _, labels = answers(items, design, names=names, points=points)
    boxes = {"design": design, "points": points, "names": labels, "domain": domain}
    four = (
        top_box(items, top=top, interval=interval, **boxes),  # type: ignore[arg-type]  # one set of keywords for four calls
        bottom_box(items, bottom=bottom, interval=interval, **boxes),  # type: ignore[arg-type]  # one set of keywords for four calls
        net_score(items, top=top, bottom=bottom, **boxes),  # type: ignore[arg-type]  # one set of keywords for four calls
        mean_score(items, **boxes),  # type: ignore[arg-type]  # one set of keywords for four calls
    )
    named = [part.named[j] for j in range(len(labels)) for part in four]
    return collect(
        named, design=design, cov=True, method="satisfaction of items", definition="index.satisfaction"
    )


def answers(
    items: ArrayLike, design: BoundDesign, *, names: Sequence[str] | None, points: int
) -> tuple[FloatArray, tuple[str, ...]]:
    """(n, k) answers on the scale 1 to `points`, nan where missing, and k different names."""
    return on_scale(items, n=design.n, names=names, points=points)


def on_scale(
    items: ArrayLike, *, n: int, names: Sequence[str] | None, points: int
) -> tuple[FloatArray, tuple[str, ...]]:
    """The same for n rows without a design."""
    if points < 2:
        raise IndexRefused("bad_scale", points=points, top=0)
    y, labels = columns(items, n=n, names=names)
    with np.errstate(invalid="ignore"):
        off = np.isfinite(y) & ((y < 1) | (y > points) | (np.floor(y) != y)) | np.isinf(y)
    for row, j in np.argwhere(off):
        raise IndexRefused(
            "answer_off_scale", item=labels[j], row=int(row) + 1, value=float(y[row, j]), low=1, high=points
        )
    return y, labels


def columns(items: ArrayLike, *, n: int, names: Sequence[str] | None) -> tuple[FloatArray, tuple[str, ...]]:
    """(n, k) float columns and their names, "item 1" and so on where none are given."""
    try:
        y = np.asarray(items, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="items", value=problem) from problem
    y = y[:, None] if y.ndim == 1 else y
    if y.ndim != 2 or y.shape[0] != n or not y.shape[1]:
        raise InvalidInput("wrong_shape", name="items", expected=f"({n}, k)", actual=y.shape)
    return y, unique_names(names, k=y.shape[1])


def unique_names(names: Sequence[str] | None, *, k: int) -> tuple[str, ...]:
    """k different names."""
    labels = tuple(f"item {j + 1}" for j in range(k)) if names is None else tuple(str(name) for name in names)
    if len(labels) != k:
        raise InvalidInput("wrong_shape", name="names", expected=f"({k},)", actual=(len(labels),))
    for place, label in enumerate(labels):
        if label in labels[:place]:
            raise IndexRefused("name_twice", name=label)
    return labels


def box(y: FloatArray, *, low: float, high: float) -> FloatArray:
    """1 inside low to high, 0 outside, nan where missing."""
    return np.where(np.isfinite(y), ((y >= low) & (y <= high)).astype(np.float64), np.nan)


def net(y: FloatArray, *, top: int, bottom: int, points: int) -> FloatArray:
    """1 in the top, -1 in the bottom, 0 between, nan where missing."""
    return box(y, low=points - top + 1, high=points) - box(y, low=1, high=bottom)


def item_score(
    items: ArrayLike, *, points: int = 5, table: ArrayLike | None = None, names: Sequence[str] | None = None
) -> FloatArray:
    """(n, k) item scores 0 to 100 of every answer, nan where missing.

    Parameters
    ----------
    items : (n,) or (n, k) answers 1 to `points`.
    table : (points,) score of each answer, rising from 0 to 100; equal steps by default.

    Raises
    ------
    IndexRefused
        ``answer_off_scale`` with item, row and answer; ``table_unordered``.
    """
    y, _ = on_scale(items, n=np.shape(items)[0] if np.ndim(items) else 0, names=names, points=points)
    worth = np.linspace(0.0, 100.0, points) if table is None else np.asarray(table, dtype=np.float64)
    if worth.shape != (points,) or worth[0] != 0 or worth[-1] != 100 or not (np.diff(worth) > 0).all():
        raise IndexRefused("table_unordered", table="table")
    known = np.isfinite(y)
    return np.where(known, worth[np.where(known, y - 1, 0).astype(np.int64)], np.nan)


def _lowest_top(top: int, points: int) -> int:
    if not 1 <= top < points:
        raise IndexRefused("bad_scale", points=points, top=top)
    return points - top + 1
