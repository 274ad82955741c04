"""Home of the Merkle tree of RFC 6962: hashes, roots, and the two proofs with their checks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """H(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """H(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The right edge of a tree: all that is needed to append leaves and to know the root.

    `peaks` holds one subtree root for every one-bit of `size`, the largest subtree first.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, hashes: Iterable[bytes]) -> Frontier:
        """The frontier after these leaf hashes."""
        peaks, size = list(self.peaks), self.size
        for peak in hashes:
            bits = size
            while bits & 1:
                peak = node_hash(peaks.pop(), peak)
                bits >>= 1
            peaks.append(peak)
            size += 1
        return Frontier(size=size, peaks=tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root of the tree so far; H("") for an empty one."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    return Frontier().append(leaves).root


def _split(n: int) -> int:
    """The largest power of two smaller than n (n >= 2)."""
    return 1 << ((n - 1).bit_length() - 1)


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Audit path of RFC 6962 section 2.1.1, from the leaf up. Raises IndexError outside the tree."""
    n = len(leaves)
    if not 0 <= index < n:
        raise IndexError(f"leaf {index} of a tree of {n}")
    if n == 1:
        return ()
    k = _split(n)
    if index < k:
        return (*inclusion_path(leaves[:k], index), root(leaves[k:]))
    return (*inclusion_path(leaves[k:], index - k), root(leaves[:k]))


def root_from_path(leaf: bytes, path: Sequence[bytes], *, index: int, size: int) -> bytes | None:
    """The root that a leaf hash and its audit path lead to; None if the path has the wrong shape."""
    if not 0 <= index < size:
        return None
    node, last, rest = index, size - 1, iter(path)
    value = leaf
    for sibling in rest:
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


def verify_inclusion(leaf: bytes, path: Sequence[bytes], *, index: int, size: int, root: bytes) -> bool:
    """Whether the path proves that `leaf` is number `index` of the tree of that size and root."""
    return root_from_path(leaf, path, index=index, size=size) == root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """Proof of RFC 6962 section 2.1.2 that the tree over leaves[:old_size] is a prefix of this one."""
    if not 0 <= old_size <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} never had size {old_size}")
    if old_size in (0, len(leaves)):
        return ()
    return _subproof(leaves, old_size, is_whole=True)


def _subproof(leaves: Sequence[bytes], m: int, *, is_whole: bool) -> tuple[bytes, ...]:
    n = len(leaves)
    if m == n:
        # The old root itself is known to the verifier; any other complete subtree has to be shown.
        return () if is_whole else (root(leaves),)
    k = _split(n)
    if m <= k:
        return (*_subproof(leaves[:k], m, is_whole=is_whole), root(leaves[k:]))
    return (*_subproof(leaves[k:], m - k, is_whole=False), root(leaves[:k]))


def verify_consistency(
    proof: Sequence[bytes], *, old_size: int, old_root: bytes, new_size: int, new_root: bytes
) -> bool:
    """Whether the proof shows the old tree as a prefix of the new one (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    # An old tree that is a complete subtree is its own first hash and is left out of the proof.
    steps = list(proof) if node else [old_root, *proof]
    if not steps:
        return False
    old = new = steps[0]
    for hash_ in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, hash_)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root
