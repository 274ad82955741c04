"""Codes on paper and on screens: read however they are typed, and a slip is found in the group it stands in."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from survey import clock
from survey.access import carried, counters, grants, printed, tokens
from survey.access.tokens import Form, SampleCase
from survey.db import table_of
from survey.errors import Gone, NotFound
from survey.ledger.codes import ALPHABET
from survey.models.counter import Counter
from survey.models.wave import Wave
from tests.survey.interviews import World, answer

GROUPS = tokens.CODE_GROUPS


def _issue(world: World, n: int = 1) -> list[str]:
    case = SampleCase(stratum="north", probability="0.01", seal_group="city1")
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        return tokens.issue(session, wave, [case] * n, keys=world.keys, form=Form.CODE)


def test_a_code_has_eighty_bits_and_a_check_in_each_group(world: World) -> None:
    codes = _issue(world, 50)
    assert len(set(codes)) == 50
    assert {len(code) for code in codes} == {20}
    assert set("".join(codes)) <= set(ALPHABET)
    bodies = [printed.read(code, groups=GROUPS).body for code in codes]
    assert {len(body or "") for body in bodies} == {tokens.CODE_LENGTH}
    # no place of the body is fixed: the randomness is in all of it
    assert all(len({body[place] for body in bodies if body}) > 10 for place in range(tokens.CODE_LENGTH))


@pytest.mark.parametrize(
    "typing",
    [
        str.lower,
        printed.grouped,
        lambda code: printed.grouped(code).replace("-", " – ").lower(),
        lambda code: "".join(chr(ord(char) + 0xFEE0) for char in code),  # full width
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: code.replace("0", "O").replace("1", "i"),
        lambda code: "\u3000" + printed.grouped(code).replace("-", "\u2014") + "\n",
    ],
    ids=["lower", "groups", "spaced", "full-width", "o-and-l", "O-and-i", "ideographic"],
)
def test_a_code_opens_however_it_is_typed(world: World, typing: Callable[[str], str]) -> None:
    for code in _issue(world, 3):
        with world.session() as session:
            assert grants.redeem(session, typing(code), keys=world.keys).stratum == "north"


def test_every_single_slip_is_found_in_its_group() -> None:
    rng = random.Random(4)
    for _ in range(5):
        code = printed.with_checks("".join(rng.choice(ALPHABET) for _ in range(16)))
        for place in range(20):
            for wrong in ALPHABET.replace(code[place], "") + "U":
                typed = printed.read(code[:place] + wrong + code[place + 1 :], groups=GROUPS)
                assert (typed.body, [n for n, _ in typed.wrong]) == (None, [place // 5 + 1])


def test_neighbours_and_groups_that_changed_places_are_found() -> None:
    rng = random.Random(5)
    for _ in range(60):
        code = printed.with_checks("".join(rng.choice(ALPHABET) for _ in range(16)))
        groups = [code[start : start + 5] for start in range(0, 20, 5)]
        for place in range(19):
            if code[place] != code[place + 1]:
                swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                assert printed.read(swapped, groups=GROUPS).body is None
        for one, other in ((0, 1), (1, 3), (0, 2)):
            moved = list(groups)
            moved[one], moved[other] = moved[other], moved[one]
            assert printed.read("".join(moved), groups=GROUPS).body is None


def test_a_code_of_the_wrong_length_says_where_it_was_kept_apart() -> None:
    typed = printed.read("26DXS-AH7W-CDCWP-TPHH6", groups=GROUPS)
    assert (typed.body, typed.wrong, typed.n_typed) == (None, ((2, "AH7W"),), 19)
    assert printed.read("x" * 5000, groups=GROUPS).body is None
    assert printed.read("", groups=GROUPS).n_typed == 0


def test_a_code_counts_once_like_a_link(world: World) -> None:
    (code,) = _issue(world)
    answer(world, printed.grouped(code).lower())
    with world.session() as session, pytest.raises(Gone) as caught:
        grants.redeem(session, code, keys=world.keys)
    assert caught.value.code == "token_used"


# --- counters ---------------------------------------------------------------------------------------------


def _counter(world: World, **context: str) -> tuple[int, str]:
    secret = counters.new_secret()
    with world.session() as session:
        found = Counter(
            wave_id=world.wave_id,
            place={"zh": "一号窗口", "en": "Counter 1"},
            context=context,
            screen_hash=counters.screen_hash(secret, keys=world.keys),
            made_by="user:test",
        )
        session.add(found)
        session.flush()
        return found.id, secret


def _shown(world: World, secret: str) -> counters.Shown:
    with world.session() as session:
        screen = counters.screen_hash(secret, keys=world.keys)
        return counters.shown(screen, now=clock.now(session), keys=world.keys)


def _at(world: World, code: str) -> str:
    with world.session() as session:
        try:
            return grants.at_counter(session, code, keys=world.keys).channel
        except NotFound as refused:
            return refused.code


def test_a_screen_opens_for_ten_minutes_and_two_more_by_the_database_clock(world: World) -> None:
    _, secret = _counter(world)
    shown = _shown(world, secret)
    assert len(shown.code) == 15
    assert 0 < shown.next_in <= counters.SLOT
    for minutes, expected in ((0, "site"), (9, "site"), (10.9, "site"), (13.5, "counter_code_unknown")):
        world.move_clock(timedelta(minutes=minutes))
        assert _at(world, printed.grouped(shown.code).lower()) == expected, minutes
    world.move_clock(timedelta(minutes=-4))  # a code from the future is none either
    assert _at(world, shown.code) == "counter_code_unknown"


def test_screens_show_codes_of_their_own_that_change(world: World) -> None:
    _, one = _counter(world)
    _, other = _counter(world)
    first = _shown(world, one)
    assert first.code != _shown(world, other).code
    world.move_clock(timedelta(seconds=counters.SLOT))
    assert _shown(world, one).code != first.code


def test_what_is_known_at_a_counter_goes_with_the_grant_and_an_ended_one_opens_nothing(world: World) -> None:
    _, secret = _counter(world, unit="edu")
    code = _shown(world, secret).code
    with world.session() as session:
        grant = grants.at_counter(session, code, keys=world.keys)
        cookie = carried.seal_cookie(session, grant, keys=world.keys)
        assert carried.open_cookie(session, cookie, keys=world.keys) == grant
    assert (grant.channel, dict(grant.context), grant.token_hash) == ("site", {"unit": "edu"}, None)
    assert "counter" not in str(grant.to_json())  # the place of a screen goes into no box
    with world.session() as session:
        session.execute(sa.update(table_of(Counter)).values(ended_on=date(2026, 1, 1)))
    assert _at(world, code) == "counter_code_unknown"
    with world.session() as session, pytest.raises(Gone):
        carried.open_cookie(session, cookie, keys=world.keys)


def test_a_pass_of_staff_opens_an_assigned_case_for_two_minutes(world: World) -> None:
    (token,) = world.issue(channel="assisted", interviewer="iv-07")
    hashed = tokens.token_hash(token, keys=world.keys)
    with world.session() as session:
        value = carried.seal_pass(session, hashed, wave_id=world.wave_id, keys=world.keys)
        grant = carried.open_pass(session, value, keys=world.keys)
        assert (grant.channel, grant.interviewer, grant.token_hash) == ("assisted", "iv-07", hashed)
        with pytest.raises(Gone):  # a pass is no cookie and a cookie no pass
            carried.open_cookie(session, value, keys=world.keys)
        cookie = carried.seal_cookie(session, grant, keys=world.keys)
        with pytest.raises(Gone):
            carried.open_pass(session, cookie, keys=world.keys)
    world.move_clock(timedelta(minutes=3))
    with world.session() as session, pytest.raises(Gone):
        carried.open_pass(session, value, keys=world.keys)
