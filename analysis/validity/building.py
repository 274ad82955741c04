"""Home of how a pattern is written: from factors, items, groups and equalities to single elements."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from analysis.validity.errors import ValidityError
from analysis.validity.pattern import (
    HELD_KINDS,
    Blocks,
    Element,
    Equal,
    Identify,
    Kind,
    Pattern,
    Release,
    free_of,
    places_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a pattern is asked for.

    Attributes
    ----------
    equal : what is held equal over groups.
    identify : what gives factors their unit.
    means : whether intercepts and factor means are part of the model.
    released : exceptions from `equal`.
    residual_pairs : pairs of item names whose residuals may correlate.
    steps : (p,) thresholds per item for ordered items; empty for continuous ones.
    """

    equal: frozenset[Equal] = frozenset()
    identify: Identify = Identify.MARKER
    means: bool = True
    released: frozenset[Release] = frozenset()
    residual_pairs: tuple[tuple[str, str], ...] = ()
    steps: tuple[int, ...] = ()


def equalities(names: Iterable[str]) -> frozenset[Equal]:
    """The closed choice behind the names, or a refusal that lists it."""
    found = set()
    for name in names:
        try:
            found.add(Equal(name))
        except ValueError as problem:
            raise ValidityError("bad_equal", value=name, choices=", ".join(Equal)) from problem
    return frozenset(found)


class _Writer:
    """Collects elements and gives equal ones the same parameter number."""

    def __init__(self, blocks: Blocks, wish: Wish) -> None:
        self.blocks, self.wish = blocks, wish
        self.elements: list[Element] = []
        self._shared: dict[tuple[Kind, int, int], int] = {}
        self.count = 0

    def fixed(self, kind: Kind, place: tuple[int, int], *, group: int, value: float) -> None:
        self.elements.append(
            Element(kind=kind, group=group, row=place[0], column=place[1], free=-1, value=value)
        )

    def free(self, kind: Kind, place: tuple[int, int], *, group: int) -> None:
        number = self._shared.get((kind, *place)) if self._is_held(kind, place) else None
        if number is None:
            number, self.count = self.count, self.count + 1
            self._shared.setdefault((kind, *place), number)
        self.elements.append(
            Element(kind=kind, group=group, row=place[0], column=place[1], free=number, value=0.0)
        )

    def _is_held(self, kind: Kind, place: tuple[int, int]) -> bool:
        if HELD_KINDS.get(kind) not in self.wish.equal:
            return False
        names = self.blocks.factors if kind is Kind.MEAN else self.blocks.items
        return not any(
            (kind, names[at]) in self.wish.released for at in place[: 1 if kind is not Kind.RESIDUAL else 2]
        )


def build(blocks: Blocks, wish: Wish, *, groups: int) -> Pattern:
    """The pattern of a model with simple structure in every group, group 0 being the reference."""
    writer = _Writer(blocks, wish)
    for g in range(groups):
        _loadings(writer, g)
        _factors(writer, g)
        if wish.steps:
            _ordered(writer, g)
        else:
            _continuous(writer, g)
    constants, places = places_of(writer.elements, groups=groups, parameters=writer.count)
    return Pattern(
        blocks=blocks,
        groups=groups,
        elements=tuple(writer.elements),
        parameters=writer.count,
        constants=constants,
        places=places,
        free=free_of(writer.elements, groups=groups, parameters=writer.count),
        steps=wish.steps,
        has_means=wish.means,
        identify=wish.identify,
        equal=wish.equal,
        released=wish.released,
    )


def _loadings(writer: _Writer, g: int) -> None:
    for f, members in enumerate(writer.blocks.members):
        for at, item in enumerate(members):
            is_released = (
                g > 0
                and Equal.LOADINGS in writer.wish.equal
                and (Kind.LOADING, writer.blocks.items[item]) in writer.wish.released
            )
            if at == 0 and writer.wish.identify is Identify.MARKER and not is_released:
                writer.fixed(Kind.LOADING, (item, f), group=g, value=1.0)
            else:
                writer.free(Kind.LOADING, (item, f), group=g)


def _factors(writer: _Writer, g: int) -> None:
    # With equal loadings one group's unit is everybody's unit, so the other groups' variances are free.
    has_own_unit = g == 0 or Equal.LOADINGS not in writer.wish.equal
    for f in range(len(writer.blocks.factors)):
        for other in range(f + 1):
            if f == other and writer.wish.identify is Identify.STANDARD and has_own_unit:
                writer.fixed(Kind.FACTOR, (f, f), group=g, value=1.0)
            else:
                writer.free(Kind.FACTOR, (f, other), group=g)
    if not writer.wish.means:
        return
    origin = Equal.THRESHOLDS in writer.wish.equal if writer.wish.steps else True
    is_shared = Equal.INTERCEPTS in writer.wish.equal and origin
    for f in range(len(writer.blocks.factors)):
        if g > 0 and is_shared and Equal.MEANS not in writer.wish.equal:
            writer.free(Kind.MEAN, (f, 0), group=g)
        else:
            writer.fixed(Kind.MEAN, (f, 0), group=g, value=0.0)


def _continuous(writer: _Writer, g: int) -> None:
    for item in range(len(writer.blocks.items)):
        writer.free(Kind.RESIDUAL, (item, item), group=g)
        if writer.wish.means:
            writer.free(Kind.INTERCEPT, (item, 0), group=g)
    _pairs(writer, g)


def _ordered(writer: _Writer, g: int) -> None:
    """Delta parameterisation; scales, and where asked intercepts, are freed once thresholds are shared."""
    for item, steps in enumerate(writer.wish.steps):
        name = writer.blocks.items[item]
        for step in range(steps):
            writer.free(Kind.THRESHOLD, (item, step), group=g)
        # An item whose thresholds are its own has no other scale and origin to be told from.
        is_shared = (
            g > 0
            and Equal.THRESHOLDS in writer.wish.equal
            and (Kind.THRESHOLD, name) not in writer.wish.released
        )
        if is_shared:
            writer.free(Kind.SCALE, (item, 0), group=g)
        else:
            writer.fixed(Kind.SCALE, (item, 0), group=g, value=1.0)
        released = (Kind.INTERCEPT, name) in writer.wish.released
        if is_shared and (Equal.INTERCEPTS not in writer.wish.equal or released):
            writer.free(Kind.INTERCEPT, (item, 0), group=g)
        else:
            writer.fixed(Kind.INTERCEPT, (item, 0), group=g, value=0.0)
    _pairs(writer, g)


def _pairs(writer: _Writer, g: int) -> None:
    names = writer.blocks.items
    for first, second in writer.wish.residual_pairs:
        for item in (first, second):
            if item not in names:
                raise ValidityError("unknown_item", factor="residuals", item=item, items=", ".join(names))
        row, column = sorted((names.index(first), names.index(second)), reverse=True)
        writer.free(Kind.RESIDUAL, (row, column), group=g)


def unrelated(pattern: Pattern) -> Pattern:
    """The baseline of a model: the same items in the same groups, each with its own variance (or thresholds) and mean,
    and nothing between them."""
    wish = Wish(means=pattern.has_means, steps=pattern.steps)
    writer = _Writer(Blocks(factors=(), items=pattern.blocks.items, members=()), wish)
    for g in range(pattern.groups):
        if pattern.steps:
            _ordered(writer, g)
        else:
            _continuous(writer, g)
    constants, places = places_of(writer.elements, groups=pattern.groups, parameters=writer.count)
    return replace(
        pattern,
        blocks=writer.blocks,
        elements=tuple(writer.elements),
        parameters=writer.count,
        constants=constants,
        places=places,
        free=free_of(writer.elements, groups=pattern.groups, parameters=writer.count),
        equal=frozenset(),
        released=frozenset(),
    )
