"""Real questionnaires of other people, imported: every form opens, and sent back untouched it changes nothing."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from survey.config import Settings
from survey.identity.permissions import Role
from survey.instrument import editing
from tests.admin.designer.conftest import Bench, fields_of
from tests.survey.instrument.exchange.shared_files import FOLDER, WHY_NOT

FILES = ("X04_all_types_survey.xlsx", "L18_limesurvey_survey_376789_quotas.lss")
_MOST = 8


@pytest.mark.parametrize("name", FILES)
def test_an_imported_draft_can_be_edited_without_losing_what_it_holds(
    browser: Any, staffed: Settings, name: str
) -> None:
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"SKIPPED LOUDLY: {WHY_NOT}")
    client = browser(Role.DESIGNER)
    with io.BytesIO(path.read_bytes()) as file:
        page = client.post("/admin/drafts/from-file", data={"file": (file, name)}).get_data(as_text=True)
    found = re.search(r"/admin/drafts/([0-9a-z]{16})", page)
    assert found is not None
    bench = Bench(client=client, settings=staffed, public_id=found[1])
    before = bench.document
    items = [f"/items/{place.address}" for place in editing.items(before)]
    sections = [f"/sections/{place.address}" for place in editing.sections(before)]
    for address in ["/settings", *sections[:2], *items[:: max(1, len(items) // _MOST)]]:
        shown = bench.get(address)
        assert shown.status_code == 200, address
        assert bench.post(address, fields_of(shown)).status_code == 303, address
    for screen in ("", "/lists", "/problems", "/preview"):
        assert bench.get(screen).status_code == 200, screen
    assert bench.document == before
