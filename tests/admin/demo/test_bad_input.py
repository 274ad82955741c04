"""The three worlds of bad input are refused at the right place, in both languages, and leave nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from admin.demo.bad_input import worlds
from admin.demo.bad_input.worlds import Outcome


@pytest.mark.parametrize("world", worlds.WORLDS)
def test_every_message_has_a_place_a_reason_and_a_remedy_in_both_languages(
    world: worlds.Callable[[Path], Outcome], tmp_path: Path
) -> None:
    outcome = world(tmp_path)
    assert outcome.is_good
    for told in outcome.told:
        assert told.place
        assert len(told.zh) > 10
        assert len(told.en) > 20
        assert any("\u4e00" <= char <= "\u9fff" for char in told.zh)
        assert not any("\u4e00" <= char <= "\u9fff" for char in told.en)


def test_each_mistake_of_the_instrument_is_found_where_it_stands(tmp_path: Path) -> None:
    told = {one.place: one.en for one in worlds.broken_instrument(tmp_path).told}
    lines = (worlds.FILES / "instrument.yaml").read_text("utf-8").splitlines()
    found = {place.split()[0]: text for place, text in told.items()}
    for part, word in (
        ("记不清", "twice"),
        ("P9", "“P9”"),
        ("satt5", "“satt5”"),
        ("P1, type: text", "twice"),
    ):
        (number,) = [n for n, line in enumerate(lines, start=1) if part in line]
        (text,) = [text for place, text in found.items() if place.startswith(f"instrument.yaml:{number}:")]
        assert word in text
    assert len(told) == 4


def test_each_hostile_row_is_refused_and_the_sound_one_is_not_taken(tmp_path: Path) -> None:
    outcome = worlds.hostile_answers(tmp_path)
    rows = (worlds.FILES / "answers.csv").read_text("utf-8").splitlines()
    refused = {int(told.place.split("row ")[1].split(",")[0]) for told in outcome.told}
    assert refused == set(range(2, len(rows)))
    assert outcome.left == ()
    spelled = " ".join(told.en + told.zh for told in outcome.told)
    assert "<script>" not in spelled
    assert "A" * 20 not in spelled, "a token is never repeated in a report"


def test_the_margin_without_anybody_is_named_with_its_category(tmp_path: Path) -> None:
    (told,) = worlds.impossible_margin(tmp_path).told
    assert "place" in told.place
    assert "“village”" in told.zh
    assert list(tmp_path.iterdir()) == []


def test_what_stays_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is no formality: an import that keeps what it refuses fails the world."""
    sound = (worlds.FILES / "answers.csv").read_bytes().splitlines(keepends=True)[:2]
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "answers.csv").write_bytes(b"".join(sound))
    small = worlds.FILES / "small_instrument.yaml"
    (folder / small.name).write_bytes(small.read_bytes())
    monkeypatch.setattr(worlds, "FILES", folder)
    (tmp_path / "work").mkdir()
    outcome = worlds.hostile_answers(tmp_path / "work")
    assert not outcome.is_good
    assert "1 rows in participation" in outcome.left


def test_the_command_shows_all_three(tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SURVEY_")}
    environ["SURVEY_DATA_DIR"] = str(tmp_path)
    command = [str(Path(sys.executable).with_name("minyi")), "demo", "bad-input"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("nothing stayed") == 3
    assert "instrument.yaml:" in done.stdout
    assert "answers.csv, row 4, column A1" in done.stdout
    assert "没有任何受访者" in done.stdout
