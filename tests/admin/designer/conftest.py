"""A draft made from the residents' instrument, saved, with the browser of somebody who may edit it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from admin.designer import drafts, queries
from admin.designer.beginning import from_version
from survey.config import Settings
from survey.db import read_only
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.instrument import editing

Form = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One person at one draft: reads its pages, sends its forms, looks at what is saved."""

    client: FlaskClient
    settings: Settings
    public_id: str

    def url(self, path: str = "") -> str:
        """The address of a screen of the draft."""
        return f"/admin/drafts/{self.public_id}{path}"

    def get(self, path: str = "") -> TestResponse:
        """A screen."""
        return self.client.get(self.url(path))

    def post(self, path: str, data: Form) -> TestResponse:
        """A form sent; without a revision it is filled in from the last save."""
        return self.client.post(self.url(path), data={"_rev": str(self.revision), **data})

    @property
    def document(self) -> dict[str, Any]:
        """The document as it is saved."""
        return self._saved()[0]

    @property
    def revision(self) -> int:
        """The last save."""
        return self._saved()[1]

    def item(self, code: str) -> dict[str, Any]:
        """An item as it is saved."""
        return dict(editing.find_item(self.document, code).raw)

    def codes(self) -> list[str]:
        """The codes of all items in order."""
        return [place.code for place in editing.items(self.document)]

    def _saved(self) -> tuple[dict[str, Any], int]:
        with Session(_engine(self.settings.database_url)) as session:
            read_only(session)
            draft = drafts.load(session, self.public_id)
            return draft.document, draft.revision


@lru_cache(maxsize=1)
def _engine(url: str) -> sa.Engine:
    """One engine for all the looks of one test at its database."""
    return sa.create_engine(url, poolclass=sa.NullPool)


@pytest.fixture
def begin(books: Session, someone: Callable[[Role], Actor]) -> Callable[[dict[str, Any]], str]:
    """Begin a draft with a document; its public id."""

    def make(document: dict[str, Any]) -> str:
        actor = someone(Role.DESIGNER)
        public_id = drafts.create_draft(books, document, actor=actor).public_id
        books.commit()
        return public_id

    return make


@pytest.fixture
def bench(staffed: Settings, books: Session, begin: Callable[[dict[str, Any]], str], browser: Any) -> Bench:
    """The designer at a draft made from the residents' instrument. Any: the fixture of the staff tests."""
    version = queries.newest_versions(books)["residents"]
    public_id = begin(from_version(version.document))
    return Bench(client=browser(Role.DESIGNER), settings=staffed, public_id=public_id)


def fields_of(page: TestResponse) -> Form:
    """Every field of the form of a node as the browser would send it back untouched."""

    form = next(
        f for f in html.fromstring(page.get_data(as_text=True)).forms if "node" in (f.get("class") or "")
    )
    found: Form = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found
