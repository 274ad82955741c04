"""Settings come from the environment, are checked at the start, and name the variable that is wrong."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from survey.config import BadSettings, Settings

FIT = {
    "SURVEY_PRODUCTION": "1",
    "SURVEY_BASE_URL": "https://survey.example.org",
    "SURVEY_SECRET_KEY": "k" * 40,
}


def settings(folder: Path, **given: str) -> Settings:
    return Settings.from_env({"SURVEY_DATA_DIR": str(folder), **given})


def test_defaults_are_an_embedded_installation(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.database_url.startswith("sqlite:///")
    assert not found.production
    assert not found.is_https
    assert found.key_dir == tmp_path / "keys"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SURVEY_DATABSE_URL", "sqlite:///x.db"),
        ("SURVEY_PRODUCTION", "yes"),
        ("SURVEY_WORKERS", "two"),
        ("SURVEY_WORKERS", "0"),
        ("SURVEY_WORKERS", "٣"),
        ("SURVEY_PROXY_HOPS", "-1"),
        ("SURVEY_TIME_ZONE", "Asia/Lanchuan"),
        ("SURVEY_TIME_ZONE", "../etc/passwd"),
        ("SURVEY_LOG_LEVEL", "loud"),
        ("SURVEY_DATABASE_URL", "no address"),
    ],
)
def test_what_is_unknown_or_malformed_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        settings(tmp_path, **{name: value})


def test_variables_of_others_are_none_of_our_business(tmp_path: Path) -> None:
    assert settings(tmp_path, SURVEYOR="x", PATH="/bin").workers == 2


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"SURVEY_BASE_URL": "http://survey.example.org"}, "SURVEY_BASE_URL"),
        ({"SURVEY_BASE_URL": "http://127.0.0.1:8000"}, "SURVEY_BASE_URL"),
        ({"SURVEY_SECRET_KEY": "short"}, "SURVEY_SECRET_KEY"),
    ],
)
def test_production_refuses_what_is_fit_for_a_demo_only(
    tmp_path: Path, change: dict[str, str], what: str
) -> None:
    assert settings(tmp_path, **FIT).production
    with pytest.raises(BadSettings, match=what):
        settings(tmp_path, **{**FIT, **change})


@pytest.mark.parametrize("place", ["db", "db/keys", "db/deep/keys"])
def test_keys_never_lie_in_the_folder_that_is_backed_up(tmp_path: Path, place: str) -> None:
    with pytest.raises(BadSettings, match="SURVEY_KEY_DIR"):
        settings(tmp_path, SURVEY_KEY_DIR=str(tmp_path / place))


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    found: list[str] = []
    start = threading.Barrier(8)

    def begin() -> None:
        start.wait()
        found.append(settings(tmp_path).secret_key)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(found[0]) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
