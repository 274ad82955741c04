"""Home of the sampling covariance of thresholds and polychoric correlations: asymptotic, and by survey design."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.correlation import _two_step
from analysis.correlation._codes import Coded, coded
from analysis.correlation._pairs import Pairs, packed
from analysis.correlation.errors import CorrelationError
from analysis.correlation.polychorics import Polychoric, item_thresholds, polychoric
from analysis.correlation.smoothing import Smoothing
from analysis.correlation.tables import BLOCK_ROWS, Contingency, Missing, contingency
from analysis.design import BoundDesign


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrdinalMoments:
    """What a model of ordinal items is fitted to.

    Attributes
    ----------
    names, n : of the k items; rows.
    thresholds : per item, ascending.
    correlation : (k, k) two-step polychoric.
    covariance : (T + P, T + P) sampling covariance of the estimates: the T thresholds item by item, then the P
        correlations (2, 1), (3, 1), ..., (3, 2), ... n times it is the matrix known as Gamma (NACOV).
    df : degrees of freedom of the design; infinite for a simple random sample.
    influence : (rows, T + P) weight times linearised value under a design, so that the estimates of several domains have
        a joint covariance; None without a design.
    """

    names: tuple[str, ...]
    n: int
    thresholds: tuple[FloatArray, ...]
    correlation: FloatArray
    covariance: FloatArray
    df: float = np.inf
    influence: FloatArray | None = field(default=None, repr=False)

    @property
    def gamma(self) -> FloatArray:
        """(T + P, T + P) n times the covariance of the estimates."""
        return self.n * self.covariance

    @property
    def threshold_item(self) -> npt.NDArray[np.int64]:
        """(T,) the item of each threshold."""
        return np.repeat(np.arange(len(self.names)), [len(tau) for tau in self.thresholds])


def ordinal_moments(
    items: npt.ArrayLike,
    *,
    design: BoundDesign | None = None,
    domain: npt.ArrayLike | None = None,
    missing: Missing | str = Missing.COMPLETE,
    missing_code: int | None = None,
    names: Sequence[str] | None = None,
) -> OrdinalMoments:
    """Thresholds, polychoric correlations and the covariance of both.

    Parameters
    ----------
    items : (n, k), see `contingency`.
    design : weights and clusters; None for a simple random sample without weights.
    domain : (n,) bool, the rows that count; the others stay in the design with influence 0.

    References
    ----------
    Muthén (1984), Psychometrika 49, 115-132; Muthén and Satorra (1995), Psychometrika 60, 489-503 (clusters).
    """
    weights = None if design is None else design.weights
    data = coded(items, missing_code=missing_code, categories=None, names=names)
    policy = _check.choice("missing", missing, among=Missing)
    kept = data.kept(weights=weights, domain=domain, complete=policy is Missing.COMPLETE)
    state = contingency(
        items, weights=weights, domain=domain, missing=policy, missing_code=missing_code, names=names
    )
    pairs, fit = packed(state), polychoric(state)
    used = _used_codes(data, state, pairs)
    pieces = _pieces(pairs, fit, state, data=data, used=used)
    w = np.ones(data.n) if weights is None else weights
    influence = None
    if design is None:
        covariance = _crossproduct(kept, pairs, pieces, w)
    else:
        influence = np.concatenate(list(_influence_blocks(kept, pairs, pieces, w)))

        def statistic(new: FloatArray) -> FloatArray:
            tables = contingency(
                items, weights=new, domain=domain, missing=policy, missing_code=missing_code, names=names
            )
            return _estimates(tables, like=fit)

        covariance = design.covariance_of(statistic, influence=influence)
    return OrdinalMoments(
        names=state.names,
        n=state.n,
        thresholds=item_thresholds(pairs),
        correlation=fit.correlation,
        covariance=_check.frozen(covariance),
        df=np.inf if design is None else float(design.df),
        influence=influence,
    )


def design_polychoric(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    domain: npt.ArrayLike | None = None,
    missing: Missing | str = Missing.COMPLETE,
    missing_code: int | None = None,
    names: Sequence[str] | None = None,
    smoothing: Smoothing | str = Smoothing.NONE,
) -> Polychoric:
    """Weighted two-step polychoric correlations with standard errors by the survey design."""
    found = ordinal_moments(
        items, design=design, domain=domain, missing=missing, missing_code=missing_code, names=names
    )
    state = contingency(
        items,
        weights=design.weights,
        domain=domain,
        missing=missing,
        missing_code=missing_code,
        names=names,
    )
    fit = polychoric(state, smoothing=smoothing)
    k = state.k
    se = np.zeros((k, k))
    variance = np.diag(found.covariance)[-k * (k - 1) // 2 :]
    se[np.triu_indices(k, 1)] = np.sqrt(np.maximum(variance, 0.0))
    return replace(fit, se=_check.frozen(se + se.T), method=f"{fit.method}, standard errors by design")


def _estimates(state: Contingency, *, like: Polychoric) -> FloatArray:
    fit = polychoric(state)
    for name, found, wanted in zip(fit.names, fit.categories, like.categories, strict=True):
        if len(found) != len(wanted):
            value = f"{np.setdiff1d(wanted, found)[0]:g}"
            raise CorrelationError("category_vanishes", item=name, value=value)
    return np.concatenate([*fit.thresholds, fit.vector])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pieces:
    """Influence of an answer, by code of the item or of the pair; the last place is a missing answer."""

    used: tuple[IntArray, ...]
    tau: list[FloatArray]  # per item (c + 1, t)
    score: FloatArray  # (P, C + 1, C + 1) per person of the pair
    from_first: FloatArray
    from_second: FloatArray
    item_weight: FloatArray
    pair_weight: FloatArray


def _used_codes(data: Coded, state: Contingency, pairs: Pairs) -> tuple[IntArray, ...]:
    """Per item the codes, in the data, of the categories that somebody inside the domain chose."""
    return tuple(
        np.searchsorted(values, known[places]).astype(np.int64)
        for values, known, places in zip(data.categories, state.categories, pairs.used, strict=True)
    )


def _pieces(
    pairs: Pairs, fit: Polychoric, state: Contingency, *, data: Coded, used: tuple[IntArray, ...]
) -> _Pieces:
    parts = _two_step.cell_influence(pairs, fit.vector)
    inside = 1.0 / parts.information
    score = np.pad(parts.score * inside[:, None, None], ((0, 0), (0, 1), (0, 1)))
    tau = []
    for item, places in enumerate(used):
        # From codes of all categories to codes of those in use; an unused code and -1 have no influence.
        table = np.zeros((len(data.categories[item]) + 1, len(places) - 1))
        table[places] = parts.tau[item, : len(places), : len(places) - 1]
        tau.append(table)
    return _Pieces(
        used=used,
        tau=tau,
        score=score,
        from_first=parts.from_first * inside[:, None],
        from_second=parts.from_second * inside[:, None],
        item_weight=np.array([state.margin(item).sum() for item in range(state.k)]),
        pair_weight=pairs.totals,
    )


def _influence_blocks(
    data: Coded, pairs: Pairs, pieces: _Pieces, weights: FloatArray
) -> Iterator[FloatArray]:
    """Blocks of (rows, T + P) weight times linearised value of the thresholds and correlations."""
    most = pieces.score.shape[1] - 1
    places = [np.full(len(values) + 1, most) for values in data.categories]
    for place, used in zip(places, pieces.used, strict=True):
        place[used] = np.arange(len(used))
    for start in range(0, data.n, BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        codes, w = data.codes[:, rows], weights[rows]
        tau = [
            table[code] * (w / total)[:, None]
            for table, code, total in zip(pieces.tau, codes, pieces.item_weight, strict=True)
        ]
        where = [place[code] for place, code in zip(places, codes, strict=True)]
        rho = np.empty((len(w), len(pairs.first)))
        for pair, (i, j) in enumerate(zip(pairs.first, pairs.second, strict=True)):
            direct = pieces.score[pair].ravel()[where[i] * (most + 1) + where[j]] * w
            rho[:, pair] = direct / pieces.pair_weight[pair]
            rho[:, pair] -= tau[i] @ pieces.from_first[pair, : tau[i].shape[1]]
            rho[:, pair] -= tau[j] @ pieces.from_second[pair, : tau[j].shape[1]]
        yield np.column_stack([*tau, rho])


def _crossproduct(data: Coded, pairs: Pairs, pieces: _Pieces, weights: FloatArray) -> FloatArray:
    total = sum(block.T @ block for block in _influence_blocks(data, pairs, pieces, weights))
    return np.asarray(total)
