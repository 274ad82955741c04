#!/usr/bin/env python3
"""The audit office's signature, made offline. One file; needs Python 3.9 and the package "cryptography".

    python auditor.py make-key KEYFILE --name audit-office     once, on a machine without a network
    python auditor.py show-key KEYFILE                          the line to announce and to put into the settings
    python auditor.py sign FOLDER --key KEYFILE --memory MEMORY --out SIGNATURES

FOLDER is the public folder (or ZIP file) of a survey as anybody can download it. MEMORY is a file of this office: the
last checkpoint it signed of each log. Every log is signed only if its leaves lead to the stated root and continue what
MEMORY holds; else nothing is signed at all, and the log is named.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

EMPTY_ROOT = hashlib.sha256(b"").digest()


class Refused(Exception):
    """Why nothing is signed."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """H(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_at(hashes: list[bytes], size: int) -> bytes:
    """The root of the tree over the first `size` leaf hashes."""
    peaks: list[bytes] = []
    for number, peak in enumerate(hashes[:size]):
        bits = number
        while bits & 1:
            peak, bits = node_hash(peaks.pop(), peak), bits >> 1
        peaks.append(peak)
    root = peaks[-1] if peaks else EMPTY_ROOT
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def read_checkpoint(note: str) -> tuple[str, int, bytes, str]:
    """Origin, size, root and the signed text of a checkpoint."""
    text = note.rpartition("\n\n")[0]
    lines = text.split("\n")
    if len(lines) != 3:
        raise Refused("not a checkpoint")
    return lines[0], int(lines[1]), base64.b64decode(lines[2]), text + "\n"


def read_folder(name: str) -> dict[str, bytes]:
    """The files of a folder or ZIP file, by name."""
    path = Path(name)
    if path.is_dir():
        return {each.name: each.read_bytes() for each in path.iterdir() if each.is_file()}
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        names = [each.filename for each in archive.infolist() if not each.is_dir()]
        return {each.rpartition("/")[2]: archive.read(each) for each in names}


def leaves_of(files: dict[str, bytes], origin: str) -> list[bytes] | None:
    """The leaf hashes of a log; of the audit log, whose leaves are not public, from the auditor's own folder."""
    parts = origin.split("/")
    if parts[1] == "a":
        events = files.get("audit.jsonl")
        if events is None:
            return None
        return [
            hashlib.sha256(b"\x00" + canonical(json.loads(line))).digest()
            for line in events.decode().split("\n")
            if line.strip()
        ]
    raw = files.get("-".join(parts[2:]) + ".leaves")
    return None if raw is None else [raw[at : at + 32] for at in range(0, len(raw), 32)]


def canonical(value: Any) -> bytes:  # Any: a JSON document
    """The bytes of RFC 8785 for what an act of the audit log holds."""
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        if "e" in text or "n" in text:
            raise Refused("a number that this file does not write")
        return text.encode()
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(n) + b":" + canonical(value[n]) for n in names) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(canonical(each) for each in value) + b"]"
    return json.dumps(value, ensure_ascii=False).encode()


def check(files: dict[str, bytes], memory: dict[str, str]) -> dict[str, str]:
    """The newest checkpoint of each log whose leaves are here, by origin, if all of them hold. Raises Refused."""
    newest: dict[str, str] = {}
    for line in files["checkpoints.jsonl"].decode().split("\n"):
        if line.strip():
            entry = json.loads(line)
            newest[entry["origin"]] = entry["note"]
    found: dict[str, str] = {}
    for origin, note in sorted(newest.items()):
        stated, size, root, text = read_checkpoint(note)
        hashes = leaves_of(files, origin)
        if hashes is None:
            continue
        if stated != origin or len(hashes) < size or root_at(hashes, size) != root:
            raise Refused(f"{origin}: the leaves do not lead to the stated root")
        if origin in memory:
            _, seen, seen_root, _ = read_checkpoint(memory[origin])
            if seen > size or root_at(hashes, seen) != seen_root:
                raise Refused(f"{origin}: does not continue what this office signed at size {seen}")
        found[origin] = text
    sizes: dict[str, set[str]] = {}
    for origin, text in found.items():
        parts = origin.split("/")
        if parts[1] != "a" and parts[-1] in ("p", "c"):
            sizes.setdefault(parts[1], set()).add(text.split("\n")[1])
    for wave, both in sizes.items():
        if len(both) > 1:
            raise Refused(f"{wave}: the two logs differ in size")
    return found


def sign(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """One signature line of a C2SP note."""
    public = b"\x01" + private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    return f"\u2014 {name} {base64.b64encode(key_id + private.sign(text.encode())).decode()}\n"


def show(name: str, private: Ed25519PrivateKey) -> str:
    """The key as it is announced."""
    public = b"\x01" + private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    return f"{name}+{key_id.hex()}+{base64.b64encode(public).decode()}"


def read_private(path: str) -> tuple[str, Ed25519PrivateKey]:
    """Name and private key of this office."""
    stored = json.loads(Path(path).read_text("utf-8"))
    return stored["name"], Ed25519PrivateKey.from_private_bytes(base64.b64decode(stored["key"]))


def make_key(path: str, name: str) -> str:
    """A new key in a file that only its owner reads; a file that is there already is never replaced."""
    if not name or "+" in name or any(char.isspace() for char in name):
        raise Refused("a name has neither spaces nor plus signs")
    private = Ed25519PrivateKey.generate()
    stored = {"name": name, "key": base64.b64encode(private.private_bytes_raw()).decode()}
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(stored, file)
    return show(name, private)


def sign_folder(folder: str, key: str, memory: str, out: str) -> list[str]:
    """Check everything, then sign everything; the memory is written before any signature leaves. Raises Refused."""
    name, private = read_private(key)
    remembered = Path(memory)
    seen = json.loads(remembered.read_text("utf-8")) if remembered.exists() else {}
    found = check(read_folder(folder), seen)
    lines = {origin: sign(text, name, private) for origin, text in found.items()}
    notes = {origin: found[origin] + "\n" + lines[origin] for origin in found}
    fresh = remembered.with_name(remembered.name + ".new")
    fresh.write_text(json.dumps({**seen, **notes}, ensure_ascii=False, indent=1), "utf-8")
    os.replace(fresh, remembered)
    text = "".join(json.dumps({"origin": o, "note": n}, ensure_ascii=False) + "\n" for o, n in notes.items())
    Path(out).write_text(text, "utf-8")
    return sorted(notes)


def say(line: str) -> None:
    """One line for whoever signs."""
    sys.stdout.write(line + "\n")


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Signs the logs of a survey, offline, if they continue.")
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make-key")
    making.add_argument("key")
    making.add_argument("--name", required=True)
    commands.add_parser("show-key").add_argument("key")
    signing = commands.add_parser("sign")
    signing.add_argument("folder")
    for option in ("--key", "--memory", "--out"):
        signing.add_argument(option, required=True)
    given = parser.parse_args(arguments)
    try:
        if given.command == "make-key":
            say(make_key(given.key, given.name))
        elif given.command == "show-key":
            say(show(*read_private(given.key)))
        else:
            for origin in sign_folder(given.folder, given.key, given.memory, given.out):
                say(f"signed {origin}")
    except (Refused, OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        say(f"REFUSED  {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
