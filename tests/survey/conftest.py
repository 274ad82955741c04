"""What tests of raw changes need: a database whose own guards are off, as for somebody who owns the file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa


@pytest.fixture
def without_triggers() -> Callable[[sa.Engine], None]:
    """Drops the triggers that keep sealed tables append-only, as an insider with database rights would."""

    def drop(engine: sa.Engine) -> None:
        with engine.begin() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in list(names.scalars()):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")

    return drop
