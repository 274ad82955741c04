"""Cuts the blocks into pages that can be decided before they open, once every condition has been checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from survey.instrument.compiling.blocks import Block
from survey.instrument.compiling.knowledge import computed_value, known_columns, known_context, known_item
from survey.instrument.compiling.making import BuiltItem
from survey.instrument.compiling.references import Checker, Position, Spot, dependencies, find_circles
from survey.instrument.compiling.sources import Sources
from survey.instrument.drafts.conditions import chosen, own_as_this, read_condition, written_expressions
from survey.instrument.drafts.document import DocumentDraft
from survey.instrument.drafts.fields import Written
from survey.instrument.expression import Known, Node, answer_names, conjunction
from survey.instrument.piping import piped_names
from survey.instrument.problems import Findings, Where
from survey.instrument.program import Item, Page, Words

# A page of more would be heavy on a phone; the rows of a battery stay together all the same.
MAX_PAGE_ITEMS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The pages, the conditions of the quotas in their order, and how often loops are asked, by section."""

    pages: tuple[Page, ...]
    quotas: tuple[Node | None, ...] = ()
    counts: Mapping[str, Node] = field(default_factory=dict)


def resolve(draft: DocumentDraft, blocks: Sequence[Block], sources: Sources) -> Resolved:
    """The pages. Notes duplicate codes, unknown names and options, wrong types, forward references and circles."""
    return _Resolver(draft, blocks, sources).resolve()


class _Resolver:
    """Reads every expression first, to find circles; then checks each where it stands."""

    def __init__(self, draft: DocumentDraft, blocks: Sequence[Block], sources: Sources) -> None:
        self.draft, self.blocks, self.findings = draft, blocks, sources.findings
        positions = _positions(blocks, sources.findings)
        self.written = {
            id(built): written_expressions(built.written, self.findings)
            for block in blocks
            for built in block.items
        }
        areas = sources.area_codes()
        self.checker = Checker(
            blocks,
            positions,
            answers={code: known_item(at.built.item, areas=areas) for code, at in positions.items()},
            context=known_context(draft),
            circling=find_circles(self._dependencies(), positions, self.findings),
            findings=self.findings,
        )

    def resolve(self) -> Resolved:
        pages: list[Page] = []
        counts: dict[str, Node] = {}
        cutter = _Cutter()
        order = 0
        loops = {section.code: section.loop_count for section in self.draft.sections if section.loop_count}
        for number, block in enumerate(self.blocks):
            spot = Spot(where=replace(block.where, field="show_if"), order=order, block=number)
            shown_if = self._checked(_block_condition(block), spot)
            count = loops.pop(block.loop or "", None)
            if count is not None:
                node = self._standing(count, replace(spot, block=None))
                if node is not None:
                    counts[block.loop or ""] = node
            items: list[Item] = []
            for built in block.items:
                items.append(self._item(built, block, replace(spot, order=order)))
                order += 1
            pages.extend(cutter.pages(block, items, shown_if))
        end = Spot(where=Where(), order=order)
        quotas = tuple(
            None if quota.condition is None else self._standing(quota.condition, end)
            for quota in self.draft.quotas
        )
        return Resolved(pages=tuple(pages), quotas=quotas, counts=counts)

    def _item(self, built: BuiltItem, block: Block, spot: Spot) -> Item:
        """The item with every expression checked where it stands."""
        shown = replace(spot, where=replace(built.where, field="show_if"))
        item = built.item
        changes: dict[str, Any] = {}  # Any: fields of several types, each named by the one who wrote it
        if (condition := self._checked(_whole_condition(built, block), shown)) is not None:
            changes["shown_if"] = condition
        for becomes, (node, written) in self.written[id(built)].items():
            checked, gives = self.checker.checked(
                own_as_this(node, item.code) if becomes == "constraint" else node,
                replace(spot, where=written.where),
                wants=None if written.wants == "none" else written.wants,
                this=self.checker.known(item.code) if becomes in ("constraint", "calculation") else None,
                columns=known_columns(item) if becomes == "choice_filter" else None,
            )
            changes[becomes] = checked
            if becomes == "calculation" and item.value is None:
                changes["value"] = computed_value(gives)
                self.checker.learn(item.code, Known(type=gives))
        return replace(item, **changes) if changes else item

    def _checked(self, node: Node | None, spot: Spot) -> Node | None:
        return None if node is None else self.checker.checked(node, spot)[0]

    def _standing(self, written: Written, spot: Spot) -> Node | None:
        """An expression that belongs to no item: the condition of a quota, the number of turns of a loop."""
        node = read_condition(written.raw, written.where, self.findings)
        if node is None:
            return None
        return self.checker.checked(node, replace(spot, where=written.where), wants=written.wants)[0]

    def _dependencies(self) -> dict[str, tuple[str, ...]]:
        """By item: the items that its expressions look at; its own value under check is none of them."""
        found: dict[str, tuple[str, ...]] = {}
        for block in self.blocks:
            for built in block.items:
                nodes = [*block.outer, block.condition, *built.outer, built.condition]
                own = [node for name, (node, _) in self.written[id(built)].items() if name != "constraint"]
                found[built.item.code] = dependencies([node for node in (*nodes, *own) if node is not None])
        return found


def _block_condition(block: Block) -> Node | None:
    return conjunction([*block.outer, *([block.condition] if block.condition else [])])


def _whole_condition(built: BuiltItem, block: Block) -> Node | None:
    """The item's own condition, its groups, and no earlier answer that skips the rest of the block."""
    item = built.item
    parts = [*built.outer, *([built.condition] if built.condition else [])]
    if item.groups:
        parts.append(chosen(Node("context", ("group",)), item.groups))
    if item.other_of is not None and item.other_code is not None:
        parts.append(chosen(Node("answer", (item.other_of,)), (item.other_code,)))
    for earlier in block.items:
        if earlier is built:
            break
        if earlier.skip_codes and item.other_of != earlier.item.code:
            skipping = chosen(Node("answer", (earlier.item.code,)), earlier.skip_codes)
            parts.append(Node("not", (skipping,)))
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
        names = {name for whole in nodes for name in answer_names(whole)}
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
