"""Texts in several languages: which one is read where not every language has one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.instrument import markup


def said(language: str) -> str:
    """The language of our own words beside a text of ``language``: Chinese beside any Chinese, else English."""
    return "zh" if language.partition("-")[0] == "zh" else "en"


_UNFILLED: Mapping[str, Mapping[str, str]] = {
    "zh": {"unit": "单位", "commitment": "承诺", "loop": "此项", "answer": "第{name}题的回答"},
    "en": {
        "unit": "the unit",
        "commitment": "the commitment",
        "loop": "this one",
        "answer": "answer to {name}",
    },
}
_ANSWER = re.compile(r"\$\{([^{}]{1,64})\}")


def unfilled(words: Mapping[str, str] | None, language: str) -> str:
    """A text as it is read before anything is known of a respondent: holes say in brackets what will stand there."""
    labels = _UNFILLED[said(language)]
    text = _ANSWER.sub(lambda hole: f"〔{labels['answer'].format(name=hole[1])}〕", plain(words, language))
    for hole in ("unit", "commitment", "loop"):
        text = text.replace(f"{{{hole}}}", f"〔{labels[hole]}〕")
    return text


def plain(words: Mapping[str, str] | None, language: str) -> str:
    """The text in a language, or in the first that it has, without its marks; empty where there is none."""
    if not words:
        return ""
    return markup.plain(words.get(language) or next((text for text in words.values() if text), ""))
