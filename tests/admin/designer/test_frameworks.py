"""Refining the framework: a new version with a reason, checked as a whole; the old one stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.content.problems import ContentProblems
from admin.designer import queries
from admin.designer.framework import verbs as frameworks
from admin.designer.framework.verbs import Refinement
from survey import audit
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.content import ContentDocument


@pytest.fixture
def document(books: Session) -> ContentDocument:
    found = queries.newest(books, "framework")
    assert found is not None
    return found


def as_it_is(document: ContentDocument, group: str = "residents") -> Refinement:
    """A refinement that changes nothing."""
    tree: dict[str, Any] = document.document["groups"][group]
    parts = {code: inner for part in tree.values() for code, inner in part["indicators"].items()}
    return Refinement(
        version="2026.2",
        reason="Ratings of schools weigh more",
        dimensions={code: part["weight"] for code, part in tree.items()},
        indicators={code: inner["weight"] for code, inner in parts.items()},
        items={item: weight for inner in parts.values() for item, weight in inner["items"].items()},
        homes={item: code for code, inner in parts.items() for item in inner["items"]},
        names={},
    )


def test_an_untouched_form_gives_the_same_framework(document: ContentDocument) -> None:
    after = frameworks.refined(document.document, "residents", as_it_is(document))
    assert after.pop("change") == {"from": "2026.1", "reason": "Ratings of schools weigh more"}
    assert {**after, "version": "2026.1"} == document.document


def test_a_refinement_is_a_new_version_with_its_reason(
    books: Session, document: ContentDocument, someone: Callable[[Role], Actor]
) -> None:
    change = as_it_is(document)
    items = {**change.items, "R01": 0.5, "R02": 0.5}
    names = {"I11": {"zh": "基础教育", "en": "Schools"}}
    kept = frameworks.refine(
        books, document, "residents", replace(change, items=items, names=names), actor=someone(Role.DESIGNER)
    )
    assert (kept.version, kept.locked_at) == ("2026.2", None)
    assert kept.document["groups"]["residents"]["D1"]["indicators"]["I11"]["items"] == {
        "R01": 0.5,
        "R02": 0.5,
    }
    assert kept.document["indicators"][0]["en"] == "Schools"
    assert document.document["indicators"][0]["en"] == "Education"
    with pytest.raises(Conflict):  # the number is taken by another text
        frameworks.refine(
            books, document, "residents", replace(change, reason="Other"), actor=someone(Role.DESIGNER)
        )
    assert audit.check(books) == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("items", {"R01": 0.9}, "sum_differs"),
        ("dimensions", {"D1": 0.0}, "sum_differs"),
        ("homes", {"R01": ""}, "item_not_scored"),
    ],
)
def test_an_unsound_refinement_is_refused_with_its_place(
    books: Session,
    document: ContentDocument,
    someone: Callable[[Role], Actor],
    field: str,
    value: dict[str, Any],
    code: str,
) -> None:
    change = as_it_is(document)
    unsound = replace(change, **{field: {**getattr(change, field), **value}})
    with pytest.raises(ContentProblems) as refused:
        frameworks.refine(books, document, "residents", unsound, actor=someone(Role.DESIGNER))
    assert code in {problem.code for problem in refused.value.found}
    assert all(problem.path for problem in refused.value.found)
    newest = queries.newest(books, "framework")
    assert newest is not None
    assert newest.version == "2026.1"


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(
    browser: Callable[[Role | None], FlaskClient], books: Session, document: ContentDocument
) -> None:
    address, change = f"/admin/frameworks/{document.id}/groups/residents", as_it_is(document)
    books.rollback()  # a session that only read still holds the write lock
    client = browser(Role.DESIGNER)
    page = client.get(f"{address}?lang=en").text
    assert 'name="home:R01"' in page
    sent = {f"dimension:{code}": f"{weight:.6g}" for code, weight in change.dimensions.items()}
    sent |= {f"indicator:{code}": f"{weight:.6g}" for code, weight in change.indicators.items()}
    sent |= {f"item:{code}": f"{weight:.6g}" for code, weight in change.items.items()}
    sent |= {f"home:{code}": home for code, home in change.homes.items()}
    sent |= {"version": "2026.2", "reason": "Schools weigh more"}
    wrong = client.post(address, data={**sent, "item:R01": "0.7O"})
    assert wrong.status_code == 422
    assert 'value="0.7O"' in wrong.text
    assert "groups.residents.D1.indicators.I11.items" in wrong.text
    kept = client.post(address, data={**sent, "item:R01": "0.5", "item:R02": "0.5"})
    assert kept.status_code == 303
    shown = client.get(kept.location).text
    assert "Changed from version 2026.1" in shown
