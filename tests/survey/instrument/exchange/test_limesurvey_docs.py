"""The tables on LimeSurvey in docs/exchange.md say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from survey.instrument.exchange.limesurvey.functions import is_known
from survey.instrument.exchange.limesurvey.themes import TYPES
from tests.survey.instrument.exchange.test_limesurvey_types import SETTINGS, TYPE_TABLE

PAGE = Path(__file__).resolve().parents[4] / "docs" / "exchange.md"


def section(title: str) -> str:
    text = PAGE.read_text(encoding="utf-8").partition("\n## LimeSurvey\n")[2]
    return text.partition(f"### {title}\n")[2].partition("\n##")[0]


def test_every_type_is_in_the_table_as_the_tests_know_it() -> None:
    rows = re.findall(
        r"^\| `(\\?.)` \| [^|]+ \| (\w+)[^|]* \|(?: (\w+) )?", section("Question types"), re.MULTILINE
    )
    told = {letter.removeprefix("\\"): (kind, of or None) for letter, kind, of in rows}
    assert told == {letter: (kind, of) for letter, kind, of in TYPE_TABLE}
    assert set(told) == TYPES


def test_every_setting_that_maps_is_in_the_table() -> None:
    told = set(re.findall(r"`(\w+)`", section("Settings")))
    assert {name for _, name, _, _ in SETTINGS} - {"em_validation_q_tip"} <= told


def test_every_function_named_has_a_counterpart() -> None:
    listed = section("Expressions").partition("have a counterpart:")[2].partition("What has none")[0]
    names = re.findall(r"`(\w+)`", listed)
    assert len(names) > 30
    assert [name for name in names if not is_known(name) and name != "strpos"] == []
