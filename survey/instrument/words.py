"""Texts in several languages: which one is read where not every language has one."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument import markup


def said(language: str) -> str:
    """The language of our own words beside a text of ``language``: Chinese beside any Chinese, else English."""
    return "zh" if language.partition("-")[0] == "zh" else "en"


def plain(words: Mapping[str, str] | None, language: str) -> str:
    """The text in a language, or in the first that it has, without its marks; empty where there is none."""
    if not words:
        return ""
    return markup.plain(words.get(language) or next((text for text in words.values() if text), ""))
