"""What came with one page: its fields, the version and the step it was made from, and the window it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import flask

from survey.collect.documents import DraftDocument
from survey.collect.paradata import device_class
from survey.collect.typed import Window
from survey.instrument.path import PageRef
from survey.instrument.problems import Problem
from survey.instrument.steps import Step, steps_of
from survey.site.answer import files, respondent
from survey.site.answer.respondent import Mine

VERSION, STEP, WINDOW, TURN = "_ver", "_step", "_window", "_turn"
SWITCH, LEAVE, BACK = "_switch", "_leave", "_back"
_NO_VERSION = 0
_WINDOW_CHARS = 22

Fields = dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page as it was sent, with the interview it belongs to.

    ``step`` is None where the page was sent as a whole. ``mine`` holds the files that came along, and ``refused``
    says which of them were not taken.
    """

    mine: Mine
    ref: PageRef
    raw: Fields
    step: Step | None
    seen: int
    window: Window
    refused: tuple[Problem, ...] = ()

    @property
    def only(self) -> frozenset[str] | None:
        """The items of the step that was sent."""
        return None if self.step is None else self.step.items

    def beside(self, document: DraftDocument) -> DraftDocument:
        """A draft with what came beside the fields: files, the language of the page, the kind of device."""
        found = replace(document, files={**document.files, **self.mine.draft.document.files})
        if self.mine.share is None:  # the language of a return is that of whoever signs it
            found = replace(found, language=respondent.tongue(self.mine.program))
        if found.paradata.device is None:
            device = device_class(flask.request.user_agent.string)
            found = replace(found, paradata=replace(found.paradata, device=device))
        return found

    def with_files(self, document: DraftDocument) -> DraftDocument:
        """The same, with files among the answers at once: what is only typed has no place for them."""
        found = self.beside(document)
        keys = files.keys_of(self.mine, self.ref)
        given: dict[str, str | list[str]] = {
            key: self.raw[key][0] for key in keys if any(self.raw.get(key, ()))
        }
        gone = [key for key in keys if key not in given]
        return replace(found, state=found.state.merged(given, cleared=gone)) if keys else found

    def refusals(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """What was refused; of a file that was sent and refused it is not also said that none was sent."""
        refused = {problem.where.item for problem in self.refused}
        kept = (p for p in problems if p.code != "required" or p.where.item not in refused)
        return (*kept, *self.refused)


def fields() -> Fields:
    """The fields of the form that was sent."""
    return {name: values for name, values in flask.request.form.lists() if name != "csrf_token"}


def receive(mine: Mine, ref: PageRef, raw: Fields) -> Sheet:
    """Read what came, and keep the files that came along."""
    received = files.receive(mine, ref, raw)
    return Sheet(
        mine=received.mine,
        ref=ref,
        raw=received.raw,
        step=_step(mine, ref, first(raw, STEP)),
        seen=_number(first(raw, VERSION)) or _NO_VERSION,
        window=Window(name=first(raw, WINDOW)[:_WINDOW_CHARS], turn=_number(first(raw, TURN))),
        refused=received.problems,
    )


def first(raw: Fields, name: str) -> str:
    """The first value of a field of the form itself."""
    return next(iter(raw.get(name, ())), "")


def _step(mine: Mine, ref: PageRef, code: str) -> Step | None:
    """The step that was sent. One that an answer given elsewhere closed is still itself, and is refused as such."""
    if not code:
        return None
    steps = steps_of(mine.program, ref, mine.draft.document.state)
    found = next((step for step in steps if step.code == code), None)
    return found or Step(code=code, items=frozenset((code,)))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
