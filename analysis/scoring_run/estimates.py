"""Home of the estimates of one group in a set of domains: items, indicators, dimensions and the index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.index.aggregate import Coefficients, coefficients
from analysis.index.cells import MICRO, CellTable, cell_table
from analysis.index.influence import combined, item_influence
from analysis.index.tree import Tree
from analysis.score.conversion import Conversion
from analysis.scoring_run.sample import Sample, item_scores, kish

#: Below two answers an item has no variance and therefore no estimate.
LEAST_ANSWERS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DomainEstimates:
    """Estimates of a tree in d domains.

    Attributes
    ----------
    domains : names of the domains, (d,)
    cells : CellTable of the items
    coefficients : how every node is made of item means
    item_values, item_se : (d, k), nan without an estimate
    node_values, node_se : (d, m) in the order of ``coefficients.tree.codes``, nan where a node does not stand
    n, n_effective : (d,) respondents with at least one valid answer, and their Kish effective number
    weight_sum : (d,)
    df : degrees of freedom of the design
    influence : (n, d) influence values of the group index, zero where it does not stand
    largest_share : (d, k) share of an item's valid weight that its largest respondent carries
    """

    domains: tuple[str, ...]
    cells: CellTable
    coefficients: Coefficients
    item_values: FloatArray
    item_se: FloatArray
    node_values: FloatArray
    node_se: FloatArray
    n: IntArray
    n_effective: FloatArray
    weight_sum: FloatArray
    df: int
    influence: FloatArray
    largest_share: FloatArray

    @property
    def index(self) -> FloatArray:
        """Group index per domain, (d,)."""
        return np.asarray(self.node_values[:, -1])

    @property
    def se(self) -> FloatArray:
        """Standard error of the group index, (d,)."""
        return np.asarray(self.node_se[:, -1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observations:
    """What an estimate is made of: rows of answers with their weights, domains and place in the design.

    ``row`` is the respondent of each observation, (r,); None where every respondent is one observation.
    """

    answers: NDArray[np.int16]
    micro: IntArray
    domain: IntArray
    row: IntArray | None = None


def estimate_domains(
    tree: Tree,
    observations: Observations,
    design: BoundDesign,
    conversion: Conversion,
    *,
    domains: tuple[str, ...],
    with_nodes: bool = True,
) -> DomainEstimates:
    """Estimate a tree in every domain, with variances that know the whole sample.

    A domain is never cut out: every influence value stands in an array of the whole design and is zero
    outside. With ``with_nodes=False`` only the index gets a standard error (enough for county bands).
    """
    seen = observations
    conversion_pairs = sorted(conversion.values.items())
    cells = cell_table(
        seen.answers, seen.micro, domain=seen.domain, n_domains=len(domains), conversion=conversion_pairs
    )
    means = cells.means(minimum_n=LEAST_ANSWERS)
    coefs = coefficients(tree, np.isfinite(means))
    weights = seen.micro / MICRO
    scores = item_scores(seen.answers, conversion)
    sums = np.where(np.isfinite(means), cells.valid_micro / MICRO, 0.0)
    influence = item_influence(scores, weights, domain=seen.domain, means=np.nan_to_num(means), sums=sums)
    influence[~np.isfinite(means)[np.maximum(seen.domain, 0)]] = 0.0
    index_influence = _by_respondent(
        combined(influence, coefs.root(), domain=seen.domain), row=seen.row, n=design.n
    )
    values = coefs.values(means)
    item_se, node_se = _standard_errors(
        influence, coefs, index_influence, seen=seen, design=design, with_nodes=with_nodes
    )
    n, n_effective = kish(
        weights, code=seen.domain, size=len(domains), valid=np.asarray(np.isfinite(scores).any(axis=1))
    )
    return DomainEstimates(
        domains=domains,
        cells=cells,
        coefficients=coefs,
        item_values=means,
        item_se=np.where(np.isfinite(means), item_se, np.nan),
        node_values=values,
        node_se=np.where(np.isfinite(values), node_se, np.nan),
        n=n,
        n_effective=n_effective,
        weight_sum=_sum_by(weights, seen.domain, size=len(domains)),
        df=design.df,
        influence=index_influence,
        largest_share=_largest_share(weights, scores, seen.domain, sums=sums),
    )


def estimate_sample(
    sample: Sample,
    domain: IntArray,
    conversion: Conversion,
    *,
    domains: tuple[str, ...],
    with_nodes: bool = True,
) -> DomainEstimates:
    """Estimate the group's own tree in domains of its respondents."""
    seen = Observations(answers=sample.answers, micro=sample.micro, domain=domain)
    return estimate_domains(
        sample.tree, seen, sample.design, conversion, domains=domains, with_nodes=with_nodes
    )


def unweighted_index(
    sample: Sample, domain: IntArray, conversion: Conversion, *, n_domains: int
) -> FloatArray:
    """The index every respondent counts once in, (d,): shown beside the weighted one, never used."""
    ones = np.full(sample.n, MICRO, dtype=np.int64)
    table = cell_table(
        sample.answers,
        ones,
        domain=domain,
        n_domains=n_domains,
        conversion=sorted(conversion.values.items()),
    )
    means = table.means(minimum_n=LEAST_ANSWERS)
    return np.asarray(coefficients(sample.tree, np.isfinite(means)).values(means)[:, -1])


def _standard_errors(
    influence: FloatArray,
    coefs: Coefficients,
    index_influence: FloatArray,
    *,
    seen: Observations,
    design: BoundDesign,
    with_nodes: bool,
) -> tuple[FloatArray, FloatArray]:
    """Standard errors of items (d, k) and nodes (d, m); without nodes only the last column is filled."""
    n_domains, n_nodes, n_items = coefs.matrix.shape
    items = np.full((n_domains, n_items), np.nan)
    nodes = np.full((n_domains, n_nodes), np.nan)
    if not with_nodes:
        nodes[:, -1] = np.sqrt(np.diag(design.covariance(index_influence)))
        return items, nodes
    for d in range(n_domains):
        inside: BoolArray = seen.domain == d
        own = _by_respondent(np.where(inside[:, None], influence, 0.0), row=seen.row, n=design.n)
        covariance = design.covariance(own)
        items[d] = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        spread = np.einsum("mk,kl,ml->m", coefs.matrix[d], covariance, coefs.matrix[d])
        nodes[d] = np.sqrt(np.maximum(spread, 0.0))
    return items, nodes


def _by_respondent(values: FloatArray, *, row: IntArray | None, n: int) -> FloatArray:
    """Add the observations of one respondent together, (n, c)."""
    if row is None:
        return values
    total = np.zeros((n, values.shape[1]))
    np.add.at(total, row, values)
    return total


def _sum_by(values: FloatArray, code: IntArray, *, size: int) -> FloatArray:
    inside = code >= 0
    return np.asarray(np.bincount(code[inside], weights=values[inside], minlength=size), dtype=np.float64)


def _largest_share(
    weights: FloatArray, scores: FloatArray, domain: IntArray, *, sums: FloatArray
) -> FloatArray:
    """(d, k) largest weight of a valid answer over the sum of those weights; 0 without any."""
    largest = np.zeros_like(sums)
    held = np.where(np.isfinite(scores), weights[:, None], 0.0)
    for d in range(len(sums)):
        inside = domain == d
        if inside.any():
            largest[d] = held[inside].max(axis=0)
    return np.divide(largest, sums, out=np.zeros_like(sums), where=sums > 0)
