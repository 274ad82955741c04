"""Hand-typed codes forgive what people do to them, and notice what changes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.ledger import codes

RID = {"length": 26, "n_bytes": 16}
sixteen = st.binary(min_size=16, max_size=16)


@given(sixteen)
def test_a_code_as_people_type_it(data):
    code = codes.encode(data, length=26)
    assert len(code) == 27
    copied = f"\u2066{codes.grouped(code)}\u200e\u2069"
    for typed in (code, code.lower(), codes.grouped(code), copied, code.replace("0", "o").replace("1", "l")):
        assert codes.decode(typed, **RID) == data


@given(sixteen, st.integers(0, 26), st.integers(1, 31))
def test_one_wrong_character_is_noticed(data, position, shift):
    code = codes.encode(data, length=26)
    alphabet = codes.CHECK_ALPHABET if position == 26 else codes.ALPHABET
    other = alphabet[(alphabet.index(code[position]) + shift) % len(alphabet)]
    assert codes.decode(code[:position] + other + code[position + 1 :], **RID) is None


@given(sixteen, st.integers(0, 24))
def test_two_swapped_neighbours_are_noticed(data, position):
    code = codes.encode(data, length=26)
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    assert swapped == code or codes.decode(swapped, **RID) is None


def test_the_check_character_follows_crockford():
    # 32 * 1 + 0 = 32 and 32 mod 37 = 32, which is written as an asterisk.
    assert codes.encode(b"\x20", length=2) == "10*"


@pytest.mark.parametrize("typed", ["", "0" * 26, "0" * 28, "U" * 27, "é" * 27, "-" * 500, "0" * 10_000])
def test_what_is_no_code(typed):
    assert codes.decode(typed, **RID) is None


def test_a_code_beyond_128_bits_is_no_receipt():
    assert codes.decode(codes.encode(b"\x03" + b"\xff" * 16, length=26), **RID) is None


def test_data_that_does_not_fit():
    with pytest.raises(ValueError, match="do not fit"):
        codes.encode(b"\xff" * 17, length=26)
