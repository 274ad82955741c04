"""Cuts the blocks into pages that can be decided before they open, once every condition has been checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from survey.instrument.build import Block
from survey.instrument.document import DocumentDraft
from survey.instrument.expression import Node, conjunction, operands
from survey.instrument.items import BuiltItem
from survey.instrument.problems import Findings
from survey.instrument.program import Item, Page
from survey.instrument.references import Checker, Position
from survey.instrument.sources import Sources


def resolve(draft: DocumentDraft, blocks: Sequence[Block], sources: Sources) -> tuple[Page, ...]:
    """The pages. Notes duplicate codes, unknown names and options, forward references and circles."""
    positions = _positions(blocks, sources.findings)
    checker = Checker(draft, blocks, positions, areas=sources.area_codes(), findings=sources.findings)
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


def _positions(blocks: Sequence[Block], findings: Findings) -> dict[str, Position]:
    positions: dict[str, Position] = {}
    order = 0
    for number, block in enumerate(blocks):
        for built in block.items:
            code = built.item.code
            if code in positions:
                findings.add("duplicate_code", replace(built.where, field="id"), value=code)
            elif code:
                positions[code] = Position(built=built, block=number, order=order)
            order += 1
    return positions
