"""Checks every name in every condition, then cuts the blocks into pages that can be decided before they open."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from survey.instrument.build import Block, BuiltItem
from survey.instrument.codes import nearest
from survey.instrument.document import DocumentDraft
from survey.instrument.expression import Node, conjunction, operands
from survey.instrument.problems import Findings, Where
from survey.instrument.program import Item, Page

_FREE_CONTEXT = ("language", "assigned_units", "commitments")
_SHOWN_OPTIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Position:
    """Where an item is asked; ``order`` counts all items of the instrument."""

    built: BuiltItem
    block: int
    order: int


def resolve(draft: DocumentDraft, blocks: Sequence[Block], findings: Findings) -> tuple[Page, ...]:
    """The pages. Notes duplicate codes, unknown names and options, forward references and circles."""
    positions = _positions(blocks, findings)
    checker = _Checker(
        draft, blocks, positions, findings=findings, circles=_circles(blocks, positions, findings)
    )
    pages: list[Page] = []
    order = 0
    for number, block in enumerate(blocks):
        shown_if = checker.checked(block.condition, replace(block.where, field="show_if"), order, number)
        items: list[Item] = []
        for built in block.items:
            condition = _whole_condition(built, block)
            where = replace(built.where, field="show_if")
            items.append(replace(built.item, shown_if=checker.checked(condition, where, order, number)))
            order += 1
        pages.extend(_pages(block, items, shown_if))
    return tuple(pages)


def _whole_condition(built: BuiltItem, block: Block) -> Node | None:
    """The item's own condition, its groups, and no earlier answer that skips the rest of the block."""
    parts = [built.condition] if built.condition else []
    if built.item.groups:
        parts.append(Node(op="any_of", source="context", name="group", codes=built.item.groups))
    for earlier in block.items:
        if earlier is built:
            break
        if earlier.skip_codes:
            skipping = Node(op="any_of", source="answer", name=earlier.item.code, codes=earlier.skip_codes)
            parts.append(Node(op="not", nodes=(skipping,)))
    return conjunction(parts)


def _pages(block: Block, items: Sequence[Item], shown_if: Node | None) -> Iterator[Page]:
    """A new page begins at an item whose condition depends on an answer of the page so far."""
    chunks: list[list[Item]] = []
    codes: set[str] = set()
    for item in items:
        depends = any(node.source == "answer" and node.name in codes for node in operands(item.shown_if))
        if depends or not chunks:
            chunks.append([])
            codes = set()
        chunks[-1].append(item)
        codes.add(item.code)
    for number, chunk in enumerate(chunks, start=1):
        yield Page(
            code=block.section if number == 1 else f"{block.section}.{number}",
            section=block.section,
            title=block.title,
            intro=block.intro if number == 1 else None,
            items=tuple(chunk),
            shown_if=shown_if,
            repeat=block.repeat,
        )


def _positions(blocks: Sequence[Block], findings: Findings) -> dict[str, _Position]:
    positions: dict[str, _Position] = {}
    order = 0
    for number, block in enumerate(blocks):
        for built in block.items:
            code = built.item.code
            if code in positions:
                findings.add("duplicate_code", replace(built.where, field="id"), value=code)
            elif code:
                positions[code] = _Position(built=built, block=number, order=order)
            order += 1
    return positions


def _circles(
    blocks: Sequence[Block], positions: Mapping[str, _Position], findings: Findings
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


class _Checker:
    """Looks up every operand of a condition."""

    def __init__(
        self,
        draft: DocumentDraft,
        blocks: Sequence[Block],
        positions: Mapping[str, _Position],
        *,
        findings: Findings,
        circles: frozenset[frozenset[str]],
    ) -> None:
        self._blocks, self._positions, self._findings, self._circles = blocks, positions, findings, circles
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
        elif item.kind != "area":
            self._check_codes(node, tuple(option.code for option in item.options), where)
        if self._blocks[position.block].repeat is None:
            return node
        if position.block != block:
            self._findings.add("repeated_reference", where, name=node.name)
        return replace(node, repeated=True)

    def _check_codes(self, node: Node, known: Sequence[str], where: Where) -> None:
        for code in node.codes:
            if known and code not in known:
                shown = ", ".join(known[:_SHOWN_OPTIONS])
                self._findings.add("unknown_option", where, name=node.name, value=code, known=shown)
