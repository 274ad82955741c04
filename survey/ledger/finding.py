"""Home of what verification reports: one thing that does not fit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not fit: which object, and what is wrong with it."""

    object: str
    zh: str
    en: str

    def message(self, language: str) -> str:
        """The sentence in a language."""
        return f"{self.object}: {self.en if language == 'en' else self.zh}"
