"""Passwords: what may be chosen, how it is kept, and comparisons that tell nothing by their length."""

from __future__ import annotations

import statistics
import time

import pytest

from survey.errors import Invalid
from survey.identity import passwords


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_length"),
        ("x" * 129, "password_length"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("Password2026", "password_common"),
        ("administrator!", "password_common"),
        ("lin.yizhou-2026", "password_common"),
        ("123456789012345", "password_common"),
        ("qwertyuiopasdf", "password_common"),
        ("calm river\x00stones", "password_characters"),
        ("calm river\ud800stones", "password_characters"),
    ],
)
def test_unfit_passwords_are_refused_with_a_reason(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check_fit(password, about=("lin.yizhou", "Lin Yizhou"))
    assert refused.value.code == code
    assert refused.value.message("zh") != refused.value.message("en")


@pytest.mark.parametrize("password", ["calm river stones", "一条平静的河流经过青色的石头滩", "k2!vQ9#mTz7w"])
def test_fit_passwords_pass(password: str) -> None:
    passwords.check_fit(password, about=("lin.yizhou",))


def test_the_hash_is_argon2id_with_the_agreed_cost_and_fits_only_its_password() -> None:
    kept = passwords.hash_password("calm river stones")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "river" not in kept
    assert passwords.matches(kept, "calm river stones")
    assert not passwords.matches(kept, "calm river stone")
    assert not passwords.matches(None, "calm river stones")


def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    kept = passwords.hash_password("café by the river")
    assert passwords.matches(kept, "cafe\u0301 by the river")


def test_a_name_that_does_not_exist_costs_as_much_as_a_wrong_password() -> None:
    kept = passwords.hash_password("calm river stones")
    passwords.matches(None, "warm up")
    known, unknown = [], []
    for _ in range(5):  # in turn; the thread's own time, so that a busy machine changes nothing
        for found, seconds in ((kept, known), (None, unknown)):
            began = time.thread_time()
            passwords.matches(found, "something else entirely")
            seconds.append(time.thread_time() - began)
    assert min(unknown) > 0.5 * min(known)
    assert statistics.median(unknown) < 3 * statistics.median(known)
