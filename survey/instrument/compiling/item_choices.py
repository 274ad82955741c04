"""Builds the items that are answered by choosing: single, multiple, scales, grades, rankings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from survey.instrument.compiling.making import Making
from survey.instrument.drafts.options import OptionSet, read_option_set
from survey.instrument.program import Item, Option, Order, Words

_ORDERS: tuple[Order, ...] = ("document", "random", "reversed_half")
_APPEARANCES = ("radio", "dropdown", "search", "likert")
NPS_POINTS = 11
_NPS_ENDS: tuple[Words, Words] = (
    {"zh": "完全不可能", "en": "Not at all likely"},
    {"zh": "非常可能", "en": "Extremely likely"},
)
# The five grades of the review of government services; the middle one is a favourable label.
_REVIEW: dict[str, Words] = {
    "5": {"zh": "非常满意", "en": "Very satisfied"},
    "4": {"zh": "满意", "en": "Satisfied"},
    "3": {"zh": "基本满意", "en": "Basically satisfied"},
    "2": {"zh": "不满意", "en": "Dissatisfied"},
    "1": {"zh": "非常不满意", "en": "Very dissatisfied"},
}


def single(making: Making, item: Item) -> Item:
    """One of several options."""
    return _choice(making, item, several=False)


def multi(making: Making, item: Item) -> Item:
    """Any of several options, within limits."""
    chosen = _choice(making, item, several=True)
    if making.languages.strict:
        return chosen
    return _limited(making, chosen, "min_choices", "max_choices")


def ranking(making: Making, item: Item) -> Item:
    """Options put in order."""
    return _limited(making, _choice(making, item, several=True), "min_ranked", "max_ranked")


def scale(making: Making, item: Item) -> Item:
    """A rating on a shared scale, or on points of its own."""
    fields = making.fields
    if not making.languages.strict and ("options" in fields.raw or "list" in fields.raw):
        return _own_scale(making, item)
    name = fields.string("scale") or ""
    options = making.sources.scales.options(
        name, fields.at("scale"), languages=making.languages, not_applicable=fields.flag("na")
    )
    fields.string("sdg_16_6_2")
    if making.languages.strict:
        return replace(item, scale=name, options=options)
    return _ends(making, replace(item, scale=name, options=options, appearance=_appearance(making)))


def nps(making: Making, item: Item) -> Item:
    """How likely somebody is to recommend: 0 to 10, of which only the ends have words."""
    low, high = (making.languages.of(words) for words in _NPS_ENDS)
    points = [
        Option(code=str(point), text=dict.fromkeys(making.languages, str(point)))
        for point in range(NPS_POINTS)
    ]
    options = (*points, *missing_options(making))
    item = _ends(making, replace(item, scale="nps", options=options))
    return replace(item, low_label=item.low_label or low, high_label=item.high_label or high)


def review(making: Making, item: Item) -> Item:
    """The five grades of the review of services; labels given in ``options`` take the place of the ready ones."""
    own: dict[str, Option] = {}
    if "options" in making.fields.raw:
        found = read_option_set(making.fields, making.languages, {}, least=1)
        own = {option.code: option for option in found.options}
    for code, option in own.items():
        if code not in _REVIEW and not option.missing:
            making.findings.add("scale_codes", making.fields.at("options"), value=code)
    grades = [
        own.get(code) or Option(code=code, text=making.languages.of(words)) for code, words in _REVIEW.items()
    ]
    return replace(item, scale="review", options=(*grades, *(o for o in own.values() if o.missing)))


def missing_options(making: Making) -> tuple[Option, ...]:
    """The options of an item that is otherwise open: only reasons for having no answer."""
    if "options" not in making.fields.raw:
        return ()
    found = read_option_set(making.fields, making.languages, {}, least=1)
    return tuple(replace(option, missing=True) for option in found.options)


def _choice(making: Making, item: Item, *, several: bool) -> Item:
    languages = making.languages
    found = read_option_set(
        making.fields, languages, making.document.lists, least=2 if languages.strict else 1, several=several
    )
    making.skip_codes = found.skip_codes
    if languages.strict:
        return replace(item, options=found.options)
    if not making.expression("choice_filter", becomes="choice_filter", wants="bool"):
        for code in found.twins:
            making.findings.add("duplicate_code", making.fields.at("list"), value=code)
    return replace(
        item,
        options=found.options,
        list_name=found.list_name,
        order=_order(making, "order"),
        appearance=_appearance(making),
    )


def _own_scale(making: Making, item: Item) -> Item:
    fields = making.fields
    if "scale" in fields.raw:
        making.findings.add("options_and_list", fields.at("scale"))
    found = read_option_set(fields, making.languages, making.document.lists, least=2)
    making.skip_codes = found.skip_codes
    found = _whole_points(making, found)
    item = replace(item, options=found.options, list_name=found.list_name, order=_order(making, "order"))
    return _ends(making, replace(item, appearance=_appearance(making)))


def _whole_points(making: Making, found: OptionSet) -> OptionSet:
    """The points of a scale are whole numbers: they are averaged."""
    wrong = [option.code for option in found.options if not _is_whole(option.code)]
    for code in wrong:
        where = making.fields.at("list" if found.list_name else "options")
        making.findings.add("scale_codes", where, value=code)
    return found.with_options([o for o in found.options if o.code not in wrong]) if wrong else found


def _is_whole(code: str) -> bool:
    digits = code.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 3 and str(int(code)) == code


def _ends(making: Making, item: Item) -> Item:
    low = making.fields.words("low", making.languages)
    high = making.fields.words("high", making.languages)
    return item if low is high is None else replace(item, low_label=low, high_label=high)


def _limited(making: Making, item: Item, least: str, most: str) -> Item:
    count = max(len(item.options), 1)
    low = making.fields.whole(least, low=0, high=count)
    high = making.fields.whole(most, low=1, high=count)
    if low is not None and high is not None and low > high:
        making.findings.add("limits_reversed", making.fields.at(most), low=low, high=high)
    return replace(item, min_choices=low or None, max_choices=high) if low or high else item


def _order(making: Making, name: str) -> Order:
    return order_of(making.fields.choice(name, _ORDERS))


def order_of(written: str | None) -> Order:
    """The order that was written; that of the document where there is none."""
    known: Sequence[Order] = _ORDERS
    return next((order for order in known if order == written), "document")


def _appearance(making: Making) -> str | None:
    return making.fields.choice("appearance", _APPEARANCES)
