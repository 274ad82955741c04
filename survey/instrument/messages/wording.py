"""The form of a message: what is wrong and how to mend it, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Wording(NamedTuple):
    """What is wrong, and how to mend it."""

    what: str
    remedy: str


def entry(zh: str, zh_remedy: str, en: str, en_remedy: str) -> Mapping[str, Wording]:
    """One message in both languages; the blanks of both are the same."""
    return {"zh": Wording(zh, zh_remedy), "en": Wording(en, en_remedy)}
