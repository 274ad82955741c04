"""Builds the items of every section from its draft: options from scales, units and areas, modules unfolded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey.instrument.document import DocumentDraft, ItemDraft, SectionDraft, read_items
from survey.instrument.expression import Node
from survey.instrument.item_types import DECLINE_TEXTS, DECLINE_TITLE
from survey.instrument.problems import Findings, Where
from survey.instrument.program import NONE_OF_THESE, AreaRef, Item, Option, Page, Repeat, UnitRef, Words
from survey.instrument.reading import Fields
from survey.instrument.scales import Scales

_MODULE_FIELDS = ("schema", "id", "version", "scales_file", "unit_list", "questions")
_UNIT_LIST_FIELDS = ("from", "path", "filter", "order", "none_of_these")
_UNIT_NAME: Words = {"zh": "{unit}", "en": "{unit}"}
_MAX_UNITS_DRAWN = 20
_MAX_CHARS = 5_000
DEFAULT_MAX_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltItem:
    """An item with everything but its condition, which still holds unchecked names."""

    item: Item
    where: Where
    condition: Node | None = None
    skip_codes: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Block:
    """The items of a section that are asked together, once or once per unit."""

    section: str
    where: Where
    title: Words
    intro: Words | None
    condition: Node | None
    repeat: Repeat | None
    items: list[BuiltItem] = field(default_factory=list)


class Sources:
    """What a document refers to: scales, modules, units, areas; and where problems are noted."""

    def __init__(
        self,
        *,
        scales: Mapping[str, object],
        modules: Mapping[str, Mapping[str, object]],
        units: tuple[UnitRef, ...],
        areas: tuple[AreaRef, ...],
        findings: Findings,
    ) -> None:
        self.findings, self.modules, self.units, self.areas = findings, modules, units, areas
        self.scales = Scales(scales, findings)

    def units_used(self, pages: Iterable[Page]) -> tuple[UnitRef, ...]:
        """The units a program can ask about, in the order of the list."""
        pages = tuple(pages)
        if any(page.repeat in ("assigned_unit", "commitment") for page in pages):
            return self.units
        named = {
            option.code
            for page in pages
            for item in page.items
            if item.kind == "units"
            for option in item.options
        }
        return tuple(unit for unit in self.units if unit.code in named)

    def areas_used(self, levels: set[str]) -> tuple[AreaRef, ...]:
        """The areas of the levels asked, and the parents that head their lists."""
        used = [area for area in self.areas if area.level in levels]
        parents = {area.parent for area in used}
        return tuple(area for area in self.areas if area.level in levels or area.code in parents)

    def random_direction(self) -> bool:
        """Whether half of the respondents read the scales from worst to best."""
        return self.scales.random_direction


def build_blocks(draft: DocumentDraft, sources: Sources) -> list[Block]:
    """The blocks of all sections, in the order in which they are asked."""
    blocks: list[Block] = []
    seen: set[str] = set()
    for section in draft.sections:
        if section.code and section.code in seen:
            sources.findings.add("duplicate_code", replace(section.where, field="id"), value=section.code)
        seen.add(section.code)
        blocks.extend(_section_blocks(section, draft, sources))
    return blocks


def _section_blocks(section: SectionDraft, draft: DocumentDraft, sources: Sources) -> list[Block]:
    plain = Block(
        section=section.code,
        where=section.where,
        title=section.title,
        intro=section.intro,
        condition=section.condition,
        repeat=section.repeat,
    )
    modules = [item for item in section.items if item.kind.name == "module"]
    if modules and (section.repeat or len(modules) > 1):
        sources.findings.add("module_place", modules[-1].where)
        modules = []
    plain.items = [
        _built(item, draft, sources)
        for item in section.items
        if item.kind.name != "module" or item in modules
    ]
    _check_weights(plain, sources.findings)
    if section.repeat:
        _refuse_screening(plain, sources.findings)
    if modules:
        return [plain, _module_block(modules[0], plain, draft, sources)]
    if section.repeat and not sources.units:
        sources.findings.add("no_units", section.where)
    if section.repeat == "assigned_unit" and draft.decline_reasons:
        return [_decline_block(plain, draft, sources), plain]
    return [plain]


def _built(draft: ItemDraft, document: DocumentDraft, sources: Sources) -> BuiltItem:
    fields = draft.fields
    groups = fields.names("groups")
    for group in groups:
        if group not in document.evaluator_groups:
            known = ", ".join(document.evaluator_groups)
            sources.findings.add("unknown_group", fields.at("groups"), value=group, known=known)
    prefill = fields.string("prefill")
    if prefill not in (None, "frame"):
        sources.findings.add("wrong_type", fields.at("prefill"), name="prefill", expected="“frame”")
    required = fields.flag("required") or (document.all_required and draft.kind.kind != "text")
    item = Item(
        code=draft.code,
        kind=draft.kind.kind,
        text=draft.text,
        help=draft.help,
        note=draft.note,
        options=draft.options,
        required=required,
        prefill=prefill,
        criterion=fields.flag("criterion"),
        integrity=fields.flag("integrity"),
        quasi_identifier=fields.flag("quasi_identifier"),
        weight=fields.number("weight", low=0, high=1),
        groups=groups,
    )
    typed = _TYPED[draft.kind.name](item, fields, document, sources) if draft.kind.name in _TYPED else item
    return BuiltItem(item=typed, where=draft.where, condition=draft.condition, skip_codes=draft.skip_codes)


def _scale(item: Item, fields: Fields, document: DocumentDraft, sources: Sources) -> Item:
    name = fields.string("scale") or ""
    options = sources.scales.options(
        name, fields.at("scale"), languages=document.languages, not_applicable=fields.flag("na")
    )
    fields.string("sdg_16_6_2")
    return replace(item, scale=name, options=options)


def _area(item: Item, fields: Fields, document: DocumentDraft, sources: Sources) -> Item:
    level = fields.string("level") or ""
    levels = dict.fromkeys(area.level for area in sources.areas)
    if level not in levels:
        sources.findings.add("no_areas", fields.at("level"), value=level, known=", ".join(levels))
    return replace(item, level=level)


def _text(item: Item, fields: Fields, document: DocumentDraft, sources: Sources) -> Item:
    return replace(item, max_chars=fields.whole("max_chars", low=1, high=_MAX_CHARS) or DEFAULT_MAX_CHARS)


def _units(item: Item, fields: Fields, document: DocumentDraft, sources: Sources) -> Item:
    """The tick list of a module: the units of its list, and "none of these"."""
    name = fields.string("module") or ""
    module = sources.modules.get(name)
    if not isinstance(module, Mapping):
        known = ", ".join(sources.modules)
        sources.findings.add("unknown_module", fields.at("module"), value=name, known=known)
        return item
    where = replace(fields.where, field=f"module.{name}.unit_list")
    inner = Fields(module.get("unit_list"), where, sources.findings, known=_UNIT_LIST_FIELDS)
    classes = inner.raw.get("filter")
    wanted = classes.get("classes") if isinstance(classes, Mapping) else None
    options = [
        Option(code=unit.code, text={language: unit.words[language] for language in document.languages})
        for unit in sources.units
        if not isinstance(wanted, list) or unit.unit_class in wanted
    ]
    if not options:
        sources.findings.add("no_units", where)
    none = inner.words("none_of_these", document.languages)
    if none:
        options.append(Option(code=NONE_OF_THESE, text=none, exclusive=True))
    limit = fields.whole("max_units", low=1, high=_MAX_UNITS_DRAWN)
    shuffled = inner.string("order") == "random"
    return replace(item, options=tuple(options), max_units=limit, random_order=shuffled)


_TYPED = {"scale": _scale, "select_area": _area, "text": _text, "module": _units}


def _module_block(draft: ItemDraft, plain: Block, document: DocumentDraft, sources: Sources) -> Block:
    name = draft.fields.raw.get("module")
    module = sources.modules.get(name) if isinstance(name, str) else None
    block = Block(
        section=plain.section,
        where=Where(section=plain.section, item=draft.code, field=f"module.{name}"),
        title={language: _UNIT_NAME[language] for language in document.languages},
        intro=None,
        condition=plain.condition,
        repeat="drawn_unit",
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
            block.items.append(_built(item, document, sources))
    if not items:
        sources.findings.add("empty_section", block.where)
    _check_weights(block, sources.findings)
    _refuse_screening(block, sources.findings)
    return block


def _decline_block(plain: Block, document: DocumentDraft, sources: Sources) -> Block:
    """The page before the appraisals, on which assigned units can be declined."""
    block = Block(
        section=plain.section,
        where=plain.where,
        title={language: DECLINE_TITLE[language] for language in document.languages},
        intro=None,
        condition=Node(op="answered", source="context", name="assigned_units"),
        repeat=None,
    )
    options = tuple(
        Option(code=unit.code, text={language: unit.words[language] for language in document.languages})
        for unit in sources.units
    )
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
            text={language: texts[language] for language in document.languages},
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


def _check_weights(block: Block, findings: Findings) -> None:
    weights = [built.item.weight for built in block.items if built.item.weight is not None]
    if weights and abs(sum(weights) - 1) > 1e-6:
        findings.add("weights_do_not_sum", block.where, total=f"{sum(weights):.4f}")
