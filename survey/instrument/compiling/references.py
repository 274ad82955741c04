"""Checks every expression of an instrument where it stands: names, types, the order of asking; finds circles."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.instrument.codes import nearest
from survey.instrument.compiling.blocks import Block
from survey.instrument.compiling.making import BuiltItem
from survey.instrument.expression import Known, Names, Node, Standing, answer_names, check
from survey.instrument.expression.signatures import Type
from survey.instrument.problems import Findings, Where

# Finding the nearest name looks at all of them; a document of wrong names only gets no more help than this.
_HELPFUL = 100
_NAMED_CIRCLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an item is asked; ``order`` counts all items of the instrument."""

    built: BuiltItem
    block: int
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where an expression stands: its address, the item before which all must be known, its block (None: the end)."""

    where: Where
    order: int
    block: int | None = None


def find_circles(
    dependencies: Mapping[str, Sequence[str]], positions: Mapping[str, Position], findings: Findings
) -> frozenset[str]:
    """Notes circles of expressions, each with its full path; gives everything that is part of any circle.

    Items that all depend on one another can have more circles than anybody could read: of such a group no more
    than the first few are named, and the next ones when those are mended.
    """
    circling: set[str] = set()
    for group in knots(dependencies):
        circling.update(group)
        inner = {name: [part for part in dependencies[name] if part in group] for name in group}
        named: set[str] = set()
        for start in [name for name in dependencies if name in group][:_NAMED_CIRCLES]:
            path = [] if start in named else _way_back(start, inner)
            if path:
                named.update(path)
                where = replace(positions[start].built.where, field="show_if")
                findings.add("cycle", where, path=_written([*path, start]))
    return frozenset(circling)


def _written(path: Sequence[str]) -> str:
    return " → ".join(path)


def knots(dependencies: Mapping[str, Sequence[str]]) -> list[frozenset[str]]:
    """The groups of names that all depend on one another, by Tarjan's walk, without going deep."""
    found: list[frozenset[str]] = []
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_names: dict[str, None] = {}
    for start in dependencies:
        waiting = [] if start in number else [(start, iter(dependencies[start]))]
        while waiting:
            name, parts = waiting[-1]
            if name not in number:
                number[name] = low[name] = len(number)
                open_names[name] = None
            for part in parts:
                if part in dependencies and part not in number:
                    waiting.append((part, iter(dependencies[part])))
                    break
                if part in open_names:
                    low[name] = min(low[name], number[part])
            else:
                waiting.pop()
                if waiting:
                    low[waiting[-1][0]] = min(low[waiting[-1][0]], low[name])
                if low[name] == number[name]:
                    group = _taken(open_names, name)
                    if len(group) > 1 or name in dependencies[name]:
                        found.append(group)
    return found


def _taken(open_names: dict[str, None], name: str) -> frozenset[str]:
    """Everything opened since a name, which is taken away with it."""
    group: set[str] = set()
    while name not in group:
        group.add(open_names.popitem()[0])
    return frozenset(group)


def _way_back(start: str, edges: Mapping[str, Sequence[str]]) -> list[str] | None:
    """The shortest way from an item back to itself."""
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        for target in edges.get(name, ()):
            if target == start:
                path = [name]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if target not in came_from and target in edges:
                came_from[target] = name
                waiting.append(target)
    return None


class Checker:
    """Checks expressions one after the other, in the order of the instrument."""

    def __init__(
        self,
        blocks: Sequence[Block],
        positions: Mapping[str, Position],
        *,
        answers: dict[str, Known],
        context: Mapping[str, Known],
        circling: frozenset[str],
        findings: Findings,
    ) -> None:
        self._blocks, self._positions, self._findings = blocks, positions, findings
        self._answers, self._context = answers, context
        self._circling = circling
        self._help = _HELPFUL

    def checked(
        self,
        node: Node,
        spot: Spot,
        *,
        wants: Type | None = "bool",
        this: Known | None = None,
        columns: Mapping[str, Known] | None = None,
    ) -> tuple[Node, Type]:
        """The expression with its literals typed, and what it gives; problems are noted."""
        names = Names(
            answers=self._answers,
            context=self._context,
            columns=columns,
            this=this,
            standing=lambda name: self._standing(name, spot),
            suggest=self._suggest,
        )
        result = check(node, names, where=spot.where, expected=wants)
        for problem in result.problems:
            self._findings.put(problem)
        return result.node, result.type

    def known(self, code: str) -> Known | None:
        """What is known of an item so far."""
        return self._answers.get(code)

    def learn(self, code: str, known: Known) -> None:
        """A computed item has turned out to give this."""
        self._answers[code] = known

    def _standing(self, name: str, spot: Spot) -> Standing:
        position = self._positions.get(name)
        if position is None:
            return "here"
        if position.order >= spot.order:
            return "circle" if name in self._circling else "later"
        theirs = self._blocks[position.block]
        own = None if spot.block is None else self._blocks[spot.block]
        if theirs.turn is not None and (own is None or theirs.turn != own.turn):
            return "elsewhere"
        if own is not None and own.shuffle and theirs.shuffle and own.shuffle != theirs.shuffle:
            return "shuffled"
        return "here"

    def _suggest(self, name: str, known: Mapping[str, Known]) -> str:
        self._help -= 1
        return nearest(name, known) if self._help >= 0 else "-"


def dependencies(conditions: Sequence[Node]) -> tuple[str, ...]:
    """The items that any of the expressions looks at."""
    return tuple(dict.fromkeys(name for node in conditions for name in answer_names(node)))
