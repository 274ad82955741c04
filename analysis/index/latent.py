"""Home of the latent satisfaction index: a path model by partial least squares with the errors of the design."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.estimate.estimates import Estimates, Named, collect
from analysis.estimate.moment_functions import MomentState, moment_state, of_moments
from analysis.index._pls import Solution, Structure, solve, structure
from analysis.index.errors import IndexRefused, IndexStatus
from analysis.index.path_model import PathModel, Scheme
from analysis.index.scales import columns
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatentIndex(Result):
    """A fitted path model.

    Attributes
    ----------
    estimates : with covariance; items are latent variables, parts "index" (0 to 100), "weight.<item>" (standardised),
        "share.<item>" (weight on the answers as given, summing to 1), "loading.<item>", "path.<to>", "total.<to>",
        "r_squared".
    solution weights : (p, b); loadings : (p,); latent : (b, b); paths, total_effects : (b, b), row leads to column.
    """

    model: PathModel
    estimates: Estimates = field(repr=False)
    weights: FloatArray = field(repr=False)
    loadings: FloatArray = field(repr=False)
    latent: FloatArray = field(repr=False)
    paths: FloatArray
    total_effects: FloatArray
    r_squared: FloatArray
    iterations: int
    converged: bool

    @property
    def index(self) -> FloatArray:
        """(b,) mean index of each latent variable, 0 to 100."""
        return self.estimates.values[: len(self.model.blocks)]

    @property
    def index_se(self) -> FloatArray:
        """(b,) standard errors of the indices."""
        return self.estimates.se[: len(self.model.blocks)]

    def scores(self, items: ArrayLike, *, scale: tuple[float, float] = (1, 10)) -> FloatArray:
        """(n, b) index of every respondent from (n, p) items in the order of the model; nan where an item is."""
        y = np.asarray(items, dtype=np.float64)
        count = len(self.model.items)
        if y.ndim != 2 or y.shape[1] != count:
            raise InvalidInput("wrong_shape", name="items", expected=f"(n, {count})", actual=y.shape)
        shares = np.zeros((count, len(self.model.blocks)))
        place = 0
        for b, (block, members) in enumerate(self.model.blocks.items()):
            for item in members:
                shares[place, b] = self.estimates[f"{block}.share.{item}"].value
                place += 1
        return np.asarray(100.0 * (y @ shares - scale[0]) / (scale[1] - scale[0]))

    def to_rows(self) -> list[Row]:
        """One row per estimate, the indices first."""
        extra: Row = {
            "definition": self.definition,
            "version": self.version,
            "iterations": self.iterations,
            "model_status": ";".join(item.code for item in self.status),
        }
        return [{**row, **extra} for row in self.estimates.to_rows()]


def latent_index(
    items: ArrayLike,
    design: BoundDesign,
    *,
    model: PathModel,
    names: Sequence[str] | None = None,
    scheme: str = Scheme.PATH,
    scale: tuple[float, float] = (1, 10),
    domain: ArrayLike | None = None,
) -> LatentIndex:
    """Weights, loadings, paths and the 0-100 index of every latent variable.

    The index is 100 (sum of share x mean - low) / (high - low), with shares = weight / standard deviation, scaled to
    sum 1: the weighted mean of the answers as given, put on 0 to 100.

    Parameters
    ----------
    items : (n, k) answers on one `scale`, nan where missing; only rows complete in the model's items count.
    names : k names that hold every item of the model; the model's own order by default.
    scheme : "path" (default), "factorial" or "centroid".

    Raises
    ------
    IndexRefused
        ``item_unknown``, ``answer_off_scale``, ``block_singular``, ``latent_collinear``, ``weights_cancel``.
    InvalidInput
        ``constant_column`` naming the item.

    References
    ----------
    Fornell et al. (1996), Journal of Marketing 60, appendix (index); Tenenhaus et al. (2005). Errors: the slopes of
    the whole algorithm in the moments, so that the weights' own error is in the index's.
    """
    how = _check.choice("scheme", scheme, among=Scheme)
    if not scale[0] < scale[1]:
        raise IndexRefused("bad_goalposts", indicator="scale", low=scale[0], high=scale[1])
    y, labels = columns(items, n=design.n, names=model.items if names is None else names)
    chosen = _chosen(y, labels, model, scale=scale)
    state = moment_state(chosen, design, names=model.items, domain=domain)
    shape = structure(model, how)
    fitted = solve(state.correlation, shape)
    _require_direction(fitted, state, shape)
    estimates = _estimates(fitted, state, shape, model=model, scale=scale)
    return LatentIndex(
        method=estimates.method,
        definition=estimates.definition,
        seed=estimates.seed,
        status=(*estimates.named[0].estimate.status, *_statuses(fitted, state, shape)),
        model=model,
        estimates=estimates,
        weights=_check.frozen(fitted.weights),
        loadings=_check.frozen(fitted.loadings),
        latent=_check.frozen(fitted.latent),
        paths=_check.frozen(fitted.paths),
        total_effects=_check.frozen(total_effects(fitted.paths)),
        r_squared=_check.frozen(fitted.r_squared),
        iterations=fitted.iterations,
        converged=fitted.converged,
    )


def _estimates(
    fitted: Solution,
    state: MomentState,
    shape: Structure,
    *,
    model: PathModel,
    scale: tuple[float, float],
) -> Estimates:
    """Every number of the model with its error: the algorithm runs again on moved moments, from where it ended."""

    def every(mean: FloatArray, covariance: FloatArray) -> FloatArray:
        sd = np.sqrt(np.diag(covariance))
        found = solve(covariance / np.outer(sd, sd), shape, start=fitted.weights)
        return _flat(found, mean=mean, sd=sd, shape=shape, scale=scale)

    method = f"partial least squares, {shape.scheme.value}"
    values = of_moments(state, every, method=method)
    named = [
        Named(item=item, part=part, estimate=estimate)
        for (item, part), estimate in zip(_cells(model), values, strict=True)
    ]
    return collect(named, design=state.design, cov=True, method=method, definition="index.latent")


def total_effects(paths: FloatArray) -> FloatArray:
    """(b, b) direct and indirect effects: (I - P)^-1 - I."""
    unit = np.eye(len(paths))
    return np.asarray(np.linalg.inv(unit - paths) - unit)


def _chosen(
    y: FloatArray, labels: tuple[str, ...], model: PathModel, *, scale: tuple[float, float]
) -> FloatArray:
    """(n, p) the model's items, all on the scale."""
    for item in model.items:
        if item not in labels:
            raise IndexRefused("item_unknown", item=item, choices=", ".join(labels))
    chosen = y[:, [labels.index(item) for item in model.items]]
    with np.errstate(invalid="ignore"):
        off = (chosen < scale[0]) | (chosen > scale[1])
    for row, j in np.argwhere(off):
        raise IndexRefused(
            "answer_off_scale",
            item=model.items[j],
            row=int(row) + 1,
            value=float(chosen[row, j]),
            low=scale[0],
            high=scale[1],
        )
    return chosen


def _cells(model: PathModel) -> list[tuple[str, str]]:
    """Item and part of every estimate, in the order of `_flat`."""
    cells = [(block, "index") for block in model.names]
    for kind in ("weight", "share", "loading"):
        cells += [(block, f"{kind}.{item}") for block, items in model.blocks.items() for item in items]
    ends = np.argwhere(model.leads())
    cells += [(model.names[i], f"path.{model.names[j]}") for i, j in ends]
    reached = np.argwhere(_reached(model.leads().astype(np.float64)))
    cells += [(model.names[i], f"total.{model.names[j]}") for i, j in reached]
    cells += [(model.names[j], "r_squared") for j in np.flatnonzero(model.leads().any(axis=0))]
    return cells


def _flat(
    found: Solution, *, mean: FloatArray, sd: FloatArray, shape: Structure, scale: tuple[float, float]
) -> FloatArray:
    own = shape.block[:, None] == np.arange(len(shape.names))
    weights = found.weights[own]
    raw = weights / sd
    shares = raw / np.bincount(shape.block, weights=raw)[shape.block]
    level = np.bincount(shape.block, weights=shares * mean)
    index = 100.0 * (level - scale[0]) / (scale[1] - scale[0])
    reached = _reached(shape.leads.astype(np.float64))
    return np.concatenate(
        [
            index,
            weights,
            shares,
            found.loadings,
            found.paths[shape.leads],
            total_effects(found.paths)[reached],
            found.r_squared[shape.leads.any(axis=0)],
        ]
    )


def _reached(leads: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """(b, b) whether row reaches column by any way."""
    return np.asarray(np.linalg.inv(np.eye(len(leads)) - leads / (2.0 * len(leads))) > 1e-12) & ~np.eye(
        len(leads), dtype=np.bool_
    )


def _require_direction(fitted: Solution, state: MomentState, shape: Structure) -> None:
    """Refuse a block whose weights on the answers as given sum to nothing."""
    for b, name in enumerate(shape.names):
        raw = (fitted.weights[:, b] / state.sd)[shape.block == b]
        if abs(raw.sum()) < 1e-4 * np.abs(raw).sum():
            raise IndexRefused("weights_cancel", block=name)


def _statuses(fitted: Solution, state: MomentState, shape: Structure) -> list[AnalysisWarning]:
    found: list[AnalysisWarning] = []
    if not fitted.converged:
        found.append(IndexStatus(code="pls_not_converged", context={"iterations": fitted.iterations}))
    for b, name in enumerate(shape.names):
        if (fitted.weights[shape.block == b, b] < 0).any():
            found.append(IndexStatus(code="negative_weight", context={"block": name}))
    return found
