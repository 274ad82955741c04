"""R21 and R22: what people type comes back as they typed it; what is too long is told beside the field."""

from __future__ import annotations

import csv
import io
import time
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from urllib.parse import urlencode

from admin.demo.walker import Fill, Page
from survey.kit import safe_csv
from tests import hostile
from tests.bench import processes
from tests.faults.books import documents
from tests.faults.installation import Installation, Server, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, hand_in
from tests.faults.refusals import page_with_text

_CORPUS = (*hostile.UNICODE, *hostile.MARKUP, *hostile.FORMULAS, *hostile.SQL)
_UNFIT = (b"a%00b", b"%00", b"half%20%ED%A0%80%20pair", b"%FF%FE%FD")
"""NUL, half a pair, bytes that are no UTF-8."""
_MOST = 200
"""Characters that the open answer takes."""
_FAMILY = "👨‍👩‍👧‍👦"
_QUICK = 1.0
_REFUSED = {413, 422}


def every_script(at: Installation, *, planted: str = "") -> Outcome:
    """R21: each string of the corpus as an open answer: on the page, in the stored document, in CSV."""
    diary, faults = Diary(path=at.folder / "diary"), list[str]()
    with serving(at, planted=planted) as server:
        for number, text in enumerate(_CORPUS):
            faults += _typed_and_back(server, text, f"m-{number}", diary)
        answers = {raw: _unfit(server, raw, diary) for raw in _UNFIT}
    faults += [f"{raw!r} was answered with {status}" for raw, status in answers.items() if status >= 500]
    kept = [document["state"]["answers"].get("T1", "") for document in documents(at)]
    missing = [text for text in map(_expected, _CORPUS) if text and text not in kept]
    faults += [f"not stored as typed: {text!r}" for text in missing[:3]]
    rows = safe_csv.csv_bytes(["text"], [{"text": text} for text in kept]).decode()
    back = [safe_csv.unguarded(row["text"]) for row in csv.DictReader(io.StringIO(rows, newline=""))]
    if back != kept:
        faults.append("CSV gives back something else")
    return Outcome(
        id="R21",
        database=at.database,
        what="emoji, planes beyond the first, right to left, zero width, markup, formulas, SQL; then what no text is",
        figures={
            "strings": len(_CORPUS),
            "stored as typed (NFC)": len(_CORPUS) - len(missing),
            "NUL, half pairs, no UTF-8": " ".join(map(str, answers.values())),
            "5xx seen": sum(n for status, n in diary.statuses.items() if status >= 500),
        },
        faults=tuple(faults[:8]),
        planted=planted,
    )


def very_long(at: Installation, *, planted: str = "") -> Outcome:
    """R22: the limit stands beside the field and counts what people see; a megabyte is refused at once."""
    diary, faults = Diary(path=at.folder / "diary"), list[str]()
    slowest = 0.0
    with serving(at, planted=planted) as server, closing(Phone(server.address, diary, patience=0)) as phone:
        assert server.process is not None
        page = page_with_text(phone, "")
        if f"Up to {_MOST} characters" not in page.body:
            faults.append("the limit does not stand beside the field")
        too_long = phone.send(page, _with(_FAMILY * (_MOST + 1)))
        if "e-T1" not in too_long.body or too_long.receipt:
            faults.append(f"{_MOST + 1} characters were answered with {too_long.status} and no reason")
        taken = phone.send(too_long, _with(_FAMILY * _MOST))
        if not taken.url.endswith("/review"):
            faults.append(f"{_MOST} characters of four persons each were not taken ({taken.status})")
        phone.send(page, _with("x" * 1_000_000))  # the first one makes room that the others use again
        before = processes.memory_mib([server.process.pid])
        statuses = set()
        for size in (100_000, 250_000, 1_000_000) * 5:
            began = time.monotonic()
            statuses.add(phone.send(page, _with("x" * size)).status)
            slowest = max(slowest, time.monotonic() - began)
        grown = 100 * (processes.memory_mib([server.process.pid]) / before - 1)
    if slowest > _QUICK:
        faults.append(f"refusing took {slowest:.1f} s")
    if grown > 10:
        faults.append(f"memory grew by {grown:.0f} %")
    if not statuses & _REFUSED or max(statuses) >= 500:
        faults.append(f"answered with {sorted(statuses)}")
    return Outcome(
        id="R22",
        database=at.database,
        what=f"{_MOST} and {_MOST + 1} characters of seven code points each; 15 answers of up to 1 MB",
        figures={
            "answered with": " ".join(map(str, sorted(statuses))),
            "slowest": f"{slowest:.2f} s",
            "memory": f"{grown:+.1f} %",
        },
        faults=tuple(faults),
        planted=planted,
    )


def _typed_and_back(server: Server, text: str, marker: str, diary: Diary) -> Sequence[str]:
    with closing(Phone(server.address, diary, patience=0)) as phone:
        page = page_with_text(phone, marker)
        review = phone.send(page, _with(text))
        if not review.url.endswith("/review"):
            return [f"{text!r} was not taken ({review.status})"]
        shown = phone.get(page.url).form("page").filled.get("T1", [""])
        if shown != [_expected(text)]:
            return [f"{text!r} is shown as {shown}"]
        done: Page | None = hand_in(phone, review, marker, diary)
    return [] if done is not None and done.receipt else [f"{text!r}: no receipt"]


def _unfit(server: Server, raw: bytes, diary: Diary) -> int:
    """Send what no text is; how that is answered. The page must still be there afterwards."""
    with closing(Phone(server.address, diary, patience=0)) as phone:
        page = page_with_text(phone, "")
        form = page.form("page")
        body = urlencode([*form.hidden, ("R04", "5")]).encode() + b"&T1=" + raw
        return phone.post_bytes(form.action or page.url, body).status


def _with(text: str) -> Fill:
    def fill(name: str, offered: Sequence[str]) -> Sequence[str]:
        return [text] if name == "T1" else ["5"] if name == "R04" else list(offered[:1])

    return fill


def _expected(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
