"""Builds one item from its draft: its options from a scale, the list of units or the areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from survey.instrument.document import DocumentDraft
from survey.instrument.expression import Node
from survey.instrument.item_drafts import ItemDraft
from survey.instrument.problems import Where
from survey.instrument.program import NONE_OF_THESE, Item, Option
from survey.instrument.reading import Fields
from survey.instrument.sources import Sources

_UNIT_LIST_FIELDS = ("from", "path", "filter", "order", "none_of_these")
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


def build_item(draft: ItemDraft, document: DocumentDraft, sources: Sources) -> BuiltItem:
    """The item of a draft, complete but for its condition."""
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
