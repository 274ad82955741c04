"""Cuts the blocks into pages that can be decided before they open, once every condition has been checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey.instrument.build import Block
from survey.instrument.document import DocumentDraft
from survey.instrument.expression import Node, conjunction, operands
from survey.instrument.items import BuiltItem
from survey.instrument.piping import piped_names
from survey.instrument.problems import Findings
from survey.instrument.program import Item, Page, Words
from survey.instrument.references import Checker, Position
from survey.instrument.sources import Sources

# A page of more would be heavy on a phone; the rows of a battery stay together all the same.
MAX_PAGE_ITEMS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The pages, and the conditions of the quotas in their order."""

    pages: tuple[Page, ...]
    quotas: tuple[Node | None, ...] = ()
    counts: Mapping[str, Node] = field(default_factory=dict)


def resolve(draft: DocumentDraft, blocks: Sequence[Block], sources: Sources) -> Resolved:
    """The pages. Notes duplicate codes, unknown names and options, forward references and circles."""
    positions = _positions(blocks, sources.findings)
    checker = Checker(draft, blocks, positions, areas=sources.area_codes(), findings=sources.findings)
    pages: list[Page] = []
    cutter = _Cutter()
    order = 0
    for number, block in enumerate(blocks):
        whole = conjunction([*block.outer, *([block.condition] if block.condition else [])])
        shown_if = checker.checked(whole, replace(block.where, field="show_if"), order, number)
        items: list[Item] = []
        for built in block.items:
            condition = _whole_condition(built, block)
            where = replace(built.where, field="show_if")
            items.append(replace(built.item, shown_if=checker.checked(condition, where, order, number)))
            order += 1
        pages.extend(cutter.pages(block, items, shown_if))
    return Resolved(pages=tuple(pages), quotas=tuple(None for _ in draft.quotas))


def _whole_condition(built: BuiltItem, block: Block) -> Node | None:
    """The item's own condition, its groups, and no earlier answer that skips the rest of the block."""
    item = built.item
    parts = [*built.outer, *([built.condition] if built.condition else [])]
    if item.groups:
        parts.append(Node(op="any_of", source="context", name="group", codes=item.groups))
    if item.other_of is not None and item.other_code is not None:
        parts.append(Node(op="any_of", source="answer", name=item.other_of, codes=(item.other_code,)))
    for earlier in block.items:
        if earlier is built:
            break
        if earlier.skip_codes and item.other_of != earlier.item.code:
            skipping = Node(op="any_of", source="answer", name=earlier.item.code, codes=earlier.skip_codes)
            parts.append(Node(op="not", nodes=(skipping,)))
    return conjunction(parts)


def item_texts(item: Item) -> Iterator[Words | None]:
    """Every text of an item that may name an earlier answer."""
    yield from (item.text, item.help, item.note, item.required_message, item.constraint_message)
    yield from (item.pattern_message, item.unit, item.low_label, item.high_label, item.purpose)
    for option in item.options:
        yield option.text


class _Cutter:
    """Divides blocks into pages; knows what the computed items so far are made of."""

    def __init__(self) -> None:
        self._made_of: dict[str, frozenset[str]] = {}

    def pages(self, block: Block, items: Sequence[Item], shown_if: Node | None) -> Iterator[Page]:
        """A new page begins at an item that must know an answer of the page so far before it is shown."""
        chunks: list[list[Item]] = []
        codes: set[str] = set()
        for item in items:
            needs = self._needs(item)
            if not chunks or self._begins(item, chunks[-1], block, depends=not codes.isdisjoint(needs)):
                chunks.append([])
                codes = set()
            chunks[-1].append(item)
            codes.add(item.code)
        for number, chunk in enumerate(chunks, start=1):
            yield Page(
                code=block.section if number == 1 else f"{block.section}.{number}",
                section=block.heading or block.section,
                title=block.title,
                intro=block.intro if number == 1 else None,
                items=tuple(chunk),
                shown_if=shown_if,
                repeat=block.repeat,
                loop=block.loop if block.repeat == "loop" else None,
                together=block.together,
                shuffle=block.shuffle,
            )

    def _begins(self, item: Item, chunk: Sequence[Item], block: Block, *, depends: bool) -> bool:
        last = chunk[-1]
        if item.kind == "end" or last.kind == "end":
            return True
        if item.other_of is not None and any(item.other_of == before.code for before in chunk):
            return False
        if depends and not block.together:
            return True
        same_battery = item.battery is not None and item.battery == last.battery
        return len(chunk) >= MAX_PAGE_ITEMS and not same_battery and not block.together

    def _needs(self, item: Item) -> frozenset[str]:
        """The answers without which the item cannot be shown; a computed item stands for what it is made of."""
        nodes = [item.shown_if, item.choice_filter, item.calculation]
        names = {node.name for whole in nodes for node in operands(whole) if node.source == "answer"}
        names.update(piped_names(item_texts(item)))
        whole = names.union(*(self._made_of.get(name, frozenset()) for name in names))
        if item.kind == "computed":
            self._made_of[item.code] = frozenset(whole)
            if not item.is_shown:
                return frozenset()
        return frozenset(whole)


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
