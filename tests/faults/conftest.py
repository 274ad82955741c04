"""An installation for each test, and the rule: held as built, noticed with a mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.installation import Installation, installation


@pytest.fixture
def install(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Makes fresh installations on SQLite."""
    with ExitStack() as stack:

        def make(*, quota: int | None = None) -> Installation:
            folder = tmp_path / f"at-{len(list(tmp_path.iterdir()))}"
            return stack.enter_context(installation(folder, template=sqlite_template, quota=quota))

        yield make
