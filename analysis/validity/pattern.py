"""Home of a factor model's pattern: which elements of which group are free, fixed or equal to others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.validity.errors import ValidityError


class Kind(StrEnum):
    """The kinds of model elements.

    `scale` and `threshold` belong to ordered items only: the response a person would give on a continuous scale,
    times the item's scale, is cut at the thresholds.
    """

    LOADING = "loading"
    INTERCEPT = "intercept"
    THRESHOLD = "threshold"
    RESIDUAL = "residual"
    FACTOR = "factor"
    MEAN = "mean"
    SCALE = "scale"


class Identify(StrEnum):
    """What gives a factor its unit: the loading of its first item is 1, or its variance is 1."""

    MARKER = "marker"
    STANDARD = "std.lv"


class Equal(StrEnum):
    """What may be held equal over the groups."""

    LOADINGS = "loadings"
    THRESHOLDS = "thresholds"
    INTERCEPTS = "intercepts"
    RESIDUALS = "residuals"
    MEANS = "means"


HELD_KINDS = {
    Kind.LOADING: Equal.LOADINGS,
    Kind.THRESHOLD: Equal.THRESHOLDS,
    Kind.INTERCEPT: Equal.INTERCEPTS,
    Kind.RESIDUAL: Equal.RESIDUALS,
    Kind.MEAN: Equal.MEANS,
}
"""What equality holds which kind of element."""

Release = tuple[Kind, str]
"""One release from equality: the kind, and the item (or the factor of a mean)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Factors and their items, by place in the data.

    Attributes
    ----------
    factors : (m,) names.
    items : (p,) names of all items that are used, in the order of the data handed to the fit.
    members : per factor the places of its items in `items`, the marker first.
    """

    factors: tuple[str, ...]
    items: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of one group's matrices: free parameter number `free`, or fixed (−1) at `value`."""

    kind: Kind
    group: int
    row: int
    column: int
    free: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfKind:
    """Elements of one kind: where they stand in a sequence, their rows and columns."""

    kind: Kind
    at: IntArray
    rows: IntArray
    columns: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Free:
    """The free elements of one group, kind by kind, and which parameter each of them is, (E, k) of 0 and 1."""

    kinds: tuple[OfKind, ...]
    count: int
    chosen: FloatArray
    parameters: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """One kind of elements of one group: rows, columns, and where each value lies in (parameters, constants)."""

    kind: Kind
    rows: IntArray
    columns: IntArray
    source: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """A model: its elements, their number of free parameters, and how it was asked for.

    `constants` are the values of the fixed elements; `places` says for each group where which value belongs, `free` which
    elements are searched for.
    """

    blocks: Blocks
    groups: int
    elements: tuple[Element, ...]
    parameters: int
    steps: tuple[int, ...]
    has_means: bool
    identify: Identify
    equal: frozenset[Equal]
    released: frozenset[Release]
    constants: FloatArray
    places: tuple[tuple[Places, ...], ...]
    free: tuple[Free, ...]


def blocks_of(blocks: Mapping[str, Sequence[str]], *, names: Sequence[str]) -> Blocks:
    """Check a mapping factor -> item names against the items of the data; items keep the order of the mapping."""
    if not blocks:
        raise ValidityError("no_factor")
    used: list[str] = []
    members = []
    for factor, items in blocks.items():
        if isinstance(items, str) or len(items) < 2:
            raise ValidityError("one_item", factor=factor, actual=1 if isinstance(items, str) else len(items))
        for item in items:
            if item not in names:
                raise ValidityError("unknown_item", factor=factor, item=item, items=", ".join(names))
        for at, item in enumerate(items):
            if item in items[:at]:
                raise ValidityError("repeated_item", factor=factor, item=item)
        used += [item for item in items if item not in used]
        members.append(tuple(used.index(item) for item in items))
    return Blocks(factors=tuple(blocks), items=tuple(used), members=tuple(members))


def by_kind(elements: Sequence[Element]) -> tuple[OfKind, ...]:
    """Elements kind by kind."""
    found = []
    for kind in dict.fromkeys(element.kind for element in elements):
        at = [place for place, element in enumerate(elements) if element.kind is kind]
        found.append(
            OfKind(
                kind=kind,
                at=np.array(at, dtype=np.int64),
                rows=np.array([elements[place].row for place in at], dtype=np.int64),
                columns=np.array([elements[place].column for place in at], dtype=np.int64),
            )
        )
    return tuple(found)


def free_of(elements: Sequence[Element], *, groups: int, parameters: int) -> tuple[Free, ...]:
    """The free elements of each group."""
    found = []
    for group in range(groups):
        own = [element for element in elements if element.group == group and element.free >= 0]
        numbers = [element.free for element in own]
        chosen = np.zeros((len(own), parameters))
        chosen[np.arange(len(own)), numbers] = 1.0
        found.append(
            Free(kinds=by_kind(own), count=len(own), chosen=chosen, parameters=tuple(sorted(set(numbers))))
        )
    return tuple(found)


def places_of(
    elements: Sequence[Element], *, groups: int, parameters: int
) -> tuple[FloatArray, tuple[tuple[Places, ...], ...]]:
    """The constants of a pattern and the places of its elements."""
    constants = np.array([element.value for element in elements if element.free < 0])
    source = np.array([element.free for element in elements], dtype=np.int64)
    source[source < 0] = parameters + np.arange(len(constants))
    found = []
    for group in range(groups):
        own = np.array([at for at, element in enumerate(elements) if element.group == group])
        found.append(
            tuple(
                Places(kind=part.kind, rows=part.rows, columns=part.columns, source=source[own[part.at]])
                for part in by_kind([elements[at] for at in own])
            )
        )
    return constants, tuple(found)
