"""What somebody leaves to be reached by: read like an answer, and kept out of the answers."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.problems import Findings, Where
from survey.instrument.program import Item
from survey.instrument.values import is_email, is_phone
from survey.text import UnfitText, one_line

_LIMITS = {"name": 100, "phone": 30, "email": 254, "address": 300}
_FORMS = {"phone": (is_phone, "phone_unreadable"), "email": (is_email, "email_unreadable")}


def read_contact(
    item: Item, parts: Mapping[str, str], where: Where, findings: Findings
) -> dict[str, str] | None:
    """The fields that were filled in, {} where none was; None with a problem where one cannot be used."""
    found: dict[str, str] = {}
    for field in item.contact_fields:
        raw = parts.get(field, "")
        if not raw:
            continue
        place = Where(section=where.section, item=where.item, field=field)
        try:
            text = one_line(raw)
        except UnfitText:
            findings.add("unfit_text", place)
            return None
        limit = _LIMITS[field]
        if len(text) > limit:
            findings.add("text_too_long", place, length=len(text), limit=limit)
            return None
        is_form, code = _FORMS.get(field, (None, ""))
        if is_form is not None and not is_form(text):
            findings.add(code, place)
            return None
        if text:
            found[field] = text
    return found
