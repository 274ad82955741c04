"""The Merkle tree against RFC 6962's own vectors, the demo's worked example, and its invariants."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.ledger import merkle

# Test inputs of the Certificate Transparency code base that accompanies RFC 6962.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [merkle.leaf_hash(leaf) for leaf in CT_LEAVES]

leaf_lists = st.lists(st.binary(max_size=8).map(merkle.leaf_hash), max_size=70)


def test_roots_are_those_of_certificate_transparency():
    assert [merkle.root(HASHES[: n + 1]).hex() for n in range(8)] == CT_ROOTS


def test_the_empty_tree():
    assert merkle.root([]) == hashlib.sha256(b"").digest()


def test_the_demo_receipt_log():
    leaves = [merkle.leaf_hash(f"leaf-{n}".encode()) for n in range(1, 6)]
    assert merkle.root(leaves[:3]).hex() == "988f961ee328383af640882d488471f3c9cc240099a53123afeed602edc9828f"
    assert merkle.root(leaves).hex() == "19d15f4f4afe0e5a15bdee9fbe9bf262b1681ab9ae1cb78ae7427e3f4d413bef"
    assert leaves[2].hex() == "f76836325aec5699d8d71f8e42e9d47c5c29b08059ba296384f7ca40ad3a40ae"
    assert [step.hex() for step in merkle.inclusion_path(leaves, 2)] == [
        "ea9fc1a1b6e191b460d0d6306e3e870c173f39330f13cda1b70cfc72bdc398ba",
        "aefca6ecf73d4e9d1ce05223c4a80fd8ca97e7b8bf6674c1be51e9155dad0d89",
        "8f1593cb92f429d9340b9bbc1f0bb122adf8026c42a4a42142e2168931727236",
    ]


def test_inclusion_and_consistency_of_every_small_tree():
    for n in range(1, 9):
        root = merkle.root(HASHES[:n])
        for index in range(n):
            path = merkle.inclusion_path(HASHES[:n], index)
            assert merkle.verify_inclusion(HASHES[index], path, index=index, size=n, root=root)
            for wrong in set(range(n)) - {index}:
                assert not merkle.verify_inclusion(HASHES[index], path, index=wrong, size=n, root=root)
        for old in range(n + 1):
            proof = merkle.consistency_proof(HASHES[:n], old)
            old_root = merkle.root(HASHES[:old])
            assert merkle.verify_consistency(
                proof, old_size=old, old_root=old_root, new_size=n, new_root=root
            )


@given(leaf_lists, st.integers(0, 69))
def test_appending_in_two_steps_gives_the_root_of_all(leaves, cut):
    grown = merkle.Frontier().append(leaves[:cut]).append(leaves[cut:])
    assert (grown.size, grown.root) == (len(leaves), merkle.root(leaves))


@given(st.data(), leaf_lists.filter(bool))
def test_a_changed_leaf_or_step_fails_the_inclusion_proof(data, leaves):
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, path = merkle.root(leaves), list(merkle.inclusion_path(leaves, index))
    check = {"index": index, "size": len(leaves), "root": root}
    assert merkle.verify_inclusion(leaves[index], path, **check)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"not in the log"), path, **check)
    assert not merkle.verify_inclusion(leaves[index], [*path, root], **check)
    assert not path or not merkle.verify_inclusion(leaves[index], path[:-1], **check)


@given(st.data(), leaf_lists.filter(bool))
def test_a_rewritten_past_fails_the_consistency_proof(data, leaves):
    old = data.draw(st.integers(1, len(leaves)))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves]
    rewritten[changed] = merkle.leaf_hash(b"rewritten later")
    before = {"old_size": old, "old_root": merkle.root(leaves[:old])}
    honest = merkle.consistency_proof(leaves, old)
    forged = merkle.consistency_proof(rewritten, old)
    assert merkle.verify_consistency(honest, **before, new_size=len(leaves), new_root=merkle.root(leaves))
    assert not merkle.verify_consistency(
        forged, **before, new_size=len(leaves), new_root=merkle.root(rewritten)
    )


def test_a_shorter_tree_is_never_consistent():
    root = merkle.root(HASHES)
    assert not merkle.verify_consistency(
        (), old_size=8, old_root=root, new_size=7, new_root=merkle.root(HASHES[:7])
    )


@pytest.mark.parametrize("index", [-1, 8])
def test_no_path_outside_the_tree(index):
    with pytest.raises(IndexError):
        merkle.inclusion_path(HASHES, index)
