"""The demo as its command makes it, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from survey.config import Settings
from survey.db import make_engine
from tests.conftest import make_settings

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo that has run: its folder and what it said on the way."""

    settings: Settings
    said: str

    def session(self) -> Session:
        """A session on its database."""
        return Session(make_engine(self.settings.database_url))


def minyi(folder: Path, *arguments: str, text_in: str = "") -> subprocess.CompletedProcess[str]:
    """Run one `minyi` command on the installation in ``folder``."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")},
        "SURVEY_DATA_DIR": str(folder),
        "SURVEY_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
        "OPENBLAS_NUM_THREADS": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "wsgi", *arguments],
        env=environment,
        input=text_in,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def run_demo(folder: Path, *options: str) -> Demo:
    """Run the whole chain in ``folder``."""
    done = minyi(folder, "demo", "run", "--no-serve", *options)
    assert done.returncode == 0, done.stderr[-3000:]
    return Demo(settings=make_settings(folder), said=done.stdout)
