"""Builds the items of a draft: what all types share, then what each type adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from survey.instrument.codes import as_text, name_of
from survey.instrument.compiling import item_choices, item_others, item_rows, item_values
from survey.instrument.compiling.making import Built, BuiltItem, Making
from survey.instrument.compiling.sources import Sources
from survey.instrument.drafts.document import DocumentDraft
from survey.instrument.drafts.items import ItemDraft
from survey.instrument.program import Item

__all__ = ["Built", "BuiltItem", "build_items"]

OTHER_CHARS = 300
# Never required by "allow_skip: false": there is nothing to answer, or too much to ask of everybody.
_NEVER_FORCED = frozenset({"text", "texts", "note", "computed", "end", "contact", "file"})
_UNANSWERED = frozenset({"note", "computed", "end"})

_ONE: Mapping[str, Callable[[Making, Item], Item]] = {
    "single": item_choices.single,
    "multi": item_choices.multi,
    "scale": item_choices.scale,
    "nps": item_choices.nps,
    "review": item_choices.review,
    "ranking": item_choices.ranking,
    "number": item_values.number,
    "slider": item_values.slider,
    "text": item_values.text,
    "date": item_values.dated,
    "month": item_values.dated,
    "year": item_values.dated,
    "time": item_values.dated,
    "datetime": item_values.dated,
    "duration": item_values.duration,
    "select_area": item_others.area,
    "contact": item_others.contact,
    "file": item_others.file,
    "geopoint": item_others.geopoint,
    "computed": item_others.computed,
    "end": item_others.end,
    "module": item_others.units,
}
_ROWS = frozenset({"battery", "texts", "allocation"})


def build_items(draft: ItemDraft, document: DocumentDraft, sources: Sources) -> Built:
    """Everything that the draft of an item becomes, complete but for expressions."""
    making = Making(draft=draft, document=document, sources=sources)
    shared = _shared(making)
    if draft.kind.name in _ROWS:
        battery, rows = item_rows.rows_of(making, shared, _ONE)
    else:
        make = _ONE.get(draft.kind.name)
        item = make(making, shared) if make else shared
        _check_default(making, item)
        battery, rows = None, [_built(making, item)]
    items = [part for row in rows for part in (row, *_others(row))]
    return Built(items=tuple(items), battery=battery)


def _built(making: Making, item: Item) -> BuiltItem:
    return BuiltItem(
        item=item,
        where=making.draft.where,
        condition=making.draft.condition,
        skip_codes=making.skip_codes,
        written=making.written,
    )


def _shared(making: Making) -> Item:
    """What every type may say."""
    draft, fields, languages = making.draft, making.fields, making.languages
    groups = fields.names("groups")
    for group in groups:
        if group not in making.document.evaluator_groups:
            known = ", ".join(making.document.evaluator_groups)
            making.findings.add("unknown_group", fields.at("groups"), value=group, known=known)
    prefill = fields.string("prefill")
    if prefill not in (None, "frame"):
        fields.wrong_type("prefill", "“frame”")
    if not languages.strict:
        making.expression("constraint", becomes="constraint", wants="bool")
    # What format 1 does not know has been noted as a problem; here it is read like anything else.
    return Item(
        code=draft.code,
        kind=draft.kind.kind,
        text=draft.text,
        help=draft.help,
        note=draft.note,
        required=_required(making),
        prefill=prefill,
        criterion=fields.flag("criterion"),
        integrity=fields.flag("integrity"),
        quasi_identifier=fields.flag("quasi_identifier"),
        weight=fields.number("weight", low=0, high=1),
        groups=groups,
        required_message=fields.words("required_message", languages),
        constraint_message=fields.words("constraint_message", languages),
        soft=fields.flag("soft"),
        default=_default(making),
        read_only=fields.flag("read_only"),
        private=fields.flag("private"),
        interviewer_note=fields.words("interviewer_note", languages),
        was=fields.name("was") or None,
    )


def _required(making: Making) -> bool:
    """True or false; an expression is kept to be read later."""
    fields, name = making.fields, making.draft.kind.name
    if not making.languages.strict and isinstance(fields.raw.get("required"), (str, Mapping)):
        if name not in _UNANSWERED:
            making.expression("required", becomes="required_if", wants="bool")
        return False
    forced = making.document.all_required and _may_be_forced(making)
    return (fields.flag("required") or forced) and name not in _UNANSWERED


def _may_be_forced(making: Making) -> bool:
    """Whether "allow_skip: false" makes the item required: everything but free text and what asks nothing."""
    name = making.draft.kind.name
    return name not in _NEVER_FORCED and not (name == "battery" and making.fields.raw.get("of") == "text")


def _default(making: Making) -> str | tuple[str, ...] | None:
    raw = making.fields.raw.get("default")
    if raw is None or raw == "":
        return None
    values = raw if isinstance(raw, list) else [raw]
    # Unquoted yes and no are read as true and false.
    found = ["yes" if part is True else "no" if part is False else as_text(part) for part in values[:101]]
    texts = tuple(text[:5000] for text in found if text is not None)
    if len(values) > 100 or len(texts) < len(found):
        making.fields.wrong_type("default", "text")
        return None
    return texts if isinstance(raw, list) or making.draft.kind.kind in ("multi", "ranking") else texts[0]


def _check_default(making: Making, item: Item) -> None:
    """A default that is no answer is a gap: it would be offered and then refused."""
    if item.default is None:
        return
    codes = (item.default,) if isinstance(item.default, str) else item.default
    if item.options and item.kind in ("single", "multi", "scale", "ranking"):
        for code in codes:
            if code not in item.options_by_code:
                making.findings.add_gap("bad_default", making.fields.at("default"), value=code)
    elif item_values.unreadable(item, codes):
        making.findings.add_gap("bad_default", making.fields.at("default"), value=codes[0])


def _others(row: BuiltItem) -> list[BuiltItem]:
    """The texts that options marked ``other`` open, each an item of its own."""
    item = row.item
    return [
        BuiltItem(
            item=Item(
                code=f"{item.code}_{name_of(option.code)}_text",
                kind="text",
                text=option.text,
                max_chars=OTHER_CHARS,
                private=item.private,
                other_of=item.code,
                other_code=option.code,
                battery=item.battery,
                row=item.row,
                column=item.column,
            ),
            where=row.where,
        )
        for option in item.options
        if option.other and item.kind in ("single", "multi")
    ]
