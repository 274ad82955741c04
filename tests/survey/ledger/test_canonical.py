"""Canonical bytes: the example of RFC 8785, and all that has no canonical form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.ledger import canonical

texts = st.text(st.characters(codec="utf-8"), max_size=12)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def test_the_example_of_rfc_8785():
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical.canonical_bytes(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@given(documents)
def test_reading_and_writing_again_changes_nothing(value):
    spelled = canonical.canonical_bytes(value)
    assert canonical.canonical_bytes(canonical.parse_json(spelled)) == spelled


def test_the_order_of_insertion_does_not_matter():
    assert canonical.digest_of({"a": 1, "b": 2}) == canonical.digest_of({"b": 2, "a": 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {"k": b"bytes"}, {1: 2}])
def test_what_has_no_canonical_form(value):
    with pytest.raises(canonical.NotCanonicalError):
        canonical.canonical_bytes(value)


@pytest.mark.parametrize(
    "text", [b"\xff", b"NaN", b"[Infinity]", b"[" * 100_000, b"9" * 5_000, b"{", b"", b'{"a":1}x']
)
def test_what_is_not_strict_json(text):
    with pytest.raises(canonical.BadJsonError):
        canonical.parse_json(text)
