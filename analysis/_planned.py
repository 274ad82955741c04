"""Home of what a plan's estimates, reliability sets and indices become: rows ready for tables and files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.dataset import Table
from analysis.design import BoundDesign
from analysis.errors import EstimationError
from analysis.estimate.domains import means
from analysis.estimate.means import total
from analysis.estimate.quantiles import quantile
from analysis.estimate.ratios import ratio
from analysis.index.aggregate import coefficients
from analysis.index.influence import item_influence
from analysis.index.tree import Node, Tree
from analysis.plan import AnalysisPlan, DomainPlan, EstimatePlan, IndexPlan, ReliabilityPlan, Scale
from analysis.reliability.alpha import design_alpha, item_diagnostics
from analysis.reliability.moments import moments
from analysis.reliability.omega import design_omega
from analysis.results import Estimate

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Domains:
    """Domain of each row (-1: none) and what the domains are called."""

    by: str
    codes: IntArray
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """The data, the weighted design and the plan that rules them."""

    table: Table
    design: BoundDesign
    plan: AnalysisPlan

    def numbers(self, column: str) -> FloatArray:
        """(n,) values of a column, nan where missing."""
        return self.table.numbers(column, missing=self.plan.missing)

    def domains(self, wanted: DomainPlan) -> Domains:
        """Crossed domains in the sorted order of their labels; a row with an empty label is in none."""
        outside = np.zeros(self.table.n, dtype=np.bool_)
        for column, allowed in wanted.where.items():
            outside |= ~np.isin(self.table.labels(column), allowed)
        columns = [self.table.labels(column, missing=self.plan.missing) for column in wanted.by]
        for labels in columns:
            outside |= labels == ""
        if not columns:
            return Domains(by="", codes=np.where(outside, -1, 0), names=("",))
        kept = np.flatnonzero(~outside)
        crossed = np.array(
            [" × ".join(row) for row in zip(*(c[kept] for c in columns), strict=True)], dtype=str
        )
        names, place = np.unique(crossed, return_inverse=True)
        codes = np.full(self.table.n, -1, dtype=np.int64)
        codes[kept] = place
        return Domains(by=" × ".join(wanted.by), codes=codes, names=tuple(str(name) for name in names))


def estimate_rows(source: Source) -> list[Row]:
    """Rows of every block of estimates, in the order of the plan."""
    return [row for block in source.plan.estimates for row in _block(source, block)]


def _block(source: Source, block: EstimatePlan) -> Iterator[Row]:
    domains = source.domains(block.domains)
    maker = _many if block.kind in ("mean", "share") else _one_by_one
    for place, item, result in maker(source, block, domains):
        head: Row = {"name": block.name, "kind": block.kind, "item": item, "by": domains.by}
        yield {**head, "domain": domains.names[place], **result}


def _many(source: Source, block: EstimatePlan, domains: Domains) -> Iterator[tuple[int, str, Row]]:
    """Means and shares, all items and domains from one set of sums."""
    columns = [_values(source, block, item) for item in block.items]
    found = means(np.column_stack(columns), source.design, by=domains.codes, n_domains=len(domains.names))
    for place, item, estimate in found:
        if estimate.n == 0:
            yield place, block.items[item], _nothing()
        else:
            method = "proportion, Taylor" if block.kind == "share" else estimate.method
            made = replace(estimate, interval=block.interval, method=method)
            yield place, block.items[item], dict(made.to_row(source.plan.level))


def _values(source: Source, block: EstimatePlan, item: str) -> FloatArray:
    """The values to average: scaled answers, or 1 where the answer is among the wanted ones."""
    if block.kind == "mean":
        return _scaled(source.numbers(item), block.scale)
    labels = source.table.labels(item, missing=source.plan.missing)
    wanted = np.isin(labels, block.values)
    numeric = [float(value) for value in block.values if _is_number(value)]
    if len(numeric) == len(block.values) and not wanted.all():
        wanted = np.isin(source.numbers(item), numeric)
    return np.where(labels == "", np.nan, wanted.astype(np.float64))


def _scaled(answers: FloatArray, scale: Scale | None) -> FloatArray:
    """Answers as scores: 100 (x - low) / (high - low); unchanged without a scale."""
    return answers if scale is None else 100.0 * (answers - scale.low) / (scale.high - scale.low)


def _one_by_one(source: Source, block: EstimatePlan, domains: Domains) -> Iterator[tuple[int, str, Row]]:
    """Totals, ratios and quantiles, each with its own pass."""
    pair = f"{block.numerator} / {block.denominator}"
    for place in range(len(domains.names)):
        inside = domains.codes == place
        for item in block.items if block.kind != "ratio" else (pair,):
            try:
                for row in _single(source, block, item, inside=inside):
                    yield place, item, row
            except EstimationError as refusal:
                yield place, item, {**_nothing(), "status": refusal.code}


def _single(
    source: Source, block: EstimatePlan, item: str, *, inside: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Iterator[Row]:
    design, level = source.design, source.plan.level
    if block.kind == "ratio":
        above, below = source.numbers(block.numerator), source.numbers(block.denominator)
        yield dict(ratio(above, below, design=design, domain=inside, name=item).to_row(level))
    elif block.kind == "total":
        yield dict(total(source.numbers(item), design, domain=inside, name=item).to_row(level))
    else:
        answers = source.numbers(item)
        found = quantile(
            answers, design, probabilities=block.probabilities, domain=inside, level=level, name=item
        )
        for one in found:
            row = {key: _finite(value) for key, value in asdict(one).items()}
            row["estimate"] = row.pop("value")
            yield {**row, "status": ""}


def index_rows(source: Source) -> list[Row]:
    """Rows of every index and its indicators, in the order of the plan."""
    return [row for index in source.plan.indices for row in _index(source, index)]


def _index(source: Source, index: IndexPlan) -> Iterator[Row]:
    """Indicators and index per domain, with the variance of the whole linear combination.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 9.1 (linearisation of functions of totals).
    """
    tree = _tree(index)
    domains = source.domains(index.domains)
    scores = np.column_stack([_scaled(source.numbers(item), index.scale) for item in tree.items])
    found = means(scores, source.design, by=domains.codes, n_domains=len(domains.names))
    parts = coefficients(tree, found.n > 0)
    values = parts.values(found.value)
    influence = item_influence(
        scores,
        source.design.weights,
        domain=domains.codes,
        means=np.nan_to_num(found.value),
        sums=found.weight_sum,
    )
    for place, name in enumerate(domains.names):
        inside = domains.codes == place
        for node, code in enumerate(tree.codes):
            head: Row = {
                "index": index.name,
                "level": tree.nodes[node].level,
                "name": code,
                "by": domains.by,
                "domain": name,
                "weight_present": float(parts.present[place, node]),
            }
            if not parts.stands[place, node]:
                yield {**head, **_nothing(), "status": "too_little_weight_present"}
                continue
            own = np.where(inside, influence @ parts.matrix[place, node], 0.0)
            asked = inside & np.isfinite(scores[:, parts.matrix[place, node] > 0]).any(axis=1)
            estimate = _combination(float(values[place, node]), own, asked=asked, design=source.design)
            yield {**head, **estimate.to_row(source.plan.level)}


def _tree(index: IndexPlan) -> Tree:
    indicators = [
        Node(code=one.name, level="indicator", children=tuple(one.items), shares=tuple(one.items.values()))
        for one in index.indicators
    ]
    root = Node(
        code=index.name,
        level="index",
        children=tuple(one.name for one in index.indicators),
        shares=tuple(one.weight for one in index.indicators),
    )
    items = tuple(item for one in index.indicators for item in one.items)
    nodes = (*indicators, root)
    return Tree(group=index.name, items=items, nodes=nodes, minimum_present=index.minimum_present)


def _combination(
    value: float,
    influence: FloatArray,
    *,
    asked: np.ndarray[tuple[int], np.dtype[np.bool_]],
    design: BoundDesign,
) -> Estimate:
    weights = design.weights[asked & (design.weights > 0)]
    return Estimate(
        value=value,
        se=float(np.sqrt(max(design.variance(influence), 0.0))),
        df=float(design.df),
        n=int(weights.shape[0]),
        n_effective=float(weights.sum() ** 2 / (weights @ weights)),
        deff=float("nan"),
        weight_sum=float(weights.sum()),
        method="weighted mean of means, Taylor",
    )


def reliability_rows(source: Source) -> list[Row]:
    """One row per set and coefficient, with item diagnostics beside alpha."""
    return [row for wanted in source.plan.reliability for row in _reliability(source, wanted)]


def _reliability(source: Source, wanted: ReliabilityPlan) -> Iterator[Row]:
    items = np.column_stack([source.numbers(item) for item in wanted.items])
    makers = {"alpha": design_alpha, "omega": design_omega}
    for coefficient in wanted.coefficients:
        made = makers[coefficient](items, source.design, level=source.plan.level)
        row: Row = {"name": wanted.name, "coefficient": coefficient, "items": list(wanted.items)}
        row |= {key: _finite(value) for key, value in asdict(made).items()}
        if coefficient == "alpha":
            detail = item_diagnostics(moments(items, weights=source.design.weights))
            row["alpha_if_dropped"] = _by_item(wanted.items, detail.alpha_if_dropped)
            row["item_rest"] = _by_item(wanted.items, detail.item_rest)
        yield row


def _by_item(items: Sequence[str], values: FloatArray) -> Mapping[str, object]:
    return {item: _finite(float(value)) for item, value in zip(items, values, strict=True)}


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not isfinite(value) else value


def _nothing() -> Row:
    """A row for a domain without any valid answer."""
    return {"estimate": None, "se": None, "ci_low": None, "ci_high": None, "n": 0, "status": "empty_domain"}


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False
