"""R07: people on a network that hangs up, stalls, and delivers old copies of their forms late."""

from __future__ import annotations

import random
from collections.abc import Sequence

from admin.demo.walker import Page
from tests.faults.bad_network import bad_network
from tests.faults.books import answers_by_marker, balance
from tests.faults.installation import WAVE, Installation, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, answer_at_once, to_review

_FIRST, _FINAL = "south", "north"
_ENOUGH = 0.995
_PATIENCE = 120.0


def bad_connections(
    at: Installation, *, people: int, at_once: int = 24, late_copies: float = 0.1, planted: str = ""
) -> Outcome:
    """R07: everybody answers, goes back and corrects an answer; a late copy of the first must not undo that."""
    diary = Diary(path=at.folder / "diary")
    with serving(at, planted=planted) as server, bad_network(server.port, late_copies=late_copies) as network:
        answer_at_once(
            network.address,
            at.world.issue(people),
            diary,
            at_once=at_once,
            habits=random.Random(18),
            patience=_PATIENCE,
            way=_with_second_thoughts,
        )
    books = balance(at, diary)
    kept = answers_by_marker(at)
    undone = [marker for marker, answers in kept.items() if answers.get("A1") != [_FINAL]]
    faults = books.faults() + diary.odd[:5]
    if undone:
        faults.append(f"a late copy undid what {len(undone)} people had corrected")
    waited = people - (len(diary.sent) - len(diary.acked))
    if len(diary.acked) < _ENOUGH * waited or waited < people // 2:
        faults.append(f"only {len(diary.acked)} of {waited} got a receipt")
    return Outcome(
        id="R07",
        database=at.database,
        what="30 % of exchanges cut, 300 ms delay, 5 % stalled; "
        f"{100 * late_copies:g} % of forms come again two seconds late",
        figures={
            "people": people,
            "receipts": books.n_acked,
            "stored": books.n_stored,
            "lost": max(books.lost_receipts, books.lost_answers),
            "doubled": max(books.doubled_answers, books.doubled_receipts),
            "corrections undone": len(undone),
            **dict(sorted(network.happened.items())),
        },
        faults=tuple(faults),
        planted=planted,
    )


def _with_second_thoughts(phone: Phone, path: str, marker: str) -> Page:
    """To the second page; back, to correct an answer of the first; then on to the review."""
    page = phone.send(phone.get(path), _begin, form="start")
    phone.send(page, _south, form="page")
    first = phone.get(page.url)
    phone.send(first, _north, form="page")
    return to_review(phone, f"/answer/{WAVE}/on", marker)


def _begin(_name: str, offered: Sequence[str]) -> Sequence[str]:
    return list(offered[:1])


def _south(name: str, offered: Sequence[str]) -> Sequence[str]:
    return [_FIRST] if name == "A1" else ["school"] if name == "A2" else list(offered[:1])


def _north(name: str, offered: Sequence[str]) -> Sequence[str]:
    return [_FINAL] if name == "A1" else ["school"] if name == "A2" else list(offered[:1])
