"""The closed tables of what an instrument may contain: item types with their fields, repeats, modes."""

from __future__ import annotations

from dataclasses import dataclass

from survey.instrument.program import Kind, Repeat, Words

MODES = ("web", "cati", "capi", "kiosk", "sms_link")

_EVERY_ITEM = (
    *("id", "type", "text", "help", "note", "show_if", "required", "groups", "integrity", "criterion"),
)
_CHOICE = (*_EVERY_ITEM, "quasi_identifier", "options", "prefill")
# What every item may say since format 2.
_SINCE_2 = (
    *("required_message", "constraint", "constraint_message", "soft", "default", "read_only"),
    *("quasi_identifier", "prefill", "interviewer_note", "private", "foreign", "was", "bank"),
)
_CHOICE_2 = ("options", "list", "appearance", "order", "choice_filter")
_BOUNDS = ("min", "max", "options")
_ENDS = ("low", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemType:
    """An item type as written in a document, and the kind of item it becomes.

    ``fields`` may be written in either format, ``later`` since format 2; ``since`` says when the type came.
    """

    name: str
    kind: Kind
    fields: tuple[str, ...] = _EVERY_ITEM
    later: tuple[str, ...] = ()
    since: int = 2

    def known(self, *, strict: bool) -> tuple[str, ...]:
        """The fields that may stand in an item of this type, in format 1 (``strict``) or 2."""
        return self.fields if strict else (*self.fields, *_SINCE_2, *self.later)


ITEM_TYPES = {
    item_type.name: item_type
    for item_type in (
        ItemType(name="single", kind="single", fields=_CHOICE, later=_CHOICE_2, since=1),
        ItemType(
            name="multi",
            kind="multi",
            fields=_CHOICE,
            later=(*_CHOICE_2, "min_choices", "max_choices"),
            since=1,
        ),
        ItemType(
            name="scale",
            kind="scale",
            fields=(*_EVERY_ITEM, "scale", "na", "weight", "sdg_16_6_2"),
            later=("options", "list", "appearance", "order", *_ENDS),
            since=1,
        ),
        ItemType(name="nps", kind="scale", later=(*_ENDS, "options", "weight")),
        ItemType(name="review", kind="scale", later=("options", "weight")),
        ItemType(
            name="battery",
            kind="scale",
            later=(
                *("of", "rows", "columns", "row_order", "scale", "na", "options", "list", "order"),
                *("appearance", "choice_filter", "min_choices", "max_choices", *_ENDS, "weight"),
                *("form", "decimals", "unit", "currency", "min", "max"),
                *("max_chars", "lines", "pattern", "pattern_message", "format"),
            ),
        ),
        ItemType(
            name="texts",
            kind="text",
            later=("rows", "row_order", "max_chars", "lines", "pattern", "pattern_message", "format"),
        ),
        ItemType(
            name="number",
            kind="number",
            later=("form", "decimals", "unit", "currency", *_BOUNDS),
        ),
        ItemType(name="slider", kind="slider", later=(*_BOUNDS, "step", *_ENDS, "unit")),
        ItemType(
            name="text",
            kind="text",
            fields=(*_EVERY_ITEM, "max_chars"),
            later=("lines", "pattern", "pattern_message", "format", "options", "appearance"),
            since=1,
        ),
        ItemType(name="date", kind="date", later=_BOUNDS),
        ItemType(name="month", kind="month", later=_BOUNDS),
        ItemType(name="year", kind="year", later=_BOUNDS),
        ItemType(name="time", kind="time", later=_BOUNDS),
        ItemType(name="datetime", kind="datetime", later=_BOUNDS),
        ItemType(name="duration", kind="duration", later=(*_BOUNDS, "units")),
        ItemType(
            name="ranking",
            kind="ranking",
            later=("options", "list", "order", "choice_filter", "min_ranked", "max_ranked"),
        ),
        ItemType(name="allocation", kind="number", later=("rows", "row_order", "total", "unit", "decimals")),
        ItemType(
            name="select_area",
            kind="area",
            fields=(*_EVERY_ITEM, "level", "quasi_identifier", "prefill"),
            later=("cascade",),
            since=1,
        ),
        ItemType(name="contact", kind="contact", later=("fields", "purpose")),
        ItemType(name="file", kind="file", later=("media", "max_mb")),
        ItemType(name="geopoint", kind="geopoint", later=("precision",)),
        ItemType(name="computed", kind="computed", later=("calculation", "value", "shown")),
        ItemType(name="note", kind="note"),
        ItemType(name="consent", kind="consent"),
        ItemType(name="end", kind="end", later=("screen_out",)),
        ItemType(
            name="module", kind="units", fields=(*_EVERY_ITEM, "module", "max_units"), later=(), since=1
        ),
    )
}

# What a battery may be made of.
BATTERY_OF = ("scale", "single", "multi", "number", "text")
# "drawn_unit" is not among them: it comes with a module; "loop" is written as a field of its own.
SECTION_REPEATS: tuple[Repeat, ...] = ("assigned_unit", "commitment")
# Which placeholder the texts of a repeated section may hold.
REPEATS: dict[Repeat, str] = {"assigned_unit": "unit", "drawn_unit": "unit", "commitment": "commitment"}

# The tick lists that open a section repeated for assigned units, where its respondents may decline some.
DECLINE_TITLE: Words = {"zh": "分配给您的单位", "en": "The units assigned to you"}
DECLINE_TEXTS: dict[str, Words] = {
    "not_familiar": {
        "zh": "下列单位中，您对哪些不熟悉，不作评价？（可多选，没有请直接继续）",
        "en": "Which of these units do you not know well enough to appraise? (Choose any, or just carry on)",
    },
    "conflict_of_interest": {
        "zh": "下列单位中，您因利益关系需要回避哪些？（可多选，没有请直接继续）",
        "en": "From which of these units are you not independent, so that you stand aside? (Choose any, or just carry on)",
    },
}


def known_types(*, strict: bool) -> tuple[str, ...]:
    """The names of the types that may be written in format 1 (``strict``) or 2."""
    return tuple(name for name, item_type in ITEM_TYPES.items() if item_type.since == 1 or not strict)


def placeholders(repeat: str | None) -> frozenset[str]:
    """The placeholders allowed in the texts of a section."""
    return frozenset(hole for name, hole in REPEATS.items() if name == repeat)
