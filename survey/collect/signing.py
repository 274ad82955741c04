"""Home of the sign-off of a firm's return: in which function somebody answers for it."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from survey.collect.drafts import OpenDraft

SIGNED_AS, SIGNED_BY = "signed_as", "signed_by"
NAME_CHARS = 80


class Function(StrEnum):
    """What somebody is in the firm that they sign for; never who they are."""

    DIRECTOR = "director"
    FINANCE = "finance"
    PERSONNEL = "personnel"
    OFFICE = "office"
    OTHER = "other"


def signed(draft: OpenDraft, *, function: Function, name: str | None = None) -> OpenDraft:
    """The return with its signature among the facts; a ``name`` only where the wave is identified by consent."""
    state = draft.document.state
    facts = {SIGNED_AS: function.value, **({SIGNED_BY: name} if name else {})}
    state = replace(state, context={**state.context, **facts})
    return replace(draft, document=replace(draft.document, state=state))
