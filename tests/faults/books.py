"""The reckoning: what people were promised against what is stored, by receipts and by markers in the answers."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from survey.ledger import receipts, urn
from survey.models.response import Participation, Response
from survey.models.wave import Wave
from tests.faults.installation import Installation
from tests.faults.people import Diary

_MARKER = re.compile(r"\bm-[a-z0-9]+\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Promised against stored."""

    n_sent: int
    n_acked: int
    n_stored: int
    lost_receipts: int
    lost_answers: int
    doubled_answers: int
    doubled_receipts: int
    unexplained: int
    """Stored, and neither acknowledged nor sent by somebody who was left without an answer."""

    def faults(self) -> list[str]:
        """Every figure that has to be zero and is not."""
        zeros = {
            "lost receipts": self.lost_receipts,
            "lost answers": self.lost_answers,
            "doubled answers": self.doubled_answers,
            "doubled receipts": self.doubled_receipts,
            "unexplained responses": self.unexplained,
        }
        return [f"{n} {name}" for name, n in zeros.items() if n]


def balance(at: Installation, diary: Diary) -> Balance:
    """Close the books on an installation."""
    hashes, markers = stored(at)
    promised = [receipt for code in diary.acked.values() if (receipt := receipts.parse(code)) is not None]
    codes = Counter(receipt.rid for receipt in promised)
    unanswered = len(diary.sent) - len(diary.acked)
    return Balance(
        n_sent=len(diary.sent),
        n_acked=len(diary.acked),
        n_stored=len(hashes),
        lost_receipts=len(diary.acked) - sum(receipt.hash in hashes for receipt in promised),
        lost_answers=len(set(diary.acked) - set(markers)),
        doubled_answers=sum(n > 1 for n in markers.values()),
        doubled_receipts=sum(n > 1 for n in codes.values()),
        unexplained=max(0, len(hashes) - len(diary.acked) - unanswered),
    )


def stored(at: Installation) -> tuple[set[bytes], Counter[str]]:
    """Hashes of the receipts that count, and how often each marker stands in an answer, sealed or waiting."""
    with at.world.session() as session:
        hashes = set(session.scalars(sa.select(Participation.rid_hash)))
    texts = [json.dumps(document, ensure_ascii=False) for document in documents(at)]
    return hashes, Counter(marker for text in texts for marker in _MARKER.findall(text))


def documents(at: Installation) -> list[dict[str, Any]]:  # Any: JSON documents
    """All responses as they are kept, waiting or sealed."""
    with at.world.session() as session:
        wave = session.get_one(Wave, at.world.wave_id)
        waiting = urn.open_all(session, wave.id, keys=at.world.keys, wave=wave.code)
        return [json.loads(box.document) for box in waiting.values()] + list(
            session.scalars(sa.select(Response.document))
        )


def answers_by_marker(at: Installation) -> dict[str, dict[str, list[str]]]:
    """What is kept of each person, found by the marker."""
    kept = {}
    for document in documents(at):
        answers = document["state"]["answers"]
        given = {name: [value] if isinstance(value, str) else value for name, value in answers.items()}
        kept["".join(given.get("T1", ()))] = given
    return kept
