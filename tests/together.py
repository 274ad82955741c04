"""Which tests share what is costly to make, and so run in one test process: a demo, the vectors of expressions."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

TOGETHER = {
    "tests/journeys/test_demo_": "the demo",
    "tests/survey/instrument/expression/test_equality.py": "the vectors",
    "tests/journeys/test_whole_journeys.py": "the province",
}
"""Beginning of a test's name, and what it shares. Marks would say it nearer to the tests; pytest 9 drops those of xdist 3.8."""


class Together(LoadGroupScheduling):  # type: ignore[misc]  # xdist has no types
    """Test by test to whoever is free, except for those that belong together."""

    def _split_scope(self, nodeid: str) -> str:
        return next((what for begin, what in TOGETHER.items() if nodeid.startswith(begin)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Said to xdist, which asks for it."""
    return Together(config, log)
