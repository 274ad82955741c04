"""Home of sealed boxes: AES-256-GCM with an algorithm byte, padded so that length says nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

AES_256_GCM = 1
KEY_BYTES = 32
KEY_ID_BYTES = 16
_NONCE = 12
_TAG = 16
_HEAD = 1 + KEY_ID_BYTES + _NONCE
_LENGTH = 4
PADDED_SIZES = (4 * 1024, 16 * 1024, 64 * 1024, 256 * 1024)
MAX_CONTENT = PADDED_SIZES[-1] - _LENGTH
NO_KEY_ID = bytes(KEY_ID_BYTES)


class BoxError(ValueError):
    """A box that does not open: another key, another purpose, changed bytes, or no box at all."""


class BoxTooLargeError(ValueError):
    """Content beyond the largest padded size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A symmetric key and the id under which it is kept; the all-zero id is for keys nobody keeps."""

    secret: bytes
    key_id: bytes = NO_KEY_ID

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES or len(self.key_id) != KEY_ID_BYTES:
            raise ValueError("a key has 32 bytes and an id of 16")


def new_key() -> Key:
    """A fresh key with a fresh random id."""
    return Key(secret=secrets.token_bytes(KEY_BYTES), key_id=secrets.token_bytes(KEY_ID_BYTES))


def seal(content: bytes, *, key: Key, purpose: bytes, scope: bytes) -> bytes:
    """Encrypt and pad: alg, key id, nonce, ciphertext, tag. AAD = purpose, scope (a wave), key id.

    Raises BoxTooLargeError.
    """
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key.secret).encrypt(nonce, _pad(content), _aad(purpose, scope, key.key_id))
    return bytes((AES_256_GCM,)) + key.key_id + nonce + sealed


def open_box(box: bytes, *, key: Key, purpose: bytes, scope: bytes) -> bytes:
    """The content of a box. Raises BoxError, and says no more than that."""
    if len(box) < _HEAD + _LENGTH + _TAG or box[0] != AES_256_GCM or key_id_of(box) != key.key_id:
        raise BoxError("this box does not belong to this key")
    try:
        padded = AESGCM(key.secret).decrypt(
            box[_HEAD - _NONCE : _HEAD], box[_HEAD:], _aad(purpose, scope, key.key_id)
        )
    except InvalidTag:
        raise BoxError("this box does not open") from None
    return _unpad(padded)


def key_id_of(box: bytes) -> bytes:
    """The id of the key that closed a box."""
    return box[1 : 1 + KEY_ID_BYTES]


def derive(secret: bytes, *, pepper: bytes, label: bytes) -> bytes:
    """HKDF-SHA256 of a secret, salted with the pepper, for one purpose."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=pepper, info=label).derive(secret)


def seal_short(content: bytes, *, under: bytes, label: bytes) -> bytes:
    """Encrypt something whose length is no secret, for example a key or a cookie; AAD = label."""
    nonce = secrets.token_bytes(_NONCE)
    return bytes((AES_256_GCM,)) + nonce + AESGCM(under).encrypt(nonce, content, label)


def open_short(sealed: bytes, *, under: bytes, label: bytes) -> bytes:
    """The inverse of `seal_short`. Raises BoxError."""
    if len(sealed) < 1 + _NONCE + _TAG or sealed[0] != AES_256_GCM:
        raise BoxError("not a sealed text")
    try:
        return AESGCM(under).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], label)
    except InvalidTag:
        raise BoxError("this key does not open it") from None


def _aad(purpose: bytes, scope: bytes, key_id: bytes) -> bytes:
    # Lengths in front, so that no two (purpose, scope) pairs share their bytes.
    return b"%d:%b%d:%b%b" % (len(purpose), purpose, len(scope), scope, key_id)


def _pad(content: bytes) -> bytes:
    for size in PADDED_SIZES:
        if len(content) + _LENGTH <= size:
            return (len(content).to_bytes(_LENGTH, "big") + content).ljust(size, b"\x00")
    raise BoxTooLargeError(f"{len(content)} bytes")


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH], "big")
    if length > len(padded) - _LENGTH:
        raise BoxError("the length inside the box is wrong")
    return padded[_LENGTH : _LENGTH + length]
