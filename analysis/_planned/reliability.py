"""Home of the reliability that a plan asks for: one row per set of items and coefficient."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from analysis._planned.source import Row, Source, finite, plain
from analysis._types import FloatArray
from analysis.plan import ReliabilityPlan
from analysis.reliability import (
    Moments,
    bartlett,
    design_alpha,
    design_omega,
    design_ordinal_alpha,
    item_diagnostics,
    kmo,
    minimum_average_partial,
    moments,
    omega,
    split_half,
)

_OMEGA = ("hierarchical", "total", "limit", "explained_common_variance", "n", "k", "method", "status")


def reliability_rows(source: Source) -> list[Row]:
    """One row per set and coefficient, with item diagnostics beside alpha."""
    return [row for wanted in source.plan.reliability for row in _reliability(source, wanted)]


def _reliability(source: Source, wanted: ReliabilityPlan) -> Iterator[Row]:
    items = source.matrix(wanted.items)
    state = moments(items, weights=source.design.weights)
    for coefficient in wanted.coefficients:
        row: Row = {"name": wanted.name, "coefficient": coefficient, "items": list(wanted.items)}
        if coefficient == "alpha":
            row |= plain(design_alpha(items, source.design, level=source.plan.level))
            detail = item_diagnostics(state)
            row["alpha_if_dropped"] = _by_item(wanted.items, detail.alpha_if_dropped)
            row["item_rest"] = _by_item(wanted.items, detail.item_rest)
        elif coefficient == "omega":
            row |= plain(design_omega(items, source.design, level=source.plan.level))
        elif coefficient == "ordinal_alpha":
            row |= plain(design_ordinal_alpha(items, source.design, level=source.plan.level))
        elif coefficient == "minimum_average_partial":
            found_map = minimum_average_partial(state)
            row |= {**plain(found_map), "n": state.n}
        elif coefficient == "kmo":
            found = kmo(state)
            row |= {"value": found.overall, "kmo": _by_item(wanted.items, found.items), "n": state.n}
        else:
            row |= {**_OF_MOMENTS[coefficient](state, wanted), "n": state.n}
        yield row


def _hierarchical(state: Moments, wanted: ReliabilityPlan) -> Row:
    found = plain(omega(state, groups=wanted.groups))
    return {name: found[name] for name in _OMEGA}


def _halves(state: Moments, wanted: ReliabilityPlan) -> Row:
    return plain(split_half(state))


def _bartlett(state: Moments, wanted: ReliabilityPlan) -> Row:
    return plain(bartlett(state))


_OF_MOMENTS: Mapping[str, Callable[[Moments, ReliabilityPlan], Row]] = {
    "omega_hierarchical": _hierarchical,
    "split_half": _halves,
    "bartlett": _bartlett,
}


def _by_item(items: Sequence[str], values: FloatArray) -> Mapping[str, object]:
    return {item: finite(float(value)) for item, value in zip(items, values, strict=True)}
