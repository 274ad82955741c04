"""Home of what the public logs commit to: leaf data of the participation and the content log."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from survey.ledger.canonical import canonical_bytes
from survey.ledger.merkle import leaf_hash

ALGORITHM = "sha256"
LeafData = dict[str, Any]  # Any: a JSON document


def participation_leaf(rid_hash: bytes, *, wave: str) -> LeafData:
    """That somebody took part: the hash of a receipt and the wave, nothing else."""
    return {"alg": ALGORITHM, "h": rid_hash.hex(), "v": 1, "w": wave}


def commitment(r: bytes, document: bytes) -> bytes:
    """HMAC-SHA256 under 32 random bytes: hides a response that has few possible values, and binds it."""
    return hmac.digest(r, document, "sha256")


def content_leaf(committed: bytes, *, document: Mapping[str, Any], wave: str, batch: int) -> LeafData:
    """What was said, as a commitment, with the channel and the instrument it belongs to."""
    return {
        "alg": ALGORITHM,
        "b": batch,
        "c": committed.hex(),
        "ch": document["channel"],
        "q": document["instrument"],
        "v": 1,
        "w": wave,
    }


def hash_of(data: Mapping[str, Any]) -> bytes:
    """Leaf hash over the canonical bytes of leaf data."""
    return leaf_hash(canonical_bytes(data))
