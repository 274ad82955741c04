"""Home of the estimates that a plan asks for: means, shares, totals, ratios, quantiles, differences of domains."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from math import isfinite

import numpy as np

from analysis._planned.source import Domains, Row, Source, finite, nothing
from analysis._types import BoolArray, FloatArray
from analysis.errors import EstimationError, PlanError
from analysis.estimate.comparisons import contrast
from analysis.estimate.domains import means
from analysis.estimate.means import mean, total
from analysis.estimate.quantiles import quantile
from analysis.estimate.ratios import ratio
from analysis.plan import EstimatePlan
from analysis.results import Estimate


def estimate_rows(source: Source) -> list[Row]:
    """Rows of every block of estimates, in the order of the plan."""
    return [row for block in source.plan.estimates for row in _block(source, block)]


def _block(source: Source, block: EstimatePlan) -> Iterator[Row]:
    domains = source.domains(block.domains)
    maker = _many if block.kind in ("mean", "share") else _one_by_one
    for place, item, result in maker(source, block, domains):
        head: Row = {"name": block.name, "kind": block.kind, "item": item, "by": domains.by}
        yield {**head, "domain": domains.names[place], **result}
    yield from _contrasts(source, block, domains)


def _contrasts(source: Source, block: EstimatePlan, domains: Domains) -> Iterator[Row]:
    """Differences of two domains, with the covariance that shared clusters give them."""
    place = {name: code for code, name in enumerate(domains.names)}
    items = block.items if block.kind != "ratio" else (f"{block.numerator} / {block.denominator}",)
    for pair in block.contrasts:
        for name in pair:
            if name not in place:
                known = ", ".join(domains.names)
                raise PlanError(
                    "plan_invalid",
                    file=source.plan.file,
                    path=f"estimates, {block.name}, contrasts",
                    reason_zh=f"没有域“{name}”，现有：{known}",
                    reason_en=f'there is no domain "{name}"; there are: {known}',
                )
        for item in items:
            first, second = (
                _single(source, block, item, inside=domains.codes == place[name]) for name in pair
            )
            found = contrast(first, second, design=source.design)
            head: Row = {
                "name": block.name,
                "kind": f"{block.kind}, difference",
                "item": item,
                "by": domains.by,
            }
            yield {**head, "domain": " − ".join(pair), **found.to_row(source.plan.level)}


def _single(source: Source, block: EstimatePlan, item: str, *, inside: BoolArray) -> Estimate:
    """One estimate with its influence values."""
    if block.kind == "ratio":
        return _ratio(source, block, item, inside=inside)
    if block.kind == "total":
        return total(source.numbers(item), source.design, domain=inside, name=item)
    return mean(_values(source, block, item), source.design, domain=inside, name=item)


def _ratio(source: Source, block: EstimatePlan, item: str, *, inside: BoolArray) -> Estimate:
    above, below = source.numbers(block.numerator), source.numbers(block.denominator)
    return ratio(above, below, design=source.design, domain=inside, name=item)


def _many(source: Source, block: EstimatePlan, domains: Domains) -> Iterator[tuple[int, str, Row]]:
    """Means and shares, all items and domains from one set of sums."""
    columns = [_values(source, block, item) for item in block.items]
    found = means(np.column_stack(columns), source.design, by=domains.codes, n_domains=len(domains.names))
    for place, item, estimate in found:
        if estimate.n == 0:
            yield place, block.items[item], nothing()
        else:
            method = (
                estimate.method.replace("mean", "proportion") if block.kind == "share" else estimate.method
            )
            made = replace(estimate, interval=block.interval, method=method)
            yield place, block.items[item], dict(made.to_row(source.plan.level))


def _values(source: Source, block: EstimatePlan, item: str) -> FloatArray:
    """The values to average: scaled answers, or 1 where the answer is among the wanted ones."""
    if block.kind == "mean":
        return source.scores(item, block.scale)
    labels = source.table.labels(item, missing=source.plan.missing)
    wanted = np.isin(labels, block.values)
    numeric = [float(value) for value in block.values if _is_number(value)]
    if len(numeric) == len(block.values) and not wanted.all():
        wanted = np.isin(source.numbers(item), numeric)
    return np.where(labels == "", np.nan, wanted.astype(np.float64))


def _one_by_one(source: Source, block: EstimatePlan, domains: Domains) -> Iterator[tuple[int, str, Row]]:
    """Totals, ratios and quantiles, each with its own pass."""
    pair = f"{block.numerator} / {block.denominator}"
    for place in range(len(domains.names)):
        inside = domains.codes == place
        for item in block.items if block.kind != "ratio" else (pair,):
            try:
                for row in _rows(source, block, item, inside=inside):
                    yield place, item, row
            except EstimationError as refusal:
                yield place, item, {**nothing(), "status": refusal.code}


def _rows(source: Source, block: EstimatePlan, item: str, *, inside: BoolArray) -> Iterator[Row]:
    if block.kind != "quantile":
        yield dict(_single(source, block, item, inside=inside).to_row(source.plan.level))
        return
    found = quantile(
        source.numbers(item),
        source.design,
        probabilities=block.probabilities,
        domain=inside,
        level=source.plan.level,
        name=item,
    )
    for one in found:
        row = {key: finite(value) for key, value in asdict(one).items()}
        row["estimate"] = row.pop("value")
        yield {**row, "status": ""}


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False
