"""Every list and every page of the workbench can be read by those who may, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from survey.identity.permissions import Role

PAGES = {
    Role.DESIGNER: ("/admin/", "/admin/instruments", "/admin/plans", "/admin/province", "/admin/stages/1"),
    Role.FIELDWORK: ("/admin/waves", "/admin/waves/new", "/admin/imports"),
    Role.STATISTICIAN: (
        "/admin/flags",
        "/admin/flags/1",
        "/admin/flags?state=open",
        "/admin/runs",
        "/admin/runs/small00run000000",
        "/admin/runs/small00run000000/gates/G07",
        "/admin/runs/small00run000000/gates/G01",
        "/admin/datasets",
        "/admin/datasets/small0dataset000",
    ),
    Role.PUBLISHER: ("/admin/releases", "/admin/handovers", "/admin/runs/small00run000000"),
    Role.ROLE_ADMIN: ("/admin/people", "/admin/people/new", "/admin/people/1"),
    Role.AUDITOR: ("/admin/audit", "/admin/audit?act=user.create", "/admin/audit/check", "/admin/people/1"),
    Role.SYSTEM_ADMIN: ("/admin/health", "/admin/account"),
    Role.UNIT_LIAISON: ("/admin/", "/admin/account"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", PAGES, ids=str)
def test_pages_can_be_read(browser: Callable[[Role | None], FlaskClient], role: Role, language: str) -> None:
    client = browser(role)
    for address in PAGES[role]:
        joint = "&" if "?" in address else "?"
        answer = client.get(f"{address}{joint}lang={language}")
        assert answer.status_code == 200, address
        text = answer.get_data(as_text=True)
        assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in text
        assert "<h1>" in text or "<h1 " in text
