"""What is looked for in the wording of a question, whichever language it is in; the patterns come from the language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingRules:
    """The rules of one language. What gives text gives the words that it found, or None."""

    limit: int
    long_code: str
    length: Callable[[str], int]
    double_barrelled: Callable[[str], str | None]
    leading: Callable[[str], str | None]
    clause_end: re.Pattern[str]
    absolutes: re.Pattern[str]
    not_absolute: re.Pattern[str]
    negatives: re.Pattern[str]
    not_negative: re.Pattern[str]
    periods: re.Pattern[str]
    behaviours: re.Pattern[str]
    neutral_labels: re.Pattern[str]
    negative_labels: re.Pattern[str]
    unipolar_labels: re.Pattern[str]
    ways_out: re.Pattern[str]
    yes_or_no: re.Pattern[str]

    def absolute(self, text: str) -> str | None:
        """Words that leave no middle: always, never, all."""
        found = self.absolutes.search(self.not_absolute.sub(" ", text))
        return found.group() if found else None

    def negations(self, text: str) -> str | None:
        """A clause with two negations."""
        for clause in self.clause_end.split(self.not_negative.sub(" ", text)):
            if len(self.negatives.findall(clause)) >= 2:
                return clause.strip()
        return None

    def behaviour(self, text: str) -> str | None:
        """Words that ask what somebody did, or how often."""
        found = self.behaviours.search(text)
        return found.group() if found else None

    def names_period(self, text: str) -> bool:
        """Whether a text says which time it is about."""
        return self.periods.search(text) is not None

    def is_neutral(self, label: str) -> bool:
        """Whether a label stands in the middle."""
        return self.neutral_labels.search(label) is not None

    def is_negative(self, label: str) -> bool:
        """Whether a label lies on the bad side."""
        return self.negative_labels.search(label) is not None

    def is_unipolar(self, label: str) -> bool:
        """Whether a label belongs to a scale from nothing to much, which has no middle."""
        return self.unipolar_labels.search(label) is not None

    def is_way_out(self, label: str) -> bool:
        """Whether an option lets people say that they cannot or will not answer."""
        return self.ways_out.search(label) is not None

    def is_yes_or_no(self, label: str) -> bool:
        """Whether an option is a plain yes or no."""
        return self.yes_or_no.match(label.strip()) is not None
