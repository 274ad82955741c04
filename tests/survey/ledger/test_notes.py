"""Signed notes against the published vectors of Ed25519 and of the note format, and against forgery."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.ledger import notes

# The example key and note of the Go implementation that the C2SP text describes.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
SAYING = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
LINE = "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ORIGIN = "minyi.example/2026/p"


def key(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def test_ed25519_of_rfc_8032():
    private = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    assert notes.verifier_key("a", private).public.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert private.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_the_published_note_signs_and_verifies():
    private = Ed25519PrivateKey.from_private_bytes(PETER_SEED)
    signature = notes.sign(SAYING, name="PeterNeumann", private=private)
    assert signature.line() == LINE
    assert notes.verifier_key("PeterNeumann", private).fingerprint == PETER
    assert notes.signers(notes.parse(SAYING + "\n" + LINE), [notes.VerifierKey.parse(PETER)]) == (
        "PeterNeumann",
    )


def checkpoint_note() -> notes.Note:
    text = notes.Checkpoint(origin=ORIGIN, size=7, root=bytes(32)).text()
    platform = notes.sign(text, name=ORIGIN, private=key(1))
    auditor = notes.sign(text, name="audit-office.example", private=key(2))
    return notes.Note(text=text, signatures=(platform, auditor))


def test_two_signers_on_one_checkpoint():
    note = notes.parse(checkpoint_note().encode())
    assert note == checkpoint_note()
    keys = [notes.verifier_key(ORIGIN, key(1)), notes.verifier_key("audit-office.example", key(2))]
    assert notes.signers(note, keys) == (ORIGIN, "audit-office.example")
    assert notes.signers(note, keys[:1]) == (ORIGIN,)
    assert notes.signers(note, [notes.verifier_key(ORIGIN, key(3))]) == ()
    assert notes.parse_checkpoint(note.text) == notes.Checkpoint(origin=ORIGIN, size=7, root=bytes(32))


def test_a_changed_text_is_refused():
    forged = checkpoint_note().encode().replace("\n7\n", "\n6\n")
    with pytest.raises(notes.BadNoteError, match="wrong"):
        notes.signers(notes.parse(forged), [notes.verifier_key(ORIGIN, key(1))])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no signatures\n",
        "text\n\nnot a signature line\n",
        "text\n\n\u2014 name !!!\n",
        "text\n\n\u2014 name AAAA\n",
        "text\n\n\u2014 na+me AAAAAAAAAA==\n",
        "x" * 70_000,
    ],
)
def test_what_is_no_note(text):
    with pytest.raises(notes.BadNoteError):
        notes.parse(text)


@pytest.mark.parametrize("size", ["07", "-1", "1.0", "", "\u0663", "9" * 5000])
def test_a_size_has_one_spelling(size):
    good = notes.Checkpoint(origin=ORIGIN, size=1, root=bytes(32)).text()
    with pytest.raises(notes.BadNoteError):
        notes.parse_checkpoint(good.replace("\n1\n", f"\n{size}\n"))


@pytest.mark.parametrize("text", ["no newline", "bell\x07\n"])
def test_what_cannot_be_signed(text):
    with pytest.raises(notes.BadNoteError):
        notes.sign(text, name="a", private=key(1))


def test_a_verifier_key_with_a_wrong_id():
    with pytest.raises(notes.BadNoteError):
        notes.VerifierKey.parse(PETER.replace("c74f20a3", "c74f20a4"))
