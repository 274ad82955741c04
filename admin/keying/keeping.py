"""Home of what is keyed, at rest: boxes under the key of a printed run, each for the one who works on it."""

from __future__ import annotations

import json
import secrets

from admin.keying.reading import Entry
from admin.keying.serials import Serial
from survey.errors import Gone
from survey.ledger import boxes
from survey.ledger.keyed import derived_key, pseudonym, wave_key
from survey.ports import KeyStore

PURPOSE = b"keying"
SETTLED = "settled"
"""Who a settled sheet is kept for: whoever sends it."""
_SEED_BYTES = 8
_SEED_BITS = 52
_PSEUDONYM = 6


def key_name(run_id: int) -> str:
    """Under which name the key of a run is kept."""
    return f"keying.{run_id}"


def make_key(run_id: int, *, keys: KeyStore) -> None:
    """A key for a new run."""
    keys.get_or_create(key_name(run_id), boxes.KEY_BYTES)


def seal(entry: Entry, *, serial: Serial, run_id: int, holder: int | str, keys: KeyStore) -> bytes:
    """The box of what ``holder`` (the number of an account, or ``SETTLED``) keyed from one sheet."""
    content = json.dumps(dict(entry), ensure_ascii=False, sort_keys=True).encode()
    key = _key(run_id, holder, keys=keys)
    return boxes.seal(content, key=key, purpose=PURPOSE, scope=serial.code.encode())


def open_entry(
    box: bytes, *, serial: Serial, run_id: int, holder: int | str, keys: KeyStore
) -> dict[str, str]:
    """The inverse of ``seal``. Raises Gone where the key of the run was destroyed."""
    key = _key(run_id, holder, keys=keys)
    found: dict[str, str] = json.loads(
        boxes.open_box(box, key=key, purpose=PURPOSE, scope=serial.code.encode())
    )
    return found


def new_seed(run_id: int, *, serial: Serial, keys: KeyStore) -> bytes:
    """A fresh seed for the draw of units on one sheet, sealed."""
    seed = secrets.randbits(_SEED_BITS).to_bytes(_SEED_BYTES, "big")
    return boxes.seal_short(seed, under=_secret(run_id, keys=keys), label=_seed_label(serial))


def open_seed(sealed: bytes, *, run_id: int, serial: Serial, keys: KeyStore) -> int:
    """The seed of one sheet."""
    seed = boxes.open_short(sealed, under=_secret(run_id, keys=keys), label=_seed_label(serial))
    return int.from_bytes(seed, "big")


def operator_name(wave_id: int, user_id: int, *, keys: KeyStore) -> str:
    """The pseudonym of one who keys, in the counts of one wave; another wave knows them under another."""
    key = wave_key("operators", wave_id, keys=keys)
    return "K-" + pseudonym(key, b"operator", str(user_id).encode()).hex()[:_PSEUDONYM].upper()


def _key(run_id: int, holder: int | str, *, keys: KeyStore) -> boxes.Key:
    label = PURPOSE + b":" + str(holder).encode()
    return boxes.Key(secret=derived_key(_secret(run_id, keys=keys), label=label, keys=keys))


def _secret(run_id: int, *, keys: KeyStore) -> bytes:
    try:
        return keys.get(key_name(run_id))
    except KeyError:
        raise Gone(
            "run_over",
            zh="这一批问卷表已经结束，录入内容已销毁。",
            en="This run of sheets is over; what was keyed from it is destroyed.",
        ) from None


def _seed_label(serial: Serial) -> bytes:
    return b"keying-seed:" + serial.code.encode()
