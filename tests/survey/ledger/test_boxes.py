"""Boxes open for their own key, purpose and scope only, and their length tells nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.ledger import boxes

KEY = boxes.new_key()
WHERE = {"purpose": b"response", "scope": b"wave-1"}


@given(st.binary(max_size=20_000))
def test_what_went_in_comes_out(content):
    box = boxes.seal(content, key=KEY, **WHERE)
    assert boxes.open_box(box, key=KEY, **WHERE) == content


def test_lengths_fall_into_four_classes():
    lengths = {
        len(boxes.seal(bytes(n), key=KEY, **WHERE))
        for n in (0, 1, 4092, 4093, 16_380, 16_381, 65_532, 65_533, 262_140)
    }
    assert lengths == {size + 1 + 16 + 12 + 16 for size in boxes.PADDED_SIZES}


def test_too_much_is_refused_before_encryption():
    with pytest.raises(boxes.BoxTooLargeError):
        boxes.seal(bytes(boxes.MAX_CONTENT + 1), key=KEY, **WHERE)


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": b"submission"},
        {"scope": b"wave-2"},
        {"key": boxes.new_key()},
        {"key": boxes.Key(secret=bytes(32), key_id=KEY.key_id)},
        # Purpose and scope may not flow into one another.
        {"purpose": b"respons", "scope": b"ewave-1"},
    ],
)
def test_nothing_else_opens_it(change):
    box = boxes.seal(b"answers", key=KEY, **WHERE)
    with pytest.raises(boxes.BoxError):
        boxes.open_box(box, **{"key": KEY, **WHERE, **change})


@given(st.integers(0, 4140), st.integers(1, 255))
def test_every_changed_byte_is_noticed(position, difference):
    box = bytearray(boxes.seal(b"answers", key=KEY, **WHERE))
    box[position] ^= difference
    with pytest.raises(boxes.BoxError):
        boxes.open_box(bytes(box), key=KEY, **WHERE)


@pytest.mark.parametrize("box", [b"", b"\x01", bytes(60), b"\x02" + bytes(4200)])
def test_what_is_no_box(box):
    with pytest.raises(boxes.BoxError):
        boxes.open_box(box, key=KEY, **WHERE)


def test_equal_contents_give_unequal_boxes():
    assert boxes.seal(b"same", key=KEY, **WHERE) != boxes.seal(b"same", key=KEY, **WHERE)


def test_a_wrapped_key_needs_secret_and_pepper():
    under = boxes.derive(b"cookie secret", pepper=b"pepper", label=b"draft")
    wrapped = boxes.seal_short(KEY.secret, under=under, label=b"draft")
    assert boxes.open_short(wrapped, under=under, label=b"draft") == KEY.secret
    for wrong in (
        boxes.derive(b"cookie secret", pepper=b"another", label=b"draft"),
        boxes.derive(b"cookie secret", pepper=b"pepper", label=b"submission"),
    ):
        with pytest.raises(boxes.BoxError):
            boxes.open_short(wrapped, under=wrong, label=b"draft")
    with pytest.raises(boxes.BoxError):
        boxes.open_short(wrapped, under=under, label=b"submission")
    with pytest.raises(boxes.BoxError):
        boxes.open_short(wrapped[:-1], under=under, label=b"draft")
