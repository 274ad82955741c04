"""Builds the items that are neither chosen nor typed: areas, contact, files, places, computed values, the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from survey.instrument.compiling.making import Making
from survey.instrument.drafts.fields import Fields
from survey.instrument.problems import Where
from survey.instrument.program import NONE_OF_THESE, Item, Option, ValueType

CONTACT_FIELDS = ("name", "phone", "email", "address")
MEDIA = ("image", "document", "any")
PRECISIONS = ("county", "exact")
VALUES: Mapping[str, ValueType] = {"number": "number", "text": "text", "date": "date", "bool": "bool"}
_UNIT_LIST_FIELDS = ("from", "path", "filter", "order", "none_of_these")
_MAX_UNITS_DRAWN = 20
_MAX_MB = 50


def area(making: Making, item: Item) -> Item:
    """A division of the frame, chosen from a list or down from the province."""
    level = making.fields.string("level") or ""
    levels = dict.fromkeys(known.level for known in making.sources.areas)
    if level not in levels:
        making.findings.add("no_areas", making.fields.at("level"), value=level, known=", ".join(levels))
    cascade = not making.languages.strict and making.fields.flag("cascade")
    return replace(item, level=level, cascade=cascade)


def geopoint(making: Making, item: Item) -> Item:
    """A place: the county unless the document says that the exact point is needed."""
    precision = making.fields.choice("precision", PRECISIONS) or "county"
    if precision == "exact":
        return replace(item, precision=precision, time_parts=("lat", "lon"))
    if not any(known.level == "county" for known in making.sources.areas):
        making.findings.add_gap("no_areas", making.fields.at("precision"), value="county", known="-")
    return replace(item, precision=precision, level="county")


def contact(making: Making, item: Item) -> Item:
    """Ways to reach somebody; they go to the contact store and never into the answers."""
    fields = making.fields.names("fields") or CONTACT_FIELDS[:2]
    for field in fields:
        if field not in CONTACT_FIELDS:
            known = ", ".join(CONTACT_FIELDS)
            making.findings.add("unknown_value", making.fields.at("fields"), value=field, known=known)
    purpose = making.fields.words("purpose", making.languages)
    if purpose is None:
        making.findings.add_gap("missing_field", making.fields.where, name="purpose")
    return replace(item, contact_fields=tuple(dict.fromkeys(fields)), purpose=purpose, private=True)


def file(making: Making, item: Item) -> Item:
    """A photo or another file."""
    return replace(
        item,
        media=making.fields.choice("media", MEDIA) or "any",
        max_mb=making.fields.whole("max_mb", low=1, high=_MAX_MB),
    )


def computed(making: Making, item: Item) -> Item:
    """A value that follows from other answers."""
    value = making.fields.choice("value", tuple(VALUES))
    if not making.expression("calculation", becomes="calculation", wants=VALUES.get(value or "", "none")):
        making.findings.add("missing_field", making.fields.where, name="calculation")
    return replace(item, value=value, is_shown=making.fields.flag("shown"))


def end(making: Making, item: Item) -> Item:
    """The interview ends here for those who are shown this; with ``screen_out`` the survey is not for them."""
    return replace(item, screen_out=making.fields.flag("screen_out"))


def units(making: Making, item: Item) -> Item:
    """The tick list of a module: the units of its list, and "none of these"."""
    fields, sources, languages = making.fields, making.sources, making.languages
    name = fields.string("module") or ""
    module = sources.modules.get(name)
    if not isinstance(module, Mapping):
        known = ", ".join(sources.modules)
        sources.findings.add("unknown_module", fields.at("module"), value=name, known=known)
        return item
    where: Where = replace(fields.where, field=f"module.{name}.unit_list")
    inner = Fields(module.get("unit_list"), where, sources.findings, known=_UNIT_LIST_FIELDS)
    classes = inner.raw.get("filter")
    wanted = classes.get("classes") if isinstance(classes, Mapping) else None
    options = [
        Option(code=unit.code, text=languages.of(unit.words))
        for unit in sources.units
        if not isinstance(wanted, list) or unit.unit_class in wanted
    ]
    if not options:
        sources.findings.add("no_units", where)
    none = inner.words("none_of_these", languages)
    if none:
        options.append(Option(code=NONE_OF_THESE, text=none, exclusive=True))
    limit = fields.whole("max_units", low=1, high=_MAX_UNITS_DRAWN)
    shuffled = inner.string("order") == "random"
    return replace(item, options=tuple(options), max_units=limit, random_order=shuffled)
