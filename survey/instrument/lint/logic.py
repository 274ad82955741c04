"""Expressions of an instrument as formulas of the solver, and how each uses the variables that it refers to.

Soundness rests on one rule: a use is ``closed`` only where the value is compared with literals, looked up among
literals, counted, or tested for being there. Everything else leaves it open, and the domains then either list every
value or say that they did not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date, datetime

from survey.instrument.expression import Node, Scope, Value, evaluate, references, render, walk
from survey.instrument.expression.calendar import midnight, read_date, read_moment
from survey.instrument.expression.values import as_text, as_truth
from survey.instrument.lint.cells import THIS
from survey.instrument.lint.formulas import Binding, Pool, Raw, Term, Use
from survey.instrument.program import Option, Program, ValueType
from survey.instrument.scope import typed

CONTEXT = "context "
TODAY = f"{CONTEXT}today"
_MEMBERSHIP = frozenset({"any-of", "all-of", "selected"})
_EQUALITY = frozenset({"=", "!="})
_ORDER = frozenset({"<", "<=", ">", ">="})
_SOURCES = frozenset({"answer", "each", "context", "this"})
# What these give depends on the turns of a loop, of which the model has only one.
_PER_TURN = frozenset({"each", "position"})


class Logic:
    """Makes formulas of the expressions of one program."""

    def __init__(self, program: Program, pool: Pool) -> None:
        self.program, self.pool = program, pool
        self.types: Mapping[str, ValueType] = {
            code: place.item.value_type for code, place in program.places.items()
        }

    def formula(self, node: Node | None, *, own: str | None = None, option: Option | None = None) -> int:
        """The expression as a formula; none at all is always true.

        ``own`` is the item whose answer is under check: its name means that answer, like ``.`` does.
        """
        if node is None:
            return self.pool.true
        if node.op in ("and", "or") and node.nodes:
            parts = (self.formula(part, own=own, option=option) for part in node.nodes)
            return self.pool.all_of(parts) if node.op == "and" else self.pool.any_of(parts)
        if node.op == "not":
            return self.pool.negation(self.formula(node.nodes[0], own=own, option=option))
        return self.pool.term(self.term(node, own=own, option=option))

    def term(self, node: Node, *, own: str | None = None, option: Option | None = None) -> Term:
        """The expression as one value."""
        names = names_of(node, own)
        uses: dict[str, Use] = dict.fromkeys(names, Use())
        for name, use in _uses(node, own):
            if name in uses:
                uses[name] |= use

        def value(binding: Binding) -> Hashable:
            return evaluate(node, _BoundScope(self, binding, own, option))

        classes = _Classes(self, node, own, option)
        code = option.code if option else None
        exact = not any(part.op in _PER_TURN for part in walk(node))
        return Term((node, own, code), names, value, uses, classes.canonical, exact)

    def value_of(self, name: str, raw: Raw, own: str | None) -> Value:
        """A stored answer or fact as the value that an expression sees."""
        if raw is None:
            return None
        answer = raw if isinstance(raw, str) else list(raw)
        if name.startswith(CONTEXT):
            return raw
        kind = self.types.get(own or "" if name == THIS else name, "text")
        return typed(answer, kind)


class _BoundScope(Scope):
    """What an expression sees where every variable that it refers to has a value."""

    def __init__(self, logic: Logic, binding: Binding, own: str | None, option: Option | None) -> None:
        self._logic, self._binding, self._own, self._option = logic, binding, own, option

    @property
    def today(self) -> date | None:  # type: ignore[override]  # read only here, as in the engine
        raw = self._binding.get(TODAY)
        return read_date(raw[:10]) if isinstance(raw, str) else None

    @property
    def now(self) -> datetime | None:  # type: ignore[override]  # as above
        raw = self._binding.get(TODAY)
        moment = read_moment(raw) if isinstance(raw, str) else None
        return None if moment is None else midnight(moment)

    def answer(self, name: str) -> Value:
        key = THIS if name == self._own else name
        return self._logic.value_of(key, self._binding.get(key), self._own)

    def each(self, name: str) -> tuple[Value, ...]:
        return (self.answer(name),)

    def context(self, name: str) -> Value:
        return self._binding.get(CONTEXT + name)

    def column(self, name: str) -> Value:
        if self._option is None:
            return None
        columns = self._option.columns or {}
        return self._option.code if name == "name" and name not in columns else columns.get(name)

    def this(self) -> Value:
        return self._logic.value_of(THIS, self._binding.get(THIS), self._own)

    def label(self, item: str, code: str) -> str | None:
        place = self._logic.program.places.get(item)
        option = place.item.options_by_code.get(code) if place else None
        return option.text.get(self._logic.program.first_language) if option else None

    def turn(self) -> int | None:
        return 1


class _Classes:
    """Finds values that an expression cannot tell apart: equal wherever it looks at the one variable alone."""

    def __init__(self, logic: Logic, node: Node, own: str | None, option: Option | None) -> None:
        self._logic, self._node, self._own, self._option = logic, node, own, option
        self._parts: dict[str, tuple[Node, ...]] = {}
        self._first: dict[tuple[str, Hashable], Raw] = {}

    def canonical(self, name: str, raw: Raw) -> Raw:
        """The first value met that is like this one."""
        parts = self._parts.get(name)
        if parts is None:
            parts = self._parts[name] = tuple(_alone(self._node, name, self._own))
        scope = _BoundScope(self._logic, {name: raw}, self._own, self._option)
        signature = tuple(
            (type(value).__name__, value) for value in (evaluate(part, scope) for part in parts)
        )
        return self._first.setdefault((name, signature), raw)


def names_of(node: Node, own: str | None = None) -> frozenset[str]:
    """The variables that an expression refers to; columns belong to an option and are none.

    Where no answer is under check (``own`` is None), ``.`` is missing and no variable.
    """
    found = {_variable(part, own) for part in walk(node)}
    return frozenset(name for name in found if name is not None and (name != THIS or own is not None))


def parts(node: Node) -> Iterator[Node]:
    """The conditions that a condition is made of; itself and what is not a condition left out."""
    if node.op in ("and", "or", "not"):
        for part in node.nodes:
            yield part
            yield from parts(part)


def written(node: Node) -> str:
    """The expression as it is written."""
    return render(node)


def truth(value: Hashable) -> bool:
    """Whether a value counts as true in a condition."""
    return as_truth(value)  # type: ignore[arg-type]  # terms give values of the language


def _variable(node: Node, own: str | None) -> str | None:
    if node.op in ("answer", "each"):
        return THIS if node.name == own else node.name
    if node.op == "context":
        return TODAY if node.name in ("today", "now") else CONTEXT + node.name
    if node.op in ("today", "now"):
        return TODAY
    return THIS if node.op in ("this", "once") else None


def _alone(node: Node, name: str, own: str | None) -> Iterator[Node]:
    """The largest parts of an expression that look at one variable and no other."""
    names = names_of(node, own)
    if names == {name}:
        yield node
    elif name in names:
        for part in node.nodes:
            yield from _alone(part, name, own)


def _uses(node: Node, own: str | None, around: frozenset[str] = frozenset()) -> Iterator[tuple[str, Use]]:
    """How an expression uses each of its variables; ``around`` are the literals further out."""
    literals = frozenset(text for part in node.nodes if (text := _literal(part)) is not None)
    for part in node.nodes:
        # Reading a value as a number changes nothing about how it is compared.
        bare = part.nodes[0] if part.op == "number" and part.nodes and node.op in _ORDER else part
        name = _variable(bare, own)
        counted = part.op == "count-selected" and part.nodes[0].op in _SOURCES
        if name is not None and bare.op in _SOURCES:
            use = _use(node, part, literals)
            yield name, use if use.closed else use | Use(literals=around)
        elif counted and node.op in (*_EQUALITY, *_ORDER) and literals:
            yield from _counted(part, own)
        else:
            yield from _uses(part, own, around | literals)
    direct = _variable(node, own)
    if direct is not None and not node.nodes:
        # An expression that is nothing but a variable asks whether it holds.
        yield direct, Use(literals=around, closed=node.op != "today" and not around)


def _use(node: Node, part: Node, literals: frozenset[str]) -> Use:
    words = frozenset(word for text in literals for word in (text, *text.split()))
    if node.op in _EQUALITY and literals:
        return Use(literals=words)
    if node.op in _ORDER and literals:
        return Use(literals=literals, ordered=True)
    if node.op in _MEMBERSHIP and part is node.nodes[0] and len(literals) >= 1:
        return Use(literals=words, closed=all(_literal(other) is not None for other in node.nodes[1:]))
    if node.op == "is-answered":
        return Use()
    return Use(literals=literals, closed=False)


def _counted(node: Node, own: str | None) -> Iterator[tuple[str, Use]]:
    name = _variable(node.nodes[0], own)
    if name is not None:
        yield name, Use(counted=True)


def _literal(node: Node) -> str | None:
    """The text of a part that is the same for everybody."""
    # "number" is a literal, or the function that reads one.
    if node.op in ("number", "text") and not node.nodes:
        return node.name
    if references(node) or any(part.op in ("today", "now", "position", "this") for part in walk(node)):
        return None
    return as_text(evaluate(node, Scope()))
