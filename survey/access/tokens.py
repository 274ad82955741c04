"""Home of single-use tokens: links and printed codes, issued for drawn cases, stored as keyed hashes only."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.access import printed
from survey.access.grant import facts_beside
from survey.db import table_of
from survey.ledger.codes import ALPHABET
from survey.ledger.keyed import keyed_hash, pseudonym, wave_key
from survey.models.access import Token
from survey.models.wave import Channel, Wave
from survey.ports import KeyStore

LINK_LENGTH = 22
CODE_LENGTH = 16
CODE_GROUPS = 4
# Letters and digits only: programs that find links in messages leave a dash at the end out. No look-alikes.
_LINK_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{22,64}\Z")
_token = table_of(Token)
_insert = sa.insert(_token)


class Form(StrEnum):
    """How a token reaches its case."""

    LINK = "link"
    """128 bits in an address that is tapped."""
    CODE = "code"
    """80 bits that are typed from paper: sixteen characters and four that check them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCase:
    """One drawn case: what weighting and the pages need to know about it, and nothing that names it.

    `probability` is the inclusion probability as decimal text. `case` is used in two modes: in confidential waves
    its keyed hash goes into the box; in identified ones it does itself, of those who agree to that.
    """

    stratum: str
    probability: str | None
    seal_group: str
    mode: str = "web"
    channel: str = Channel.SAMPLE.value
    part: str = "main"
    frame_source: str = "statistics_office"
    interviewer: str | None = None
    context: Mapping[str, str | list[str]] = field(default_factory=dict)
    case: str | None = None
    valid_until: date | None = None

    def facts(
        self, *, link: str | None, participant: str | None = None
    ) -> dict[str, Any]:  # Any: a JSON document
        """What is stored beside the hash until the token is used."""
        return facts_beside(self, link=link, participant=participant)


def issue(
    session: Session, wave: Wave, cases: Iterable[SampleCase], *, keys: KeyStore, form: Form = Form.LINK
) -> list[str]:
    """One fresh token per case, in their order. The tokens themselves are returned once and never stored.

    Codes come as they are printed, with their checks.
    """
    link_key = wave_key("link", wave.id, keys=keys) if wave.anonymity == "confidential" else None
    tokens: list[str] = []
    rows: list[dict[str, Any]] = []
    for case in cases:
        token = _new_link() if form is Form.LINK else _new_code()
        link = None
        if link_key is not None and case.case is not None:
            link = pseudonym(link_key, b"case", case.case.encode()).hex()
        tokens.append(token)
        rows.append(
            {
                "hash": token_hash(token, keys=keys),
                "wave_id": wave.id,
                "channel": case.channel,
                "facts": case.facts(
                    link=link, participant=case.case if wave.anonymity == "identified" else None
                ),
                "valid_until": case.valid_until,
                "used": 0,
                "used_on": None,
            }
        )
    if rows:
        session.flush()
        # Stored in the order of the hashes: the order of the sample list is not kept in the table.
        session.connection().execute(_insert, sorted(rows, key=lambda row: row["hash"]))
    return tokens


def token_hash(token: str, *, keys: KeyStore) -> bytes:
    """The keyed hash under which a token is known, however a printed code was typed."""
    plain = canonical(token) or token
    return keyed_hash(b"token", plain.encode("utf-8", "replace"), keys=keys)


def is_well_formed(token: str) -> bool:
    """Whether a text could be a token at all."""
    return canonical(token) is not None


def canonical(token: str) -> str | None:
    """The token as it is hashed: a printed code without its checks, a link's token as it is. None for neither."""
    typed = printed.read(token, groups=CODE_GROUPS)
    if typed.n_typed == CODE_GROUPS * printed.GROUP:
        return typed.body
    return token if _SHAPE.match(token) else None


def _new_link() -> str:
    bits = secrets.randbits(128)
    text = ""
    for _ in range(LINK_LENGTH):
        bits, digit = divmod(bits, len(_LINK_ALPHABET))
        text += _LINK_ALPHABET[digit]
    return text


def _new_code() -> str:
    bits = secrets.randbits(5 * CODE_LENGTH)
    return printed.with_checks(
        "".join(ALPHABET[bits >> shift & 31] for shift in range(0, 5 * CODE_LENGTH, 5))
    )
