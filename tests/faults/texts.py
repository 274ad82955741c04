"""R21 and R22: what people type comes back as they typed it; what is too long is told beside the field."""

from __future__ import annotations

import copy
import csv
import io
import shutil
import subprocess
import time
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from urllib.parse import urlencode

import openpyxl
from openpyxl.utils.escape import unescape

from admin.demo.walker import Fill, Page
from survey.instrument.compile import compile_instrument
from survey.instrument.documentation.codebook_xlsx import write_codebook_xlsx
from survey.instrument.documentation.paper import write_paper_pdf
from survey.instrument.program import Program
from survey.kit import safe_csv
from tests import hostile
from tests.bench import processes
from tests.faults.books import documents
from tests.faults.installation import Installation, Server, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, hand_in
from tests.faults.refusals import page_with_text
from tests.survey.interviews import DOCUMENT, SCALES

_CORPUS = (*hostile.UNICODE, *hostile.MARKUP, *hostile.FORMULAS, *hostile.SQL)
_UNFIT = (b"a%00b", b"half%20%ED%A0%80%20pair", b"%FF%FE%FD")
"""NUL, half a pair, bytes that are no UTF-8."""
_MOST = 200
"""Characters that the open answer takes."""
_FAMILY = "👨‍👩‍👧‍👦"
_QUICK = 1.0
_REFUSED = {413, 422}


def every_script(at: Installation, *, planted: str = "") -> Outcome:
    """R21: each string as an open answer (page, stored JSON, CSV) and as the wording of a question (XLSX, PDF)."""
    diary, faults = Diary(path=at.folder / "diary"), list[str]()
    with serving(at, planted=planted) as server:
        for number, text in enumerate(_CORPUS):
            faults += _typed_and_back(server, text, f"m-{number}", diary)
        unfit = [_unfit(server, raw, diary) for raw in _UNFIT]
    kept = [document["state"]["answers"].get("T1", "") for document in documents(at)]
    missing = [text for text in map(_expected, _CORPUS) if text and text not in kept]
    faults += [f"not stored as typed: {text!r}" for text in missing[:3]]
    rows = safe_csv.csv_bytes(["text"], [{"text": text} for text in kept]).decode()
    back = [safe_csv.unguarded(row["text"]) for row in csv.DictReader(io.StringIO(rows, newline=""))]
    if back != kept:
        faults.append("CSV gives back something else")
    errors = sum(n for status, n in diary.statuses.items() if status >= 500)
    if errors:
        faults.append(f"{errors} answers of 5xx")
    told, lost = _in_files()
    return Outcome(
        id="R21",
        database=at.database,
        what="emoji, planes beyond the first, right to left, zero width, markup, formulas, SQL; then what no text is",
        figures={
            "answers": len(_CORPUS),
            "on the page, stored and in CSV as typed (NFC)": len(_CORPUS) - len(missing),
            "NUL, half a pair, no UTF-8": ", ".join(unfit),
            **told,
            "5xx seen": errors,
        },
        faults=tuple((faults + lost)[:8]),
        planted=planted,
    )


def _in_files() -> tuple[dict[str, str], list[str]]:
    """The strings as wordings of questions, in the files that leave the house: how many came back, which did not."""
    # Braces and stars are markup of wordings, and mean something there.
    wordings = [text for text in _CORPUS if _expected(text) and "{" not in text and "**" not in text]
    program = _asking(wordings)
    book = openpyxl.load_workbook(io.BytesIO(write_codebook_xlsx(program, language="en")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    found = {unescape(str(cell.value)).strip() for cell in cells}
    lost = [f"not in XLSX as written: {text!r}" for text in wordings if _expected(text) not in found]
    lost += [f"a formula in XLSX: {cell.value!r}" for cell in cells if cell.data_type == "f"]
    told = {"wordings in XLSX": f"{len(wordings) - len(lost)} of {len(wordings)}"}
    if shutil.which("pdftotext") is None:
        return {**told, "in PDF": "not looked at: no pdftotext"}, lost
    printed = [text for text in wordings if all(map(_is_plain, text))]
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"],
        input=write_paper_pdf(program, language="en"),
        capture_output=True,
        check=True,
    )
    page = _letters(done.stdout.decode())
    blurred = [text for text in printed if _letters(text) not in page]
    lost += [f"not in PDF as written: {text!r}" for text in blurred]
    return {**told, "in PDF": f"{len(printed) - len(blurred)} of {len(printed)}"}, lost


def _asking(wordings: Sequence[str]) -> Program:
    document = copy.deepcopy(DOCUMENT)
    sections = document["sections"]
    assert isinstance(sections, list)
    questions = [
        {"id": f"H{n}", "type": "scale", "scale": "sat5", "text": {"zh": text, "en": text}}
        for n, text in enumerate(wordings)
    ]
    sections.append({"id": "H", "title": {"zh": "H", "en": "H"}, "questions": questions})
    compiled = compile_instrument(document, scales=SCALES, modules={}, units=(), areas=())
    assert compiled.program is not None, [problem.message("en") for problem in compiled.problems]
    return compiled.program


def _is_plain(char: str) -> bool:
    """Whether a program that reads PDF gives it back in its place: from left to right, in a font that every house has."""
    return (
        ord(char) < 0x10000
        and unicodedata.bidirectional(char) not in {"R", "AL"}
        and (unicodedata.category(char)[0] != "C" or char in "\t\r\n")
    )


def _letters(text: str) -> str:
    """Without spaces, which lines break at, and without ligatures, which fonts make."""
    return "".join(unicodedata.normalize("NFKC", text).split())


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


def _unfit(server: Server, raw: bytes, diary: Diary) -> str:
    """Send what no text is; how that is answered, and whether it was taken. The page must still be there afterwards."""
    with closing(Phone(server.address, diary, patience=0)) as phone:
        page = page_with_text(phone, "")
        form = page.form("page")
        body = urlencode([*form.hidden, ("R04", "5")]).encode() + b"&T1=" + raw
        answer = phone.post_bytes(form.action or page.url, body)
        return f"{answer.status} {'taken' if answer.url.endswith('/review') else 'refused'}"


def _with(text: str) -> Fill:
    def fill(name: str, offered: Sequence[str]) -> Sequence[str]:
        return [text] if name == "T1" else ["5"] if name == "R04" else list(offered[:1])

    return fill


def _expected(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
