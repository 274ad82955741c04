"""The closed tables of what an instrument may contain: item types with their fields, repeats, modes."""

from __future__ import annotations

from dataclasses import dataclass

from survey.instrument.program import Kind, Repeat, Words

MODES = ("web", "cati", "capi", "kiosk", "sms_link")

_EVERY_ITEM = (
    "id",
    "type",
    "text",
    "help",
    "note",
    "show_if",
    "required",
    "groups",
    "integrity",
    "criterion",
)
_CHOICE = (*_EVERY_ITEM, "quasi_identifier", "options", "prefill")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemType:
    """An item type as written in a document, and the kind of item it becomes."""

    name: str
    kind: Kind
    fields: tuple[str, ...]
    has_options: bool = False


ITEM_TYPES = {
    item_type.name: item_type
    for item_type in (
        ItemType(name="single", kind="single", fields=_CHOICE, has_options=True),
        ItemType(name="multi", kind="multi", fields=_CHOICE, has_options=True),
        ItemType(name="scale", kind="scale", fields=(*_EVERY_ITEM, "scale", "na", "weight", "sdg_16_6_2")),
        ItemType(
            name="select_area", kind="area", fields=(*_EVERY_ITEM, "level", "quasi_identifier", "prefill")
        ),
        ItemType(name="text", kind="text", fields=(*_EVERY_ITEM, "max_chars")),
        ItemType(name="module", kind="units", fields=(*_EVERY_ITEM, "module", "max_units")),
    )
}

# "drawn_unit" is not among them: it comes with a module.
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


def placeholders(repeat: str | None) -> frozenset[str]:
    """The placeholders allowed in the texts of a section."""
    return frozenset(hole for name, hole in REPEATS.items() if name == repeat)
