"""Home of choosing the fields of a form: those of an item's type, of a section, of the settings.

Which fields an item type has is the engine's business (``survey/instrument/item_types.py``). A field that is in
none of our tables is shown as plain data, so that a new type works here before anybody writes a line about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from admin.designer.fields.item_words import TYPES
from admin.designer.fields.of_documents import SECTION_FIELDS, SETTINGS
from admin.designer.fields.of_items import ITEM_FIELDS
from admin.designer.fields.spec import FieldSpec
from survey.instrument.item_types import ITEM_TYPES

_ASIDE = frozenset({"type", "foreign", "bank"})
"""Fields with a way of their own: the type is changed apart, importers and the item bank keep what they know."""


def type_label(name: object) -> object:
    """The name of an item type for people; its own name where nobody has written one."""
    known = TYPES.get(name) if isinstance(name, str) else None
    return known[0] if known else name


def item_specs(kind: str, present: Iterable[str] = ()) -> list[FieldSpec]:
    """The fields of an item of this type in the order of the form, with others that it holds all the same."""
    known = ITEM_TYPES.get(kind)
    wanted = set(known.known(strict=False) if known else ITEM_FIELDS) - _ASIDE
    return _ordered(ITEM_FIELDS, wanted, set(present) - _ASIDE)


def section_specs(present: Iterable[str] = ()) -> list[FieldSpec]:
    """The fields of a section, its items left out."""
    return _ordered(
        SECTION_FIELDS, set(SECTION_FIELDS), _beside(SECTION_FIELDS, present) - {"questions"} - _ASIDE
    )


def settings_specs(present: Iterable[str] = (), *, languages: Iterable[str] = ()) -> list[FieldSpec]:
    """The fields of the document itself, its sections and lists left out."""
    own = {**SETTINGS, **{spec.name: spec for tag in languages for spec in [_period(tag)]}}
    return _ordered(own, set(own), _beside(own, present) - {"sections", "lists", "schema"} - _ASIDE)


def _period(tag: str) -> FieldSpec:
    """The reference period in the words of one language."""
    label = f"{_('Reference period in words')} ({tag})"
    return FieldSpec(name=f"reference_period.{tag}", kind="line", label=label)


def _beside(known: Mapping[str, FieldSpec], present: Iterable[str]) -> set[str]:
    """What is present without a field of its own; ``legal`` has one in ``legal.maker``."""
    heads = {name.partition(".")[0] for name in known}
    return set(present) - heads


def _ordered(known: Mapping[str, FieldSpec], wanted: set[str], present: set[str]) -> list[FieldSpec]:
    found = [spec for name, spec in known.items() if name in wanted]
    beside = sorted(wanted - known.keys()) + sorted(present - wanted)
    return [
        *found,
        *(known.get(name) or FieldSpec(name=name, kind="raw", label=name, part="more") for name in beside),
    ]
