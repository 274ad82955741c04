"""Looks up every name that a condition uses: the item, its options, the context; finds circles."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.instrument.build import Block
from survey.instrument.codes import nearest
from survey.instrument.document import DocumentDraft
from survey.instrument.expression import Node, operands
from survey.instrument.items import BuiltItem
from survey.instrument.problems import Findings, Where

_FREE_CONTEXT = ("language", "assigned_units", "commitments")
_SHOWN_OPTIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an item is asked; ``order`` counts all items of the instrument."""

    built: BuiltItem
    block: int
    order: int


def find_circles(
    blocks: Sequence[Block], positions: Mapping[str, Position], findings: Findings
) -> frozenset[frozenset[str]]:
    """Notes every circle of conditions once, with its full path, and returns their members."""
    edges: dict[str, list[str]] = {}
    for block in blocks:
        for built in block.items:
            names = [*operands(built.condition), *operands(block.condition)]
            edges[built.item.code] = [node.name for node in names if node.source == "answer"]
    found: set[frozenset[str]] = set()
    for start in edges:
        path = _way_back(start, edges)
        if path and frozenset(path) not in found:
            found.add(frozenset(path))
            where = replace(positions[start].built.where, field="show_if")
            findings.add("cycle", where, path=" → ".join([*path, start]))
    return frozenset(found)


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
    """Looks up every operand of a condition."""

    def __init__(
        self,
        draft: DocumentDraft,
        blocks: Sequence[Block],
        positions: Mapping[str, Position],
        *,
        areas: Mapping[str, tuple[str, ...]],
        findings: Findings,
    ) -> None:
        self._blocks, self._positions, self._areas, self._findings = blocks, positions, areas, findings
        self._circles = find_circles(blocks, positions, findings)
        self._context: dict[str, tuple[str, ...]] = dict.fromkeys(_FREE_CONTEXT, ())
        self._context.update(mode=draft.modes, group=draft.evaluator_groups)
        self._context.update({known.name: known.codes for known in draft.context_fields})

    def checked(self, node: Node | None, where: Where, order: int, block: int) -> Node | None:
        """The condition with its repeated operands marked; ``order`` is the place of the item that has it."""
        if node is None:
            return None
        if node.source is None:
            parts = (self.checked(part, where, order, block) for part in node.nodes)
            return replace(node, nodes=tuple(part for part in parts if part is not None))
        if node.source == "context":
            self._check_context(node, where)
            return node
        return self._check_answer(node, where, order, block)

    def _check_context(self, node: Node, where: Where) -> None:
        if node.name not in self._context:
            known = ", ".join(self._context)
            self._findings.add("unknown_context", where, name=node.name, known=known)
            return
        self._check_codes(node, self._context[node.name], where)

    def _check_answer(self, node: Node, where: Where, order: int, block: int) -> Node:
        position = self._positions.get(node.name)
        if position is None:
            close = nearest(node.name, self._positions)
            self._findings.add("unknown_reference", where, name=node.name, nearest=close)
            return node
        item = position.built.item
        if position.order >= order:
            if not any(item.code in circle for circle in self._circles):
                self._findings.add("forward_reference", where, name=node.name)
            return node
        if item.kind == "text" and node.op != "answered":
            self._findings.add("text_reference", where, name=node.name)
        elif item.kind == "area":
            self._check_codes(node, self._areas.get(item.level or "", ()), where)
        else:
            self._check_codes(node, tuple(option.code for option in item.options), where)
        if self._blocks[position.block].turn is None:
            return node
        if self._blocks[position.block].turn != self._blocks[block].turn:
            self._findings.add("repeated_reference", where, name=node.name)
        return replace(node, repeated=True)

    def _check_codes(self, node: Node, known: Sequence[str], where: Where) -> None:
        for code in node.codes:
            if known and code not in known:
                shown = ", ".join(known[:_SHOWN_OPTIONS])
                self._findings.add("unknown_option", where, name=node.name, value=code, known=shown)
