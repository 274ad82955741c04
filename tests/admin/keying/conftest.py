"""A keying room on SQLite, and once on each dialect."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.admin.keying.office import Office, open_office
from tests.survey.interviews import make_world


@pytest.fixture
def office(engine: sa.Engine, tmp_path: Path) -> Office:
    """A keying room on SQLite."""
    return open_office(make_world(engine, tmp_path))


@pytest.fixture
def any_office(any_engine: sa.Engine, tmp_path: Path) -> Office:
    """A keying room, once on SQLite and once on PostgreSQL."""
    return open_office(make_world(any_engine, tmp_path))
