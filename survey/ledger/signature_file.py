"""Home of the file that the audit office's tool writes: read line by line; what is wrong is said with its place and its cure."""

from __future__ import annotations

from dataclasses import dataclass

from survey.errors import Invalid
from survey.ledger import notes
from survey.ledger.canonical import BadJsonError, parse_json

MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One line of the file: a state of a log, and the office's signature under it."""

    number: int
    """Which line of the file it is."""
    checkpoint: notes.Checkpoint
    line: str


def read(content: bytes, *, key: notes.VerifierKey) -> list[Signed]:
    """The signatures in a file, each of them checked with the announced key. Raises Invalid at the first that is wrong."""
    if len(content) > MAX_BYTES:
        raise _refused(
            "signatures_too_large",
            zh="文件过大，不是签名文件。请上传签署工具用 --out 写出的文件。",
            en="The file is too large to be one of signatures. Upload the file that the signing tool wrote with --out.",
        )
    rows = [(number, row) for number, row in enumerate(content.split(b"\n"), start=1) if row.strip()]
    if not rows:
        raise _refused(
            "signatures_empty",
            zh="文件是空的。请在离线机器上重新签署，再复制签署工具写出的文件。",
            en="The file is empty. Sign again on the offline machine, and copy the file that the tool writes.",
        )
    return [_signed(number, row, key=key) for number, row in rows]


def _signed(number: int, row: bytes, *, key: notes.VerifierKey) -> Signed:
    try:
        written = parse_json(row)["note"]
        note = notes.parse(written)
        stated = notes.parse_checkpoint(note.text)
    except (BadJsonError, notes.BadNoteError, KeyError, TypeError, AttributeError):
        raise (_cut_off(number) if _looks_cut(row) else _unreadable(number)) from None
    names = ", ".join(sorted({signature.name for signature in note.signatures}))
    own = [signature for signature in note.signatures if signature.name == key.name]
    if not own:
        raise _refused(
            "signature_of_another_name",
            zh=f"第{number}行（登记簿“{stated.origin}”）由“{names}”签署，公布的是“{key.name}”。请用公布的那把密钥签署；"
            "若审计机关换了密钥，请系统管理员先公布新的 SURVEY_AUDITOR_KEY。",
            en=f"Line {number} (log “{stated.origin}”) is signed by “{names}”; announced is “{key.name}”. Sign with the "
            "announced key; where the office has a new one, the operator announces it first in SURVEY_AUDITOR_KEY.",
        )
    if key.key_id not in {signature.key_id for signature in own}:
        raise _refused(
            "signature_of_another_key",
            zh=f"第{number}行（登记簿“{stated.origin}”）名称相符，但不是公布的那把密钥（指纹 {key.key_id.hex()}）签署的。"
            "请核对离线机器上的密钥文件：auditor.py show-key。",
            en=f"Line {number} (log “{stated.origin}”) bears the right name, but not the announced key (id "
            f"{key.key_id.hex()}). Compare the key file on the offline machine: auditor.py show-key.",
        )
    try:
        good = notes.signers(note, [key])
    except notes.BadNoteError:
        good = ()
    if not good:
        raise _refused(
            "signature_wrong",
            zh=f"第{number}行（登记簿“{stated.origin}”，{stated.size}条）的签名与内容不符：签署之后被改动或损坏。请重新从离线机器复制；"
            "若仍如此，请重新签署。",
            en=f"The signature in line {number} (log “{stated.origin}”, size {stated.size}) does not fit its text: it was "
            "changed or damaged after signing. Copy the file from the offline machine again; if that does not help, sign "
            "again.",
        )
    line = next(each.line() for each in own if each.key_id == key.key_id)
    return Signed(number=number, checkpoint=stated, line=line)


def _looks_cut(row: bytes) -> bool:
    return row.lstrip().startswith(b"{") and not row.rstrip().endswith(b"}")


def _cut_off(number: int) -> Invalid:
    return _refused(
        "signatures_cut_off",
        zh=f"文件在第{number}行中断：没有复制完整。请从离线机器重新复制整个文件。",
        en=f"The file breaks off in line {number}: it was not copied whole. Copy the whole file from the offline machine "
        "again.",
    )


def _unreadable(number: int) -> Invalid:
    return _refused(
        "not_signatures",
        zh=f"第{number}行不是签署工具写出的内容。请上传 auditor.py sign 用 --out 写出的文件。",
        en=f"Line {number} is nothing that the signing tool writes. Upload the file that auditor.py sign wrote with --out.",
    )


def _refused(code: str, *, zh: str, en: str) -> Invalid:
    return Invalid(code, zh=f"{zh}没有保存任何内容。", en=f"{en} Nothing was kept.")
