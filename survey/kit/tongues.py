"""Home of what a language needs on a page: its tag, its direction, its own name, and which one is nearest to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_HTML = {"zh": "zh-Hans"}
_UNKNOWN = "auto"
_NAMES = {"zh": "中文", "mn-Mong": "ᠮᠣᠩᠭᠣᠯ"}
"""Own names where Babel has none, or a longer one than a button needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language as pages need it: our code, the HTML tag, the direction of its lines, its own name.

    ``is_vertical`` marks a script that is written from top to bottom, its lines from left to right.
    """

    code: str
    html: str
    dir: str
    name: str
    is_vertical: bool = False


def is_tag(code: str) -> bool:
    """Whether ``code`` has the form of a language tag; nothing else is ever kept of what a browser sends."""
    return _TAG.fullmatch(code) is not None


def is_known(code: str) -> bool:
    """Whether ``code`` is the tag of a language that Babel knows."""
    return is_tag(code) and tongue(code).dir != _UNKNOWN


@lru_cache(maxsize=256)
def tongue(code: str) -> Language:
    """The language under a tag; one that nobody knows keeps its tag as its name and finds its own direction."""
    html = _HTML.get(code, code.replace("_", "-"))
    try:
        locale = Locale.parse(code.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return Language(code=code, html=html, dir=_UNKNOWN, name=_NAMES.get(html, code))
    is_vertical = locale.character_order == "top-to-bottom"
    return Language(
        code=code,
        html=html,
        dir="ltr" if is_vertical else locale.text_direction,
        name=_NAMES.get(html) or _NAMES.get(code) or locale.get_display_name() or locale.english_name or code,
        is_vertical=is_vertical,
    )


def nearest(code: str, offered: Iterable[str]) -> str | None:
    """Of what is offered the tag itself, else the first of the same language; None where there is none."""
    choices = list(offered)
    if code in choices:
        return code
    return next((each for each in choices if _primary(each) == _primary(code)), None)


def _primary(code: str) -> str:
    return re.split("[-_]", code, maxsplit=1)[0].lower()
