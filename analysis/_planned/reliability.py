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
            row |= diagnostics(state, wanted.items)
        elif coefficient == "omega":
            row |= plain(design_omega(items, source.design, level=source.plan.level))
        elif coefficient == "ordinal_alpha":
            row |= plain(design_ordinal_alpha(items, source.design, level=source.plan.level))
        else:
            row |= OF_STATE[coefficient](state, wanted)
        yield row


def diagnostics(state: Moments, items: Sequence[str]) -> Row:
    """What each item adds, beside alpha."""
    detail = item_diagnostics(state)
    return {
        "alpha_if_dropped": _by_item(items, detail.alpha_if_dropped),
        "item_rest": _by_item(items, detail.item_rest),
    }


def _hierarchical(state: Moments, wanted: ReliabilityPlan) -> Row:
    found = plain(omega(state, groups=wanted.groups))
    return {name: found[name] for name in _OMEGA} | {"n": state.n}


def _halves(state: Moments, wanted: ReliabilityPlan) -> Row:
    return plain(split_half(state)) | {"n": state.n}


def _bartlett(state: Moments, wanted: ReliabilityPlan) -> Row:
    return plain(bartlett(state)) | {"n": state.n}


def _average_partial(state: Moments, wanted: ReliabilityPlan) -> Row:
    return plain(minimum_average_partial(state)) | {"n": state.n}


def _kmo(state: Moments, wanted: ReliabilityPlan) -> Row:
    found = kmo(state)
    return {"value": found.overall, "kmo": _by_item(wanted.items, found.items), "n": state.n}


OF_STATE: Mapping[str, Callable[[Moments, ReliabilityPlan], Row]] = {
    "omega_hierarchical": _hierarchical,
    "split_half": _halves,
    "bartlett": _bartlett,
    "minimum_average_partial": _average_partial,
    "kmo": _kmo,
}
"""The coefficients that need nothing but the moments of the items."""


def _by_item(items: Sequence[str], values: FloatArray) -> Mapping[str, object]:
    return {item: finite(float(value)) for item, value in zip(items, values, strict=True)}
