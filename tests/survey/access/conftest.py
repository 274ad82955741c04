"""An open wave on SQLite, and once on each dialect."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.survey.interviews import World, make_world


@pytest.fixture
def world(engine: sa.Engine, tmp_path: Path) -> World:
    """An open wave on SQLite."""
    return make_world(engine, tmp_path)


@pytest.fixture
def any_world(any_engine: sa.Engine, tmp_path: Path) -> World:
    """An open wave, once on SQLite and once on PostgreSQL."""
    return make_world(any_engine, tmp_path)
