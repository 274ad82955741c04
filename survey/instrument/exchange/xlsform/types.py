"""What may stand in the column type of an XLSForm, in today's words and in the older ones still in use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from survey.instrument.codes import nearest

Shape = Literal["item", "select", "begin", "end", "meta", "setting"]

_CONTROL = {
    "group": "group",
    "repeat": "repeat",
    "lgroup": "repeat",
    "looped group": "repeat",
    "loop": "loop",
}
_SELECTS = {
    "select_one": "select_one",
    "select one from": "select_one",
    "select one using": "select_one",
    "select one": "select_one",
    "select1": "select_one",
    "select_one_external": "select_one",
    "select one external": "select_one",
    "select_one_from_file": "select_one",
    "select one from file": "select_one",
    "select_multiple": "select_multiple",
    "select multiple from": "select_multiple",
    "select multiple using": "select_multiple",
    "select multiple": "select_multiple",
    "select all that apply from": "select_multiple",
    "select all that apply": "select_multiple",
    "select_multiple_from_file": "select_multiple",
    "select multiple from file": "select_multiple",
    "add select one prompt using": "select_one",
    "add select multiple prompt using": "select_multiple",
    "rank": "rank",
}
# The words of the column type and the type they mean today.
_ITEMS = {
    "text": "text string",
    "integer": "integer int",
    "decimal": "decimal",
    "percentage": "percentage",
    "range": "range",
    "note": "note",
    "date": "date",
    "time": "time",
    "dateTime": "datetime date_time",
    "geopoint": "geopoint location gps",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "image": "image photo picture",
    "audio": "audio",
    "video": "video",
    "file": "file",
    "barcode": "barcode",
    "calculate": "calculate",
    "acknowledge": "acknowledge trigger",
    "hidden": "hidden",
    "phone": "phone_number",
    "days": "number_of_days_in_last_month number_of_days_in_last_six_months number_of_days_in_last_year",
    "osm": "osm",
}
_METAS = (
    "start end today deviceid device_id phonenumber simserial subscriberid subscriber_id username email audit imei "
    "start_time end_time sim_id uri:deviceid uri:phonenumber uri:simserial uri:subscriberid uri:username uri:email "
    "start-geopoint background-geopoint background-audio xml-external csv-external"
)
_ITEM_TYPES = {alias.replace("_", " "): name for name, aliases in _ITEMS.items() for alias in aliases.split()}
_META_TYPES = frozenset(alias.replace("_", " ") for alias in _METAS.split())
_SETTINGS = frozenset({"form title", "set form title", "form id", "set form id", "prefix"})
_OSM = re.compile(r"osm\s+\S+\Z", re.IGNORECASE)
_WRAPPED = re.compile(r"(?:add (?P<added>.+) prompt|(?:q|get) (?P<asked>.+))\Z")
_BEGIN_END = re.compile(
    r"(?P<edge>begin|end)[\s_]+(?P<what>group|repeat|lgroup|looped[\s_]group|loop)(?:\s+(?:over\s+)?(?P<list>\S+))?\Z",
    re.IGNORECASE,
)
_SELECT = re.compile(
    r"(?P<words>"
    + "|".join(re.escape(words).replace(r"\ ", r"[\s_]") for words in sorted(_SELECTS, key=len, reverse=True))
    + r")(?:\s+(?P<list>\S+?))?(?P<other>\s+(?:or specify other|or_other|or other))?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowType:
    """What a row is. ``name`` is the type in today's words, ``list_name`` the list of choices it uses."""

    shape: Shape
    name: str
    list_name: str | None = None
    or_other: bool = False
    from_file: bool = False
    external: bool = False

    @property
    def list_key(self) -> str:
        """Under which name the reader of lists keeps this list; external ones are a world of their own."""
        return external_key(self.list_name or "") if self.external else self.list_name or ""

    @property
    def written(self) -> str:
        """The type as an export would write it."""
        if self.shape in {"begin", "end"}:
            return f"{self.shape}_{self.name}"
        other = " or_other" if self.or_other else ""
        return f"{self.name} {self.list_name}{other}" if self.list_name else self.name


def read_type(text: str) -> RowType | None:
    """The meaning of a type as written; None where it has none."""
    words = " ".join(text.split())
    edge = _BEGIN_END.match(words)
    if edge:
        what = _CONTROL[re.sub(r"[\s_]+", " ", edge["what"].lower())]
        shape: Shape = "begin" if edge["edge"].lower() == "begin" else "end"
        return RowType(shape=shape, name=what, list_name=edge["list"])
    chosen = _SELECT.match(words)
    if chosen:
        said = re.sub(r"[\s_]+", " ", chosen["words"].lower())
        name = next(target for source, target in _SELECTS.items() if source.replace("_", " ") == said)
        return RowType(
            shape="select",
            name=name,
            list_name=chosen["list"],
            or_other=chosen["other"] is not None,
            from_file="from file" in said,
            external="external" in said,
        )
    return _plain_type(words)


def _plain_type(words: str) -> RowType | None:
    if _OSM.match(words):
        return RowType(shape="item", name="osm")
    lowered = words.lower().replace("_", " ")
    if lowered in _SETTINGS:
        return RowType(shape="setting", name=lowered.removeprefix("set ").replace(" ", "_"))
    wrapped = _WRAPPED.match(lowered)
    inner = (wrapped["added"] or wrapped["asked"]) if wrapped else None
    for candidate in filter(None, (lowered, inner)):
        if candidate in _META_TYPES:
            return RowType(shape="meta", name=candidate.replace(" ", ""))
        if candidate in _ITEM_TYPES:
            return RowType(shape="item", name=_ITEM_TYPES[candidate])
    return None


def external_key(name: str) -> str:
    """The name of an external list among the others; no name in a file holds a space."""
    return f"external {name}"


def same_type(one: str, other: str) -> bool:
    """Whether two types differ in nothing but case, spaces and underscores."""
    return _plainly(one) == _plainly(other)


def _plainly(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").split())


def nearest_type(text: str) -> str:
    """The known type that looks most like a misspelt one."""
    return nearest(
        text, [*_ITEMS, "select_one", "select_multiple", "rank", "begin_group", "end_group", "begin_repeat"]
    )
