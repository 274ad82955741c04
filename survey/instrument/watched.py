"""Home of what a look at an interview rested on: the answers and facts that were read, and nothing else.

Two interviews that agree in all of it give the same result, so what was made for one can be shown to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey.instrument.state import Answer, AnswerState


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The values that were read, by key; None where there was none."""

    answers: Mapping[str, Answer | None]
    context: Mapping[str, Answer | None]

    def holds_for(self, state: AnswerState) -> bool:
        """Whether another interview would have been read alike."""
        answers, context = state.answers, state.context
        return all(answers.get(key) == value for key, value in self.answers.items()) and all(
            context.get(key) == value for key, value in self.context.items()
        )


class Watch:
    """One look: hand out ``state`` instead of the one that is looked at, then ask for the ``basis``."""

    def __init__(self, state: AnswerState) -> None:
        self._answers, self._context = _Read(state.answers), _Read(state.context)
        self._seed = _Seed(state.seed)
        self.state = AnswerState(answers=self._answers, context=self._context, seed=self._seed)

    def basis(self) -> Basis | None:
        """What was read; None where it was the whole, or an order drawn for this respondent alone."""
        if self._seed.is_used or self._answers.is_read_whole or self._context.is_read_whole:
            return None
        return Basis(answers=self._answers.read, context=self._context.read)


class _Read(Mapping[str, Answer]):
    """Answers or facts that remember which of them were asked for."""

    def __init__(self, values: Mapping[str, Answer]) -> None:
        self._values = values
        self.read: dict[str, Answer | None] = {}
        self.is_read_whole = False

    def __getitem__(self, key: str) -> Answer:
        self.read[key] = self._values.get(key)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        self.is_read_whole = True
        return iter(self._values)

    def __len__(self) -> int:
        self.is_read_whole = True
        return len(self._values)


class _Seed(int):
    """The seed, which remembers whether an order was drawn from it: to draw one it has to be written out."""

    is_used = False

    def __format__(self, spec: str) -> str:
        self.is_used = True
        return super().__format__(spec)
