"""AnswerState: what one respondent has answered, what is known about them, and their seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey.instrument.codes import UNIT_SEPARATOR

Answer = str | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerState:
    """Answers by key ("R01", on repeated pages "U01@edu"), context, and the seed of every random order.

    A value is never changed in place: ``merged`` gives a new state.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    context: Mapping[str, Answer] = field(default_factory=dict)
    seed: int = 0

    def merged(self, answers: Mapping[str, Answer], *, cleared: Iterable[str] = ()) -> AnswerState:
        """The state after a page: its answers added, the keys left blank removed."""
        gone = set(cleared)
        kept = {key: value for key, value in self.answers.items() if key not in gone}
        return AnswerState(answers={**kept, **answers}, context=self.context, seed=self.seed)

    def without(self, keys: Iterable[str]) -> AnswerState:
        """The state without some answers, for example the stale ones of a path."""
        return self.merged({}, cleared=keys)

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data for the encrypted box of a draft. The seed travels as a string: it may exceed 2**53."""
        return {"answers": dict(self.answers), "context": dict(self.context), "seed": str(self.seed)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> AnswerState:
        """The inverse of ``to_json``. Raises ValueError if the document is something else."""
        if not isinstance(document, Mapping) or set(document) != {"answers", "context", "seed"}:
            raise ValueError("no answer state")
        return cls(
            answers=_answers(document["answers"]),
            context=_answers(document["context"]),
            seed=int(document["seed"]),
        )


def _answers(document: object) -> dict[str, Answer]:
    if not isinstance(document, Mapping):
        raise ValueError("answers are a mapping")
    for key, value in document.items():
        listed = isinstance(value, list) and all(isinstance(code, str) for code in value)
        if not isinstance(key, str) or not (isinstance(value, str) or listed):
            raise ValueError(f"no answer: {key!r:.80}")
    return dict(document)


def answer_key(item: str, unit: str | None) -> str:
    """The key of an answer: the item's code, with the unit on a repeated page."""
    return item if unit is None else f"{item}{UNIT_SEPARATOR}{unit}"


def codes_of(answer: Answer | None) -> tuple[str, ...] | list[str]:
    """The chosen codes of any answer; empty where there is none."""
    if not answer:
        return ()
    return (answer,) if isinstance(answer, str) else answer
