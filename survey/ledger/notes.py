"""Home of C2SP signed notes: checkpoint texts, Ed25519 signatures over them, and their checks."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
_DASH = "\u2014"
_MAX_NOTE = 64 * 1024


class BadNoteError(ValueError):
    """Text that is not a signed note or not a checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Size and root of one log at one moment."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Origin, decimal size and base64 root, each with its newline."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line: who claims to have signed, the hint of the key, the signature."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """The line as it stands in the note."""
        return f"{_DASH} {self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key under its name, as announced when a wave opens."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, type, public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """The announced form: name, key id and base64 of type and key."""
        encoded = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read the announced form. Raises BadNoteError."""
        # The base64 part may itself contain a plus sign, so only the first two are separators.
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise BadNoteError("a verifier key has three parts")
        name, key_id, encoded = parts
        raw = _base64(encoded)
        if raw[:1] != ED25519 or len(raw) != 33:
            raise BadNoteError("not an Ed25519 key")
        key = cls(name=_checked_name(name), public=raw[1:])
        if key.key_id.hex() != key_id:
            raise BadNoteError("the key id does not belong to the key")
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text and the signatures below it."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> str:
        """The note as it is stored and published."""
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)


def verifier_key(name: str, private: Ed25519PrivateKey) -> VerifierKey:
    """The public half of a signing key under its name."""
    return VerifierKey(name=_checked_name(name), public=private.public_key().public_bytes_raw())


def sign(text: str, *, name: str, private: Ed25519PrivateKey) -> Signature:
    """Sign the text of a note. Raises BadNoteError if the text cannot stand in a note."""
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise BadNoteError("a note ends with a newline and has no control characters")
    key = verifier_key(name, private)
    return Signature(name=name, key_id=key.key_id, value=private.sign(text.encode()))


def parse(note: str) -> Note:
    """Split a note into its text and its signatures. Raises BadNoteError."""
    if len(note) > _MAX_NOTE:
        raise BadNoteError("too long for a note")
    text, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise BadNoteError("no signatures")
    return Note(text=text + "\n", signatures=tuple(_signature(line) for line in tail[:-1].split("\n")))


def signers(note: Note, keys: Iterable[VerifierKey]) -> tuple[str, ...]:
    """Names of those among `keys` whose signature on the note is good.

    Lines of unknown keys are passed over. Raises BadNoteError if a line of a known key is wrong.
    """
    known = {(key.name, key.key_id): key for key in keys}
    good: list[str] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature.value, note.text.encode())
        except InvalidSignature:
            raise BadNoteError(f"the signature of {signature.name} is wrong") from None
        good.append(key.name)
    return tuple(good)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint. Raises BadNoteError."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise BadNoteError("a checkpoint has three lines")
    origin, size, root = lines[0], lines[1], _base64(lines[2])
    canonical_size = size.isascii() and size.isdigit() and len(size) < 16 and str(int(size)) == size
    if not canonical_size or len(root) != 32:
        raise BadNoteError("not a size and a root")
    return Checkpoint(origin=origin, size=int(size), root=root)


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != _DASH:
        raise BadNoteError("not a signature line")
    raw = _base64(parts[2])
    if len(raw) < 5:
        raise BadNoteError("a signature that short is none")
    return Signature(name=_checked_name(parts[1]), key_id=raw[:4], value=raw[4:])


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(char.isspace() for char in name):
        raise BadNoteError("a key name has neither spaces nor plus signs")
    return name


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNoteError("not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise BadNoteError("not the usual base64")
    return raw
