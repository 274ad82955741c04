"""Formulas whose variables are bound one by one; equal remainders are one object, so that states can be compared.

A formula is a number in a Pool. Binding a variable gives the number of what remains. ``and``, ``or`` and ``not``
are simplified as soon as a part is decided; everything else is a Term that is evaluated when its last variable is
bound, and stands for itself with the values it has got until then. The solver thereby knows nothing of operators.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

# An answer as the engine stores it, lists as tuples; None where there is none.
Raw = str | tuple[str, ...] | None
Binding = Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Use:
    """What a term asks of a variable: the literals it is compared with; ``closed`` if it is used in no other way.

    Values that no closed use names, and that lie between the same literals, cannot be told apart.
    """

    literals: frozenset[str] = frozenset()
    closed: bool = True
    # Compared by size with a literal; counted, as the number of its codes.
    ordered: bool = False
    counted: bool = False

    def __or__(self, other: Use) -> Use:
        return Use(
            literals=self.literals | other.literals,
            closed=self.closed and other.closed,
            ordered=self.ordered or other.ordered,
            counted=self.counted or other.counted,
        )

    @property
    def by_code(self) -> bool:
        """Whether codes that are not named cannot be told apart."""
        return self.closed and not self.ordered


@dataclass(frozen=True, slots=True)
class Term:
    """A value that depends on some variables. Terms with equal keys are the same."""

    key: Hashable
    names: frozenset[str]
    evaluate: Callable[[Binding], Hashable]
    uses: Mapping[str, Use] = field(default_factory=dict)
    # Another value of a variable that the term cannot tell from the given one; equal ones make equal states.
    canonical: Callable[[str, Raw], Raw] = lambda name, value: value
    # False where the value depends on more than the model holds.
    exact: bool = True

    def use(self, name: str) -> Use:
        """What the term asks of a variable; anything, where nothing is known."""
        return self.uses.get(name, Use(closed=False))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Term) and self.key == other.key


@dataclass(frozen=True, slots=True)
class _Const:
    # The type's name keeps True and 1 apart, which Python holds to be equal.
    kind: str
    value: Hashable


@dataclass(frozen=True, slots=True)
class _Group:
    op: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Leaf:
    term: Term
    bound: tuple[tuple[str, Raw], ...]


_Shape = _Const | _Group | _Leaf


class Pool:
    """All formulas of one run."""

    def __init__(self, truth: Callable[[Hashable], bool] = lambda value: value is True) -> None:
        self.truth = truth
        self._numbers: dict[_Shape, int] = {}
        self._shapes: list[_Shape] = []
        self._names: list[frozenset[str]] = []
        self._bound: dict[tuple[int, str, Raw], int] = {}
        self.false, self.true = self.const(False), self.const(True)

    def const(self, value: Hashable) -> int:
        """A value that depends on nothing."""
        return self._number(_Const(type(value).__name__, value), frozenset())

    def term(self, term: Term) -> int:
        """A term of which nothing is bound yet."""
        return self._leaf(term, ())

    def all_of(self, parts: Iterable[int]) -> int:
        """True where every part is."""
        return self._group("and", parts, absorbing=self.false, neutral=self.true)

    def any_of(self, parts: Iterable[int]) -> int:
        """True where any part is."""
        return self._group("or", parts, absorbing=self.true, neutral=self.false)

    def negation(self, part: int) -> int:
        """True where the part is not."""
        shape = self._shapes[part]
        if isinstance(shape, _Const):
            return self.false if self.truth(shape.value) else self.true
        if isinstance(shape, _Group) and shape.op == "not":
            return shape.parts[0]
        return self._number(_Group("not", (part,)), self._names[part])

    def names(self, number: int) -> frozenset[str]:
        """The variables that are not yet bound."""
        return self._names[number]

    def is_decided(self, number: int) -> bool:
        """Whether nothing is left to bind that matters."""
        return isinstance(self._shapes[number], _Const)

    def value(self, number: int) -> Hashable:
        """The value of a decided formula."""
        shape = self._shapes[number]
        if not isinstance(shape, _Const):
            raise ValueError("the formula is not decided")
        return shape.value

    def terms(self, number: int) -> frozenset[Term]:
        """All terms within a formula."""
        shape = self._shapes[number]
        if isinstance(shape, _Group):
            return frozenset().union(*(self.terms(part) for part in shape.parts))
        return frozenset({shape.term}) if isinstance(shape, _Leaf) else frozenset()

    def bind(self, number: int, name: str, value: Raw) -> int:
        """What remains of a formula once a variable has a value."""
        if name not in self._names[number]:
            return number
        place = (number, name, value)
        known = self._bound.get(place)
        if known is None:
            known = self._bound[place] = self._bind(self._shapes[number], name, value)
        return known

    def _bind(self, shape: _Shape, name: str, value: Raw) -> int:
        if isinstance(shape, _Leaf):
            seen = value if len(shape.term.names) == 1 else shape.term.canonical(name, value)
            return self._leaf(shape.term, (*shape.bound, (name, seen)))
        if isinstance(shape, _Const):
            raise TypeError("a constant has no variables")
        parts = (self.bind(part, name, value) for part in shape.parts)
        if shape.op == "not":
            return self.negation(next(parts))
        return self.all_of(parts) if shape.op == "and" else self.any_of(parts)

    def _leaf(self, term: Term, bound: tuple[tuple[str, Raw], ...]) -> int:
        rest = term.names - {name for name, _ in bound}
        if not rest:
            return self.const(term.evaluate(dict(bound)))
        return self._number(_Leaf(term, tuple(sorted(bound))), rest)

    def _group(self, op: str, parts: Iterable[int], *, absorbing: int, neutral: int) -> int:
        """Parts sorted and each once; values count as true or false as in any condition."""
        kept: set[int] = set()
        for part in parts:
            shape = self._shapes[part]
            if isinstance(shape, _Const):
                part = self.true if self.truth(shape.value) else self.false
            if part == absorbing:
                return absorbing
            if isinstance(shape, _Group) and shape.op == op:
                kept.update(shape.parts)
            elif part not in (neutral, absorbing):
                kept.add(part)
        if not kept:
            return neutral
        if len(kept) == 1:
            return next(iter(kept))
        if any(self._opposite(part) in kept for part in kept):
            return absorbing
        names = frozenset().union(*(self._names[part] for part in kept))
        return self._number(_Group(op, tuple(sorted(kept))), names)

    def _opposite(self, part: int) -> int | None:
        shape = self._shapes[part]
        return shape.parts[0] if isinstance(shape, _Group) and shape.op == "not" else None

    def _number(self, shape: _Shape, names: frozenset[str]) -> int:
        number = self._numbers.get(shape)
        if number is None:
            number = self._numbers[shape] = len(self._shapes)
            self._shapes.append(shape)
            self._names.append(names)
        return number
