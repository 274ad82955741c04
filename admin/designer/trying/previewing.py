"""Home of the preview: a draft answered by the code that serves phones, its answers signed and kept in the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from survey.access.grant import Grant
from survey.collect.documents import DraftDocument
from survey.collect.pages import PageOutcome, apply_page, previous_page
from survey.instrument.lint.model import build_model
from survey.instrument.lint.respondent import Respondent
from survey.instrument.lint.walks import Walker
from survey.instrument.path import PageRef, find_path
from survey.instrument.program import Program
from survey.instrument.shown import page_items
from survey.instrument.state import AnswerState

_SALT = "designer-preview"
_NO_FILE = ("image/jpeg", 1)
_SEED, _WAYS = 1, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """An unfinished preview: what was answered, and the page that is shown (None at the end)."""

    document: DraftDocument
    page: PageRef | None


def begin(program: Program, *, seed: int, mode: str, at: datetime) -> Interview:
    """A preview at its first page."""
    grant = Grant(wave_id=0, channel="open", seal_group="preview", mode=mode)
    document = DraftDocument(
        grant=grant,
        instrument=program.digest,
        language=program.languages[0],
        consent="",
        opened_at=at,
        state=AnswerState(context={"channel": "open", "mode": mode}, seed=seed),
    )
    pages = find_path(program, document.state).pages
    return Interview(document=document, page=pages[0] if pages else None)


def step(
    program: Program, interview: Interview, raw: Mapping[str, Sequence[str]], *, at: datetime
) -> tuple[Interview, PageOutcome]:
    """The present page sent, exactly as a phone sends it. Files are not kept: one that is chosen counts as sent."""
    assert interview.page is not None
    document, raw = _with_files(program, interview, raw)
    outcome = apply_page(program, document, interview.page.key, raw, at=at)
    return Interview(document=outcome.document, page=outcome.next), outcome


def back(program: Program, interview: Interview) -> Interview:
    """The page before, or the last one where the interview was at its end."""
    path = find_path(program, interview.document.state)
    if interview.page is None:
        return replace(interview, page=path.pages[-1] if path.pages else None)
    return replace(interview, page=previous_page(path, interview.page) or interview.page)


def jump(program: Program, interview: Interview, item: str) -> Interview | None:
    """The page that asks an item (by its code, for a battery any of its rows); None where nobody is led there now."""
    for ref in find_path(program, interview.document.state).pages:
        for shown in page_items(program, ref, interview.document.state):
            if item in (shown.item.code, shown.item.battery):
                return replace(interview, page=ref)
    return None


def way_to(program: Program, interview: Interview, item: str) -> Interview | None:
    """The page that asks an item, with invented answers that lead there; None where none were found.

    Only the answers before that page are kept: the page itself is still to be answered.
    """
    model = build_model(program)
    walker = Walker(model, ())
    people = Respondent(program, rng=Random(_SEED), margins={}, search=model.search)  # noqa: S311  # no secret
    for turn in range(_WAYS):
        state = walker.walk(people.eagerly() if turn % 4 == 3 else people, None).state
        context = {**state.context, **interview.document.state.context}
        invented = AnswerState(
            answers=dict(state.answers), context=context, seed=interview.document.state.seed
        )
        found = jump(program, replace(interview, document=replace(interview.document, state=invented)), item)
        if found is not None:
            return replace(found, document=replace(found.document, state=_before(program, found, invented)))
    return None


def _before(program: Program, interview: Interview, state: AnswerState) -> AnswerState:
    """The state with the answers of the pages before the one that is shown."""
    earlier: set[str] = set()
    for ref in find_path(program, state).pages:
        if ref == interview.page:
            break
        earlier |= {shown.key for shown in page_items(program, ref, state)}
    return state.without(key for key in state.answers if key not in earlier)


def signed(interview: Interview, *, secret: str) -> str:
    """The preview as a text that only this server can have made."""
    return _serializer(secret).dumps(
        {
            "state": interview.document.state.to_json(),
            "contacts": {key: dict(value) for key, value in interview.document.contacts.items()},
            "files": sorted(interview.document.files),
            "page": None if interview.page is None else interview.page.key,
        }
    )


def resumed(program: Program, token: str, *, secret: str, at: datetime) -> Interview | None:
    """The inverse of ``signed`` for the draft as it is now; None where the text is none of ours."""
    try:
        kept: dict[str, Any] = _serializer(secret).loads(token)  # Any: a JSON document
        state = AnswerState.from_json(kept["state"])
    except (BadSignature, KeyError, TypeError, ValueError):
        return None
    fresh = begin(program, seed=state.seed, mode=str(state.context.get("mode", "web")), at=at)
    document = replace(
        fresh.document,
        state=state,
        contacts=kept["contacts"],
        files=dict.fromkeys(kept["files"], _NO_FILE),
    )
    page = None if kept["page"] is None else PageRef.from_key(kept["page"])
    path = find_path(program, state).pages
    if page is not None and page not in path:  # the draft was changed under the preview
        page = path[0] if path else None
    return Interview(document=document, page=page)


def _with_files(
    program: Program, interview: Interview, raw: Mapping[str, Sequence[str]]
) -> tuple[DraftDocument, dict[str, Sequence[str]]]:
    assert interview.page is not None
    sent, files = dict(raw), dict(interview.document.files)
    for shown in page_items(program, interview.page, interview.document.state):
        if shown.kind == "file" and any(raw.get(shown.key, ())):
            files[f"preview-{shown.key}"] = _NO_FILE
            sent[shown.key] = [f"preview-{shown.key}"]
    return replace(interview.document, files=files), sent


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=_SALT)
