"""The matrix of routes and roles is the oracle: who is let in where, and nothing that is not written down."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.identity.permissions import Role
from survey.models.content import ContentDocument
from survey.models.dataset import Dataset
from survey.models.instrument import InstrumentVersion
from survey.models.people import User
from survey.models.publication import Release
from survey.models.scoring import Run
from survey.models.wave import Wave
from tests.admin.conftest import username

MATRIX = Path(__file__).with_name("route_roles.csv")
ANYONE = "anyone"
GRANT = "grant"


def rows() -> list[dict[str, str]]:
    """The matrix as it is written down."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def routes(app: flask.Flask) -> Iterator[tuple[str, str]]:
    """Every route and method that the application answers."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.rule, method


def test_every_route_is_in_the_matrix_and_no_other(desk: flask.Flask) -> None:
    written = [(row["route"], row["method"]) for row in rows()]
    assert len(written) == len(set(written))
    assert sorted(written) == sorted(set(routes(desk)))


def test_the_matrix_names_only_roles_that_exist() -> None:
    known = {role.value for role in Role} | {ANYONE, GRANT, "all_staff"}
    assert {name for row in rows() for name in row["roles"].split()} <= known


@pytest.fixture
def address(books: Session) -> Callable[[str], str]:
    """An address that fits a route, with objects that exist where there are any."""
    known = _objects(books)
    public_ids = _public_ids(books)
    books.rollback()  # a session that only read still holds the write lock

    def fill(route: str) -> str:
        area = route.removeprefix("/admin/").split("/", 1)[0]
        known["public_id"] = public_ids.get(area, "none-such")
        return re.sub(r"<(?:[^:<>]+:)?([a-z_]+)>", lambda match: known.get(match[1], "none-such"), route)

    return fill


def _objects(session: Session) -> dict[str, str]:
    person = session.scalars(sa.select(User).where(User.username == username(Role.OBSERVER))).one()
    plan = session.scalars(sa.select(ContentDocument).where(ContentDocument.kind == "scoring")).one()
    found = {
        "user_id": person.id,
        "what": "close",
        "word": "refuse",
        "stage_id": 1,
        "version_id": session.scalars(sa.select(InstrumentVersion.id)).first(),
        "document_id": plan.id,
        "flag_id": 1,
        "gate": "G07",
        "part": "limits",
        "comment_id": 1,
        "counter_id": 1,
        "suffix": "html",
        "number": 1,
        "name": "codebook.json",
    }
    return {name: str(value) for name, value in found.items()}


def _public_ids(session: Session) -> dict[str, str]:
    """By area: the public id of an object that exists."""
    models = {"waves": Wave, "datasets": Dataset, "runs": Run, "releases": Release}
    return {area: session.scalars(sa.select(model.public_id)).first() or "" for area, model in models.items()}


def _allowed(row: dict[str, str]) -> set[Role]:
    names = row["roles"].split()
    return set(Role) if "all_staff" in names else {Role(name) for name in names}


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_each_role_is_let_in_where_the_matrix_says(
    browser: Callable[[Role | None], FlaskClient], address: Callable[[str], str], role: Role | None
) -> None:
    wrong = []
    for row in rows():
        if row["roles"] in {ANYONE, GRANT} or not row["route"].startswith("/admin"):
            continue
        client = browser(role)  # each request a fresh session: some of them end it
        answer = client.open(address(row["route"]), method=row["method"])
        answer.close()
        if role is None:
            is_right = answer.status_code == 303 and "/admin/sign-in" in answer.location
        elif role in _allowed(row):
            # Whatever the verb makes of an empty form: the person came through the guard.
            is_right = answer.status_code in {200, 302, 303, 404, 409, 422}
        else:
            is_right = answer.status_code == 403
        if not is_right:
            wrong.append((row["method"], row["route"], answer.status_code))
    assert wrong == []


def test_public_routes_are_open_to_people_without_an_account(
    browser: Callable[[Role | None], FlaskClient], address: Callable[[str], str]
) -> None:
    client = browser(None)
    for row in rows():
        if row["roles"] == ANYONE:
            answer = client.open(address(row["route"]), method=row["method"])
            assert answer.status_code != 403, row["route"]
            assert answer.status_code < 500, row["route"]


def test_a_view_without_a_guard_is_closed(desk: flask.Flask) -> None:
    desk.add_url_rule("/admin/forgotten", "forgotten", lambda: "secret")
    answer = desk.test_client().get("/admin/forgotten")
    assert answer.status_code == 403
    assert b"secret" not in answer.data
