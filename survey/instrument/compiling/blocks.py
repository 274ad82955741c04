"""Builds the blocks of an instrument from its sections: modules unfolded, declining put before appraisals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey.instrument.compiling.items import BuiltItem, build_items
from survey.instrument.compiling.nesting import Nesting, nested
from survey.instrument.compiling.sources import Sources
from survey.instrument.drafts.document import DocumentDraft
from survey.instrument.drafts.fields import Fields
from survey.instrument.drafts.items import ItemDraft, read_items
from survey.instrument.drafts.sections import SectionDraft
from survey.instrument.expression import Node
from survey.instrument.item_types import DECLINE_TEXTS, DECLINE_TITLE
from survey.instrument.problems import Findings, Where
from survey.instrument.program import Battery, Item, Option, Repeat, Words

_MODULE_FIELDS = ("schema", "id", "version", "scales_file", "unit_list", "questions")
_UNIT_NAME: Words = {"zh": "{unit}", "en": "{unit}"}


@dataclass(slots=True, kw_only=True)
class Block:
    """The items of a section that are asked together, once or once per unit or turn.

    ``heading`` is the section that counts for progress, ``turn`` names the repetition that its items share with
    other blocks (a loop goes on in nested sections), ``outer`` are the conditions of the sections around it.
    """

    section: str
    where: Where
    title: Words
    intro: Words | None
    condition: Node | None
    repeat: Repeat | None
    heading: str = ""
    loop: str | None = None
    outer: tuple[Node, ...] = ()
    together: bool = False
    shuffle: str | None = None
    items: list[BuiltItem] = field(default_factory=list)
    batteries: list[Battery] = field(default_factory=list)

    @property
    def turn(self) -> str | None:
        """What its items are repeated for, None where they are asked once."""
        if self.repeat is None:
            return None
        return f"loop {self.loop}" if self.repeat == "loop" else f"{self.repeat} {self.section}"

    def add(self, draft: ItemDraft, document: DocumentDraft, sources: Sources) -> None:
        """Everything that the draft of an item becomes."""
        built = build_items(draft, document, sources)
        self.items.extend(built.items)
        if built.battery is not None:
            self.batteries.append(built.battery)


def build_blocks(draft: DocumentDraft, sources: Sources) -> list[Block]:
    """The blocks of all sections, in the order in which they are asked."""
    blocks: list[Block] = []
    seen: set[str] = set()
    nesting = nested(draft, sources.findings)
    for section in draft.sections:
        if section.code and section.code in seen:
            sources.findings.add("duplicate_code", replace(section.where, field="id"), value=section.code)
        seen.add(section.code)
        blocks.extend(_section_blocks(section, draft, sources, nesting[id(section)]))
    return blocks


def _section_blocks(
    section: SectionDraft, draft: DocumentDraft, sources: Sources, nesting: Nesting
) -> list[Block]:
    plain = Block(
        section=section.code,
        where=section.where,
        title=nesting.title,
        intro=section.intro,
        condition=section.condition,
        repeat=nesting.repeat,
        heading=nesting.heading,
        loop=nesting.loop,
        outer=nesting.outer,
        together=section.together,
        shuffle=nesting.shuffle,
    )
    modules = [item for item in section.items if item.kind.name == "module"]
    if modules and (plain.repeat or len(modules) > 1):
        sources.findings.add("module_place", modules[-1].where)
        modules = []
    for item in section.items:
        if item.kind.name != "module" or item in modules:
            plain.add(item, draft, sources)
    _check_weights(plain, sources.findings)
    if plain.repeat:
        _refuse_screening(plain, sources.findings)
    if modules:
        return [plain, _module_block(modules[0], plain, draft, sources)]
    if plain.repeat in ("assigned_unit", "commitment") and not sources.units:
        sources.findings.add("no_units", section.where)
    if plain.repeat == "assigned_unit" and draft.decline_reasons:
        return [_decline_block(plain, draft, sources), plain]
    return [plain]


def _module_block(draft: ItemDraft, plain: Block, document: DocumentDraft, sources: Sources) -> Block:
    name = draft.fields.raw.get("module")
    module = sources.modules.get(name) if isinstance(name, str) else None
    block = replace(
        plain,
        where=Where(section=plain.section, item=draft.code, field=f"module.{name}"),
        title=document.languages.of(_UNIT_NAME),
        intro=None,
        repeat="drawn_unit",
        together=False,
        items=[],
        batteries=[],
    )
    if not isinstance(module, Mapping):
        return block
    fields = Fields(module, block.where, sources.findings, known=_MODULE_FIELDS, required=("questions",))
    items: Sequence[ItemDraft] = read_items(
        fields.members("questions", limit=50),
        Where(section=plain.section),
        sources.findings,
        languages=document.languages,
        repeat="drawn_unit",
    )
    for item in items:
        if item.kind.kind in ("units", "area"):
            sources.findings.add("module_content", item.where, value=item.kind.name)
        else:
            block.add(item, document, sources)
    if not items:
        sources.findings.add("empty_section", block.where)
    _check_weights(block, sources.findings)
    _refuse_screening(block, sources.findings)
    return block


def _decline_block(plain: Block, document: DocumentDraft, sources: Sources) -> Block:
    """The page before the appraisals, on which assigned units can be declined."""
    languages = document.languages
    block = replace(
        plain,
        title=languages.of(DECLINE_TITLE),
        intro=None,
        condition=Node("is-answered", (Node("context", ("assigned_units",)),)),
        repeat=None,
        items=[],
        batteries=[],
    )
    options = tuple(Option(code=unit.code, text=languages.of(unit.words)) for unit in sources.units)
    for reason in document.decline_reasons:
        texts = DECLINE_TEXTS.get(reason)
        if texts is None:
            where = Where(field="units_per_respondent.decline_reasons")
            known = ", ".join(DECLINE_TEXTS)
            sources.findings.add("unknown_reason", where, value=reason, known=known)
            continue
        item = Item(
            code=f"{plain.section}_{reason}",
            kind="units",
            text=languages.of(texts),
            options=options,
            declines=True,
        )
        block.items.append(BuiltItem(item=item, where=plain.where))
    return block


def _refuse_screening(block: Block, findings: Findings) -> None:
    """One unit's page cannot end the whole interview."""
    for built in block.items:
        if built.item.screening_codes:
            findings.add("not_in_repeat", replace(built.where, field="options"), name="screen_out")
        elif built.item.kind == "end":
            findings.add("not_in_repeat", built.where, name="end")


def _check_weights(block: Block, findings: Findings) -> None:
    weights = [built.item.weight for built in block.items if built.item.weight is not None]
    if weights and abs(sum(weights) - 1) > 1e-6:
        findings.add("weights_do_not_sum", block.where, total=f"{sum(weights):.4f}")
