"""Whatever an import leaves in a draft: every screen can be opened, nothing in it comes to life, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from survey.config import Settings
from survey.identity.permissions import Role
from tests.admin.designer.conftest import Bench, fields_of
from tests.crawler import live_markup
from tests.hostile import FORMULAS, MARKUP, SQL, UNICODE

SCREENS = ("", "/settings", "/lists", "/preview", "/problems", "/history", "/files", "/walk", "/compare")
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${"
ODD: tuple[dict[str, Any], ...] = (
    {},
    {"sections": "no list", "languages": "zh", "title": ["no", "mapping"], "lists": 3},
    {"sections": [None, 7, {"questions": [None, "x", {}]}], "languages": [1, None, "en"]},
    {
        "id": 5,
        "languages": ["en"],
        "lists": {"a": "no list", "b": [1, {"code": None}]},
        "legal": "text",
        "reference_period": 12,
        "sections": [
            {
                "id": "A",
                "title": "a text",
                "loop": "no mapping",
                "show_if": {"odd": 1},
                "questions": [
                    {"id": "Q", "type": "single", "options": "none", "text": 3, "required": {"a": 1}},
                    {"id": "Q", "type": ["list"], "options": [1, None, {"code": 2, "text": "x"}]},
                    {"id": "R", "type": "battery", "rows": [{"code": {}}], "columns": 4, "of": None},
                    {"id": "with space/slash", "type": "number", "min": {"x": 1}, "max": [1]},
                ],
            }
        ],
    },
)


@pytest.fixture
def at(
    begin: Callable[[dict[str, Any]], str], browser: Any, staffed: Settings
) -> Callable[[dict[str, Any]], Bench]:
    """A bench at a draft with this document."""
    return lambda document: Bench(client=browser(Role.DESIGNER), settings=staffed, public_id=begin(document))


def _forms(bench: Bench) -> list[str]:
    page = bench.get().get_data(as_text=True)
    start = f'href="{bench.url("/")}'
    return sorted(
        {"/" + part.split('"')[0] for part in page.split(start)[1:] if part.startswith(("items", "sections"))}
    )


@pytest.mark.parametrize("document", ODD, ids=["empty", "no lists", "nothing in them", "odd values"])
def test_every_screen_of_an_odd_draft_opens_and_untouched_forms_change_nothing(
    at: Callable[[dict[str, Any]], Bench], document: dict[str, Any]
) -> None:
    bench = at(document)
    for path in SCREENS:
        assert bench.get(path).status_code == 200, path
    for path in ["/settings", *_forms(bench)]:
        answer = bench.get(path)
        assert answer.status_code == 200, path
        if not path.endswith("/new"):
            assert bench.post(path, fields_of(answer)).status_code == 303, path
    assert bench.document == document


def test_hostile_texts_stay_texts_on_every_screen(at: Callable[[dict[str, Any]], Bench]) -> None:
    texts = [EVIL, *MARKUP, *FORMULAS, *SQL, *UNICODE][:40]
    items = [
        {"id": f"Q{n}", "type": kind, "text": {"en": text}, "help": {"en": text}, "note": text,
         "options": [{"code": "1", "text": {"en": text}}], "show_if": text, "novel": text}
        for n, (kind, text) in enumerate(zip(["single", "text", "number", EVIL] * 10, texts, strict=False))
    ]  # fmt: skip
    bench = at(
        {
            "id": "evil",
            "title": {"en": EVIL},
            "languages": ["en", EVIL],
            "lists": {EVIL: [{"code": EVIL, "text": {"en": EVIL}}]},
            "sections": [{"id": EVIL, "title": {"en": EVIL}, "questions": items}],
        }
    )
    paths = [*SCREENS, "/items/Q0", "/items/Q3", "/sections/~0", "/logic/item/Q1/show_if"]
    for path in paths:
        answer = bench.get(f"{path}?lang=en")
        assert answer.status_code == 200, path
        page = answer.get_data(as_text=True)
        assert live_markup(page) == [], path
        assert ">49" not in page, path  # a template in a text is no template
