"""Home of the two documents of an interview: the draft in its box, and the response that is submitted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from survey.access.grant import Grant
from survey.collect.paradata import Paradata
from survey.collect.private import Private
from survey.collect.typed import Typed
from survey.instrument.state import AnswerState
from survey.ledger.keyed import pseudonym

BURST_BAND_SECONDS = 30 * 60


_NEVER_SEEN = 1 << 40
"""Version of what was sent before versions were kept by page: later than any that an open window can name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A page, or a step of one, as it was last sent: in which version, which body, and whether all of it stood."""

    ver: int
    body: str
    is_done: bool

    def to_json(self) -> list[int | str | bool]:
        """Plain data."""
        return [self.ver, self.body, self.is_done]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDocument:
    """Everything about an unfinished interview; outside its box none of it exists."""

    grant: Grant
    instrument: str
    language: str
    consent: str
    opened_at: datetime
    state: AnswerState
    sent: Mapping[str, Sent] = field(default_factory=dict)
    """By page, or step of one, what was last sent: so that changes of different pages can be told apart."""
    typed: Mapping[str, Typed] = field(default_factory=dict)
    """By answer key what was typed and not taken as an answer yet."""
    window: str = ""
    """The window whose page was taken last."""
    reached: tuple[str, ...] = ()
    """The pages that were counted as reached."""
    paradata: Paradata = field(default_factory=Paradata)
    private: Private = field(default_factory=Private)
    """What the respondent of an assisted interview answered alone."""
    device_group: str | None = None
    contacts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By answer key what was left at a contact item; it never becomes an answer."""
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """By its secret, which is the answer until submission: media type and size of each file sent."""
    is_named: bool = False
    """In an identified wave: whether its respondent agreed, apart from taking part, to be named with the answers."""
    turned_away: bool = False
    """Whether it was refused once because a quota was full; that is counted once."""

    def encode(self) -> bytes:
        """Bytes for the box."""
        document = {
            "grant": self.grant.to_json(),
            "instrument": self.instrument,
            "language": self.language,
            "consent": self.consent,
            "opened_at": self.opened_at.isoformat(),
            "state": self.state.to_json(),
            "sent": {place: sent.to_json() for place, sent in self.sent.items()},
            "typed": {key: typed.to_json() for key, typed in self.typed.items()},
            "window": self.window,
            "reached": self.reached,
            "paradata": self.paradata.to_json(),
            "private": self.private.to_json(),
            "device_group": self.device_group,
            "contacts": {key: dict(fields) for key, fields in self.contacts.items()},
            "files": {secret: list(facts) for secret, facts in self.files.items()},
            "is_named": self.is_named,
            "turned_away": self.turned_away,
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def decode(cls, content: bytes) -> DraftDocument:
        """The inverse of `encode`."""
        document = json.loads(content)
        return cls(
            grant=Grant.from_json(document["grant"]),
            instrument=document["instrument"],
            language=document["language"],
            consent=document["consent"],
            opened_at=datetime.fromisoformat(document["opened_at"]),
            state=AnswerState.from_json(document["state"]),
            sent=_sent(document),
            typed={key: Typed.from_json(typed) for key, typed in document.get("typed", {}).items()},
            window=document.get("window", ""),
            reached=tuple(document.get("reached", ())),
            paradata=Paradata(**document.get("paradata", {})),
            private=Private.from_json(document.get("private", {})),
            device_group=document["device_group"],
            # Drafts of an earlier release have neither.
            contacts=document.get("contacts", {}),
            files={secret: (kind, size) for secret, (kind, size) in document.get("files", {}).items()},
            is_named=document.get("is_named", False),
            turned_away=document.get("turned_away", False),
        )

    def seconds(self, now: datetime) -> int:
        """Length of the interview so far, to 10 seconds."""
        return max(0, round((now - self.opened_at).total_seconds() / 10) * 10)

    def second(self, now: datetime) -> int:
        """The same to the second; it stays in the box."""
        return max(0, int((now - self.opened_at).total_seconds()))


def _sent(document: Mapping[str, Any]) -> dict[str, Sent]:  # Any: a JSON document
    """What was sent; a draft of an earlier release has a list of events instead."""
    if "sent" in document:
        return {
            place: Sent(ver=ver, body=body, is_done=is_done)
            for place, (ver, body, is_done) in document["sent"].items()
        }
    events = document.get("events", ())
    done = {page for page, _, problems in events if problems == 0}
    return {page: Sent(ver=_NEVER_SEEN, body="", is_done=page in done) for page, _, _ in events}


def burst_band(radar_key: bytes, now: datetime) -> str:
    """A name for the half hour that tells which responses fell into the same one, and not which one it was."""
    slot = int(now.timestamp()) // BURST_BAND_SECONDS
    return pseudonym(radar_key, b"burst", slot.to_bytes(8, "big")).hex()[:12]


def device_group(radar_key: bytes, device: str | None) -> str | None:
    """A name for the browser, from a random cookie of our own; other waves know it under another name."""
    return None if device is None else pseudonym(radar_key, b"device", device.encode()).hex()[:16]


def response_document(
    draft: DraftDocument,
    *,
    wave: str,
    state: AnswerState,
    now: datetime,
    time_zone: str,
    radar_key: bytes,
    seconds: int | None = None,
) -> dict[str, Any]:  # Any: a JSON document
    """What is sealed: answers, context, facts for weighting, the day, and coarse radar marks.

    `state` holds the answers on the path only. Decimals travel as text, the seed as well. Answers that were
    never on one of our pages (imported ones) have no measured length and no burst band.
    """
    grant = draft.grant
    on_screen = bool(draft.sent)
    measured = draft.seconds(now) if on_screen else None
    return {
        "v": 1,
        "wave": wave,
        "instrument": draft.instrument,
        "consent": draft.consent,
        "channel": grant.channel,
        "mode": grant.mode,
        "language": draft.language,
        "state": state.to_json(),
        "stratum": grant.stratum,
        "probability": grant.probability,
        "seal_group": grant.seal_group,
        "part": grant.part,
        "frame_source": grant.frame_source,
        "day": now.astimezone(ZoneInfo(time_zone)).date().isoformat(),
        "grace": False,
        "marks": {
            "seconds": measured if seconds is None else seconds,
            "device_group": draft.device_group,
            "burst_band": burst_band(radar_key, now) if on_screen else None,
            "interviewer": grant.interviewer,
            **({"door": list(grant.marks)} if grant.marks else {}),
            **(draft.paradata.marks() if on_screen else {}),
        },
    }


def answer_state(document: Mapping[str, Any]) -> AnswerState:
    """The answers of a sealed response as the instrument engine reads them."""
    return AnswerState.from_json(document["state"])
