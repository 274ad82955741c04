#!/usr/bin/env python3
"""Checks the public logs of a Minyi survey. One file, Python 3.9 or newer, nothing to install, no server asked.

    python verify_public.py FOLDER             a downloaded folder, or the ZIP file as it came
    python verify_public.py FOLDER --receipt CODE
    python verify_public.py FOLDER --kept NOTE a checkpoint that you kept from an earlier day
    python verify_public.py FOLDER --key KEY   a key as it was announced elsewhere; may be given several times
    python verify_public.py --proof FILE --receipt CODE --key KEY

What is checked: every checkpoint is signed by the platform (and where it says so, by the auditor); the tree over the
leaf hashes has the stated root at every stated size, so that each later state continues every earlier one, from the
opening to the publication; the participation and the content log have the same size. In an auditor's folder besides:
every response opens its leaf, and every act of staff stands in the audit log.

What cannot be checked from outside: that the stored content is what was typed.
Exit status 0 if all of it holds, 1 if not, 2 for a wrong call.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

EMPTY_ROOT = hashlib.sha256(b"").digest()
RECEIPT_LABEL = b"minyi/receipt/v1\n"
MOST_BYTES = 2 * 1024**3
Keys = dict[tuple[str, bytes], bytes]
Point = tuple[int, int, int, int]
Json = Any  # a JSON document, as it was read


class Wrong(Exception):
    """Something that cannot be read at all."""


# --- Ed25519, as RFC 8032 section 6 writes it down: verification only -------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)


def _x_of(y: int, sign: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P)
    if square % _P == 0:
        return None if sign else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P:
        return None
    return _P - x if x & 1 != sign else x


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(n: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = _add(result, point)
        point = _add(point, point)
        n >>= 1
    return result


def _point(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


_Y = 4 * pow(5, _P - 2, _P) % _P
_X = _x_of(_Y, 0) or 0
_BASE = (_X, _Y, 1, _X * _Y % _P)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the Ed25519 signature of the message under the public key (all bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or s >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left, right = _times(s, _BASE), _add(nonce, _times(int.from_bytes(digest, "little") % _ORDER, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % _P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % _P == 0


# --- the tree of RFC 6962 ---------------------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    """H(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """H(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots_at(hashes: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The roots of the tree over the first n leaf hashes, for each n of `sizes` that it reaches."""
    found: dict[int, bytes] = {}
    peaks: list[bytes] = []
    for size in range(len(hashes) + 1):
        if size in sizes:
            root = peaks[-1] if peaks else EMPTY_ROOT
            for peak in reversed(peaks[:-1]):
                root = node_hash(peak, root)
            found[size] = root
        if size < len(hashes):
            peak, bits = hashes[size], size
            while bits & 1:
                peak, bits = node_hash(peaks.pop(), peak), bits >> 1
            peaks.append(peak)
    return found


def root_from_path(leaf: bytes, path: list[bytes], index: int, size: int) -> bytes | None:
    """The root that a leaf hash and its audit path lead to; None if the path has the wrong shape."""
    if not 0 <= index < size:
        return None
    node, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            value = node_hash(sibling, value)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        node, last = node >> 1, last >> 1
    return value if last == 0 else None


# --- signed notes (C2SP) ----------------------------------------------------------------------------------------


def read_key(text: str) -> tuple[str, bytes, bytes]:
    """Name, key id and public key from the announced form "name+id+key"."""
    parts = text.strip().split("+", 2)
    try:
        raw = base64.b64decode(parts[2], validate=True)
    except (IndexError, ValueError):
        raise Wrong(f"not a key: {text!r}") from None
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[:1] != b"\x01" or key_id.hex() != parts[1]:
        raise Wrong(f"not an Ed25519 key: {text!r}")
    return parts[0], key_id, raw[1:]


def read_note(note: str) -> tuple[str, int, bytes, bytes, list[tuple[str, bytes, bytes]]]:
    """Origin, size, root, signed text, and the signature lines of a checkpoint."""
    text, separator, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    try:
        root = base64.b64decode(lines[2], validate=True)
        size = int(lines[1])
        if not separator or len(lines) != 3 or len(root) != 32 or str(size) != lines[1]:
            raise ValueError
        signatures = []
        for line in tail.rstrip("\n").split("\n"):
            dash, name, encoded = line.split(" ")
            if dash != "\u2014":
                raise ValueError
            raw = base64.b64decode(encoded, validate=True)
            signatures.append((name, raw[:4], raw[4:]))
    except (IndexError, ValueError):
        raise Wrong("not a signed checkpoint") from None
    return lines[0], size, root, (text + "\n").encode(), signatures


def signers_of(note: str, keys: Keys) -> tuple[list[str], list[str]]:
    """Names of the keys whose signature on a checkpoint is good, and names of those whose line is wrong."""
    _, _, _, text, signatures = read_note(note)
    good: list[str] = []
    bad: list[str] = []
    for name, key_id, value in signatures:
        public = keys.get((name, key_id))
        if public is not None:
            (good if is_signed(public, text, value) else bad).append(name)
    return good, bad


# --- receipts ---------------------------------------------------------------------------------------------------

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def read_receipt(code: str) -> bytes | None:
    """The 16 bytes behind a receipt code as printed; None where the check character is wrong."""
    typed = "".join(c for c in code.upper() if c not in "- ")
    for seen, meant in (("O", "0"), ("I", "1"), ("L", "1")):
        typed = typed.replace(seen, meant)
    number = 0
    if len(typed) != 27:
        return None
    for char in typed[:-1]:
        if char not in _ALPHABET:
            return None
        number = number << 5 | _ALPHABET.index(char)
    if (_ALPHABET + "*~$=U")[number % 37] != typed[-1] or number >> 128:
        return None
    return number.to_bytes(16, "big")


def canonical(value: Json) -> bytes:
    """The bytes of RFC 8785 for what our documents hold: text, whole numbers, truth, nothing, lists and objects."""
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        if "e" in text or "n" in text:
            raise Wrong("a number that this file does not write")
        return text.encode()
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        inner = b",".join(canonical(name) + b":" + canonical(value[name]) for name in names)
        return b"{" + inner + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(canonical(each) for each in value) + b"]"
    return json.dumps(value, ensure_ascii=False).encode()


def participation_leaf(rid: bytes, wave: str) -> bytes:
    """The leaf hash of a receipt in the participation log of a wave."""
    h = hashlib.sha256(RECEIPT_LABEL + rid).hexdigest()
    return leaf_hash(canonical({"alg": "sha256", "h": h, "v": 1, "w": wave}))


# --- the folder -------------------------------------------------------------------------------------------------


class Folder:
    """The files of a downloaded folder or ZIP file, by name."""

    def __init__(self, name: str | Path) -> None:
        path = Path(name)
        self.files: dict[str, bytes] = {}
        if path.is_dir():
            self.files = {each.name: each.read_bytes() for each in path.iterdir() if each.is_file()}
        elif zipfile.is_zipfile(path):
            self._unpack(path.read_bytes())
        else:
            raise Wrong(f"neither a folder nor a ZIP file: {path}")
        if "checkpoints.jsonl" not in self.files or "keys.txt" not in self.files:
            raise Wrong("checkpoints.jsonl or keys.txt is missing: not a folder of public logs")

    def _unpack(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_BYTES:
                raise Wrong("larger than any log of ours")
            for each in archive.infolist():
                if not each.is_dir():
                    self.files[each.filename.rpartition("/")[2]] = archive.read(each)

    def lines(self, name: str) -> list[Json]:
        """The JSON documents of a file with one on each line."""
        text = self.files.get(name, b"").decode()
        try:
            return [json.loads(line) for line in text.split("\n") if line.strip()]
        except ValueError:
            raise Wrong(f"{name} is not JSON line by line") from None

    def leaves(self, origin: str) -> list[bytes] | None:
        """The leaf hashes of a log; None where the folder has no such file."""
        name = leaf_file(origin)
        if name not in self.files:
            return None
        raw = self.files[name]
        if len(raw) % 32:
            raise Wrong(f"{name} is cut off")
        return [raw[at : at + 32] for at in range(0, len(raw), 32)]


def leaf_file(origin: str) -> str:
    """The name of the file with the leaf hashes of a log: "minyi/residents-2026/p" is in p.leaves."""
    return "-".join(origin.split("/")[2:]) + ".leaves"


class Report:
    """What was looked at: a list of (good or not, sentence)."""

    def __init__(self) -> None:
        self.checks: list[tuple[bool, str]] = []

    def add(self, is_good: object, sentence: str) -> None:
        """One check more."""
        self.checks.append((bool(is_good), sentence))

    @property
    def n_bad(self) -> int:
        """How many did not hold."""
        return sum(not is_good for is_good, _ in self.checks)


def verify(folder: Folder, announced: list[str], kept: list[str], receipts: list[str]) -> Report:
    """Every check on a folder of public logs."""
    report = Report()
    keys: Keys = {}
    for line in folder.files["keys.txt"].decode().split("\n"):
        if line.strip() and not line.startswith("#"):
            name, key_id, public = read_key(line)
            keys[name, key_id] = public
    for text in announced:
        name, key_id, public = read_key(text)
        report.add(keys.get((name, key_id)) == public, f"key {name} is the one that was announced")
        keys[name, key_id] = public
    by_origin: dict[str, list[Json]] = {}
    for entry in folder.lines("checkpoints.jsonl"):
        by_origin.setdefault(entry["origin"], []).append(entry)
    sizes: dict[str, int] = {}
    for origin in sorted(by_origin):
        sizes[origin] = _check_log(folder, origin, by_origin[origin], keys, report)
    _check_pairs(sizes, report)
    _check_breaks(folder, by_origin, report)
    for note in kept:
        _check_kept(folder, note, keys, report)
    for code in receipts:
        _check_receipt(folder, code, report)
    if "responses.jsonl" in folder.files:
        _check_responses(folder, report)
    if "audit.jsonl" in folder.files:
        _check_trail(folder, by_origin, report)
    return report


def _check_log(folder: Folder, origin: str, entries: list[Json], keys: Keys, report: Report) -> int:
    hashes = folder.leaves(origin)
    stated: list[tuple[int, bytes, str]] = []
    for entry in entries:
        try:
            note_origin, size, root, _, signatures = read_note(entry["note"])
        except Wrong as error:
            report.add(False, f"checkpoint of {origin}: {error}")
            continue
        good, bad = signers_of(entry["note"], keys)
        name = f"checkpoint {origin}@{size} ({entry.get('occasion', '?')})"
        report.add(
            note_origin == origin and origin in good and not bad, f"{name} is signed: {', '.join(good)}"
        )
        unknown = sorted({who for who, key_id, _ in signatures if (who, key_id) not in keys})
        if unknown:
            report.add(False, f"{name} bears lines under unknown keys: {', '.join(unknown)}")
        stated.append((size, root, name))
    sizes = [size for size, _, _ in stated]
    in_order = sizes == sorted(sizes)
    report.add(in_order, f"log {origin} only grew, through {len(stated)} checkpoints")
    last = stated[-1][0] if stated else 0
    if hashes is None:
        return last
    report.add(len(hashes) == last, f"log {origin} has {len(hashes)} leaves, the last checkpoint says {last}")
    roots = roots_at(hashes, {size for size, _, _ in stated})
    for size, root, name in stated:
        report.add(roots.get(size) == root, f"{name} has the root of the leaf file")
    return last


def _check_pairs(sizes: dict[str, int], report: Report) -> None:
    newest: dict[tuple[str, str], int] = {}
    for origin in sorted(sizes, key=lambda name: (name.count("/"), name)):
        parts = origin.split("/")
        if len(parts) >= 3 and parts[2] in ("p", "c"):
            newest[parts[1], parts[2]] = sizes[origin]
    for wave in sorted({wave for wave, _ in newest}):
        p, c = newest.get((wave, "p")), newest.get((wave, "c"))
        report.add(p == c, f"wave {wave}: {p} took part, {c} answers are committed to")


def _check_breaks(folder: Folder, by_origin: dict[str, list[Json]], report: Report) -> None:
    broken = {each["old_origin"]: each for each in folder.lines("breaks.jsonl")}
    for origin in sorted(by_origin):
        parts = origin.split("/")
        if parts[-1].isdigit():
            announced = [each for each in broken.values() if each["new_origin"] == origin]
            report.add(announced, f"log {origin} continues a log whose break was announced")
    for old, each in sorted(broken.items()):
        lost = each["size_signed"] - each["size_kept"]
        report.add(True, f"log {old} broke: {lost} leaves were lost, it goes on as {each['new_origin']}")


def _check_kept(folder: Folder, note: str, keys: Keys, report: Report) -> None:
    origin, size, root, _, _ = read_note(note)
    good, bad = signers_of(note, keys)
    report.add(good and not bad, f"kept checkpoint {origin}@{size} is signed: {', '.join(good)}")
    hashes = folder.leaves(origin)
    has_root = hashes is not None and roots_at(hashes, {size}).get(size) == root
    report.add(has_root, f"log {origin} continues the kept checkpoint of size {size}")


def _check_receipt(folder: Folder, code: str, report: Report) -> None:
    rid = read_receipt(code)
    if rid is None:
        report.add(False, f"receipt {code}: not a complete code")
        return
    for name in sorted(folder.files):
        if not (name.startswith("p") and name.endswith(".leaves")):
            continue
        for origin in {entry["origin"] for entry in folder.lines("checkpoints.jsonl")}:
            if leaf_file(origin) == name:
                leaf = participation_leaf(rid, origin.split("/")[1])
                hashes = folder.leaves(origin) or []
                if leaf in hashes:
                    report.add(True, f"receipt {code} is leaf {hashes.index(leaf)} of {origin}")
                    return
    report.add(False, f"receipt {code} is in no participation log of this folder")


def verify_proof(text: str, code: str, announced: list[str]) -> Report:
    """Every check on the proof of one receipt (c2sp.org/tlog-proof@v1)."""
    report = Report()
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or len(lines) < 2 or lines[0] != "c2sp.org/tlog-proof@v1" or lines[1][:6] != "index ":
        raise Wrong("not a proof of inclusion")
    origin, size, root, _, _ = read_note(note)
    keys: Keys = {}
    for each in announced:
        name, key_id, public = read_key(each)
        keys[name, key_id] = public
    good, bad = signers_of(note, keys)
    report.add(
        origin in good and not bad,
        f"checkpoint {origin}@{size} is signed: {', '.join(good) or 'by none of the keys given'}",
    )
    rid = read_receipt(code)
    report.add(rid is not None, "the receipt code is complete")
    if rid is not None:
        path = [base64.b64decode(line, validate=True) for line in lines[2:]]
        leaf = participation_leaf(rid, origin.split("/")[1])
        found = root_from_path(leaf, path, int(lines[1][6:]), size)
        report.add(found == root, f"the receipt is leaf {lines[1][6:]} of {origin}")
    return report


# --- the auditor's folder ---------------------------------------------------------------------------------------


def _check_responses(folder: Folder, report: Report) -> None:
    origins = {entry["origin"] for entry in folder.lines("checkpoints.jsonl")}
    newest: dict[str, list[bytes] | None] = {}
    for origin in sorted(origins, key=lambda name: (name.count("/"), name)):
        if origin.split("/")[2:3] == ["c"]:
            newest[origin.split("/")[1]] = folder.leaves(origin)
    wrong: list[str] = []
    seen: dict[str, set[int]] = {}
    for row in folder.lines("responses.jsonl"):
        document, wave, at = row["document"], row["wave"], row["leaf_index"]
        leaf = {
            "alg": "sha256",
            "b": row["batch"],
            "c": hmac.digest(bytes.fromhex(row["r"]), canonical(document), "sha256").hex(),
            "ch": document["channel"],
            "q": document["instrument"],
            "v": 1,
            "w": wave,
        }
        known = newest.get(wave) or []
        seen.setdefault(wave, set()).add(at)
        if at >= len(known) or leaf_hash(canonical(leaf)) != known[at]:
            wrong.append(f"{wave}#{at}")
    for name in wrong:
        report.add(False, f"response {name} does not open its leaf")
    for wave, hashes in sorted(newest.items()):
        whole = seen.get(wave, set()) == set(range(len(hashes or ())))
        report.add(whole, f"wave {wave}: {len(seen.get(wave, ()))} responses for {len(hashes or ())} leaves")


def _check_trail(folder: Folder, by_origin: dict[str, list[Json]], report: Report) -> None:
    hashes: list[bytes] = []
    for number, event in enumerate(folder.lines("audit.jsonl"), start=1):
        if event["n"] != number:
            report.add(False, f"audit event {number} is missing")
            return
        hashes.append(leaf_hash(canonical(event)))
    _check_deletions(folder.lines("audit.jsonl"), report)
    for origin, entries in by_origin.items():
        if origin.split("/")[1:2] == ["a"]:
            notes = [read_note(entry["note"]) for entry in entries]
            roots = roots_at(hashes, {note[1] for note in notes})
            for _, size, root, _, _ in notes:
                report.add(roots.get(size) == root, f"audit log of {size} acts has the signed root")


def _check_deletions(events: list[Json], report: Report) -> None:
    """Answers go on the day that was announced before the first of them, or the auditor hears of it."""
    told: dict[str, str] = {}
    for event in events:
        wave, after = event["obj"], event["after"]
        if event["act"] in ("wave.open", "retention.announce") and "kept_until" in (after or {}):
            told.setdefault(wave, after["kept_until"])
        if event["act"] == "retention.begin":
            day = told.get(wave)
            is_due = day is not None and event["t"][:10] >= day
            report.add(is_due, f"{wave}: {after['answers']} answers deleted as announced, kept until {day}")


def say(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(line + "\n")


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description="Checks the public logs of a survey without asking any server."
    )
    parser.add_argument("folder", nargs="?", help="a downloaded folder, or the ZIP file as it came")
    parser.add_argument("--receipt", action="append", default=[], help="a receipt code to look for")
    parser.add_argument("--key", action="append", default=[], help="a key as it was announced elsewhere")
    parser.add_argument("--kept", action="append", default=[], help="a file with a checkpoint you kept")
    parser.add_argument("--proof", help="a downloaded proof of one receipt")
    given = parser.parse_args(arguments)
    if (given.folder is None) == (given.proof is None) or (given.proof and len(given.receipt) != 1):
        parser.error("name a folder, or a proof with its receipt")
    try:
        if given.proof:
            report = verify_proof(Path(given.proof).read_text("utf-8"), given.receipt[0], given.key)
        else:
            kept = [Path(name).read_text("utf-8") for name in given.kept]
            report = verify(Folder(given.folder), given.key, kept, given.receipt)
    except (Wrong, OSError, KeyError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        say(f"BAD  {error}")
        return 1
    for is_good, sentence in report.checks:
        say(f"{'ok  ' if is_good else 'BAD '} {sentence}")
    say(f"{len(report.checks) - report.n_bad} good, {report.n_bad} bad")
    return 1 if report.n_bad else 0


if __name__ == "__main__":
    sys.exit(main())
