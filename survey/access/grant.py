"""The right to answer one wave once, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol


class Drawn(Protocol):
    """What weighting and the pages need to know about a case."""

    @property
    def stratum(self) -> str | None: ...
    @property
    def probability(self) -> str | None: ...
    @property
    def seal_group(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def frame_source(self) -> str | None: ...
    @property
    def interviewer(self) -> str | None: ...
    @property
    def context(self) -> Mapping[str, str | list[str]]: ...


def facts_beside(
    case: Drawn, *, link: str | None, participant: str | None
) -> dict[str, Any]:  # Any: a JSON document
    """What is stored beside a token until it is used, and goes from there into the box of the answer."""
    return {
        "stratum": case.stratum,
        "probability": case.probability,
        "seal_group": case.seal_group,
        "mode": case.mode,
        "part": case.part,
        "frame_source": case.frame_source,
        "interviewer": case.interviewer,
        "context": dict(case.context),
        "link": link,
        **({} if participant is None else {"participant": participant}),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The right to answer one wave once, with the facts about the case that go into the box.

    An open entry and the code of a counter have no token, no stratum and no probability; what an open entry
    brings never scores.
    """

    wave_id: int
    channel: str
    seal_group: str
    mode: str = "web"
    token_hash: bytes | None = None
    stratum: str | None = None
    probability: str | None = None
    part: str = "main"
    frame_source: str | None = None
    interviewer: str | None = None
    context: Mapping[str, str | list[str]] = field(default_factory=dict)
    link: str | None = None
    participant: str | None = None
    """In an identified wave who was drawn; it goes with the answers of those only who agree to that."""
    marks: tuple[str, ...] = ()
    """What looked unlike a person at the door: it is looked at with the answers and shuts nobody out."""
    address: str | None = field(default=None, compare=False)
    """The wave's name in addresses, where it was found together with the token; it goes into no box."""
    counter_id: int | None = None
    """The counter whose screen showed the code; it stays in the cookie and goes into no box."""

    def facts(self) -> dict[str, Any]:  # Any: a JSON document
        """The facts as they stood beside the token."""
        return facts_beside(self, link=self.link, participant=self.participant)

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data for the box of a draft."""
        token = None if self.token_hash is None else self.token_hash.hex()
        document = {"wave": self.wave_id, "channel": self.channel, "token": token, **self.facts()}
        return {**document, "marks": list(self.marks)} if self.marks else document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Grant:
        """The inverse of `to_json`."""
        facts = dict(document)
        wave_id, channel, token = facts.pop("wave"), facts.pop("channel"), facts.pop("token")
        return cls(
            wave_id=wave_id,
            channel=channel,
            token_hash=None if token is None else bytes.fromhex(token),
            marks=tuple(facts.pop("marks", ())),
            **facts,
        )

    def marked(self, *marks: str) -> Grant:
        """The same with more marks."""
        return replace(self, marks=(*self.marks, *marks))
