"""Language codes of LimeSurvey as BCP 47 tags and back."""

from __future__ import annotations

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-x(-[A-Za-z0-9]{1,8})+)?\Z")
_PRIVATE = re.compile(r"x(-[A-Za-z0-9]{1,8})+\Z", re.IGNORECASE)
# Manners of address that LimeSurvey writes like a region or a script.
_MANNERS = ("informal", "formal", "easy")


def to_tag(code: str) -> str:
    """The BCP 47 tag: "de-informal" → "de-x-informal", "zh-Hans" as it is; "und" where it is no language at all."""
    if _PRIVATE.match(code.strip()):
        return code.strip().lower()
    parts = [part for part in re.split(r"[-_]", code.strip()) if part]
    plain = [part for part in parts if part.lower() not in _MANNERS]
    manner = [part.lower() for part in parts if part.lower() in _MANNERS]
    tag = "-".join([*map(_cased, range(len(plain)), plain), *(["x", *manner] if manner else [])])
    if _TAG.match(tag):
        return tag
    kept = "-".join(re.sub(r"[^A-Za-z0-9]", "", part)[:8] for part in parts)
    return f"x-{kept.lower()}" if kept.strip("-") else "und"


def _cased(at: int, part: str) -> str:
    if at == 0:
        return part.lower()
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part


def from_tag(tag: str) -> str:
    """The code that LimeSurvey uses for a tag. "zh" alone is unknown there and becomes "zh-Hans"."""
    if tag == "zh":
        return "zh-Hans"
    if tag.startswith("x-"):
        return tag[2:] if to_tag(tag[2:]) == tag else tag
    return tag.replace("-x-", "-")
