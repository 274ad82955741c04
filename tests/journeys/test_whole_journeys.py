"""The four questionnaires of the province, walked whole on a small phone; every pair of two ways is met once.

`make journeys` looks at every page of the walks with axe as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.person import Holding, open_phone, walk
from tests.journeys.province import Province, serving
from tests.ways import ALL_WAYS

pytestmark = pytest.mark.browser
WALKS = [
    ("residents", Holding(language="zh", scripts=False)),
    ("enterprises", Holding(language="en", scripts=True, dark=True)),
    ("individual_businesses", Holding(language="ar", scripts=True, slow=True)),
    ("service_users", Holding(language="ar", scripts=False, elder=True)),
    ("service_users", Holding(language="zh", scripts=True, elder=True, gap=True)),
]


@pytest.fixture(scope="module")
def province(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """The four questionnaires, served."""
    with serving(sqlite_template, tmp_path_factory.mktemp("province")) as found:
        yield found


@pytest.mark.parametrize(("group", "holding"), WALKS, ids=[f"{group}-{holding}" for group, holding in WALKS])
def test_to_a_checked_receipt(browser: Browser, province: Province, group: str, holding: Holding) -> None:
    before = province.n_arrived()
    page = open_phone(browser, province.url, holding)
    walked = walk(page, province.link(group), holding, look=ALL_WAYS)
    page.context.close()
    assert walked.wrong == []
    assert walked.pages > 3
    assert province.n_arrived() == before + 1
