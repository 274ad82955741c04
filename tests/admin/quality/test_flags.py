"""Two persons in two roles decide on a flag; nothing is deleted, and every removal has a rule and a leaf."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.designer import services as designer
from admin.quality import queries, rules, services
from admin.quality.rules import Decision, Vote
from survey import audit
from survey.errors import Conflict, Forbidden, HouseError, Invalid
from survey.identity import users
from survey.identity.actors import Actor, find_actor
from survey.identity.permissions import Role
from survey.models.cycle import Cycle
from survey.models.quality import Exclusion, QualityFlag
from survey.models.response import Response
from survey.models.wave import Wave
from tests.admin.conftest import COMMAND, PASSWORD

Someone = Callable[[Role], Actor]
IDS = [bytes([n]) * 16 for n in (1, 2, 3)]


def choice(as_role: Role, **changes: Any) -> services.Choice:
    given: dict[str, Any] = {
        "role": as_role,
        "decision": Decision.REMOVE,
        "reason_code": "duplicate_device",
        "reason": "thirty-eight answers from one device",
    }
    return services.Choice(**{**given, **changes})


@pytest.fixture
def flag(books: Session, cycle: Cycle) -> QualityFlag:
    wave = books.scalars(sa.select(Wave).where(Wave.code == "residents-2026")).one()
    for place, key in enumerate(IDS):
        books.add(
            Response(
                id=key,
                wave_id=wave.id,
                batch=1,
                leaf_index=place + 40,
                channel="sample",
                seal_group="jicheng",
                day=date(2026, 9, 2),
                document={},
                r=bytes(32),
                anonymity="anonymous",
            )
        )
    books.flush()
    (raised,) = services.record_flags(
        books,
        cycle.id,
        [
            services.Finding(
                detector="burst",
                evaluator_group="residents",
                subject_kind="responses",
                subject="device 7",
                response_ids=tuple(key.hex() for key in IDS),
            )
        ],
        actor=COMMAND,
    )
    return raised


@pytest.mark.parametrize(
    ("votes", "is_settled"),
    [
        ([], False),
        ([(1, "analyst", "remove", "speeder")], False),
        ([(1, "analyst", "remove", "speeder"), (2, "statistician", "remove", "speeder")], True),
        ([(1, "analyst", "remove", "speeder"), (2, "analyst", "remove", "speeder")], False),
        ([(1, "analyst", "remove", "speeder"), (1, "statistician", "remove", "speeder")], False),
        ([(1, "analyst", "remove", "speeder"), (2, "statistician", "keep", "explained")], False),
        ([(1, "analyst", "remove", "speeder"), (2, "statistician", "remove", "straight_lining")], False),
        ([(1, "analyst", "remove", "speeder"), (2, "statistician", "keep", "explained"), (3, "verification_officer", "remove", "speeder")], True),
    ],
)  # fmt: skip
def test_two_persons_in_two_roles_with_one_opinion(
    votes: list[tuple[int, str, str, str]], is_settled: bool
) -> None:
    cast = [Vote(user_id=u, role=r, decision=d, reason_code=c) for u, r, d, c in votes]
    assert (rules.settled(cast) is not None) is is_settled


def test_a_removal_excludes_by_rule_and_leaf_and_touches_no_response(
    books: Session, flag: QualityFlag, someone: Someone
) -> None:
    before = [
        (r.id, r.document, r.leaf_index) for r in books.scalars(sa.select(Response).order_by(Response.id))
    ]
    assert services.decide(books, flag, choice(Role.ANALYST), actor=someone(Role.ANALYST)) is None
    assert books.scalars(sa.select(Exclusion)).all() == []
    settled = services.decide(books, flag, choice(Role.STATISTICIAN), actor=someone(Role.STATISTICIAN))
    assert settled is not None
    gone = books.scalars(sa.select(Exclusion).order_by(Exclusion.leaf_index)).all()
    assert [(e.leaf_index, e.rule, e.flag_id) for e in gone] == [
        (n, "duplicate_device", flag.id) for n in (40, 41, 42)
    ]
    after = [
        (r.id, r.document, r.leaf_index) for r in books.scalars(sa.select(Response).order_by(Response.id))
    ]
    assert after == before
    assert queries.exclusions_by_rule(books, [gone[0].wave_id]) == {"duplicate_device": 3}
    assert audit.check(books) == []


def test_the_same_person_does_not_decide_twice_not_even_in_another_role(
    books: Session, flag: QualityFlag
) -> None:
    users.create_user(
        books,
        username="two.hats",
        display_name="Two hats",
        organisation="Statistics",
        password=PASSWORD,
        roles=[Role.ANALYST, Role.STATISTICIAN],
        actor=COMMAND,
    )
    me = find_actor(books, "two.hats")
    services.decide(books, flag, choice(Role.ANALYST), actor=me)
    with pytest.raises(Conflict) as refused:
        services.decide(books, flag, choice(Role.STATISTICIAN), actor=me)
    assert refused.value.code == "decided_before"


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"role": Role.STATISTICIAN}, Forbidden, "not_a_decider"),
        ({"role": Role.FIELDWORK}, Forbidden, "not_a_decider"),
        ({"reason_code": "explained"}, Invalid, "reason_code"),
        ({"reason": "   so    "}, Invalid, "reason_short"),
        ({"decision": Decision.SET_ASIDE, "reason_code": "coaching"}, Invalid, "decision_kind"),
    ],
)
def test_decisions_against_the_rules_are_refused(
    books: Session,
    flag: QualityFlag,
    someone: Someone,
    changes: dict[str, Any],
    error: type[HouseError],
    code: str,
) -> None:
    with pytest.raises(error) as refused:
        services.decide(books, flag, choice(Role.ANALYST, **changes), actor=someone(Role.ANALYST))
    assert refused.value.code == code
    assert queries.votes(flag) == ()


def test_commands_and_plan_editors_decide_nothing(
    books: Session, flag: QualityFlag, someone: Someone
) -> None:
    with pytest.raises(Forbidden):
        services.decide(books, flag, choice(Role.ANALYST), actor=COMMAND)
    me = someone(Role.ANALYST)
    plan = designer.queries.newest(books, "scoring")
    assert plan is not None
    designer.keep_document(books, "scoring", {**plan.document, "version": "2026.9"}, actor=me)
    with pytest.raises(Conflict) as refused:
        services.decide(books, flag, choice(Role.ANALYST), actor=me)
    assert refused.value.code == "plan_editor"


def test_a_settled_flag_is_settled(books: Session, flag: QualityFlag, someone: Someone) -> None:
    for role in (Role.ANALYST, Role.STATISTICIAN):
        services.decide(books, flag, choice(role), actor=someone(role))
    with pytest.raises(Conflict) as refused:
        services.decide(
            books, flag, choice(Role.VERIFICATION_OFFICER), actor=someone(Role.VERIFICATION_OFFICER)
        )
    assert refused.value.code == "flag_settled"


def test_responses_that_are_not_sealed_cannot_be_removed(
    books: Session, cycle: Cycle, someone: Someone
) -> None:
    (raised,) = services.record_flags(
        books,
        cycle.id,
        [services.Finding(detector="burst", evaluator_group="residents", subject_kind="responses", subject="x", response_ids=("ff" * 16,))],
        actor=COMMAND,
    )  # fmt: skip
    services.decide(books, raised, choice(Role.ANALYST), actor=someone(Role.ANALYST))
    with pytest.raises(Conflict) as refused:
        services.decide(books, raised, choice(Role.STATISTICIAN), actor=someone(Role.STATISTICIAN))
    assert refused.value.code == "responses_missing"


def test_the_same_finding_is_raised_once(books: Session, cycle: Cycle) -> None:
    finding = services.Finding(
        detector="coaching", evaluator_group="residents", subject_kind="county", subject="990108"
    )
    assert services.record_flags(books, cycle.id, [finding], actor=COMMAND) == []


def test_two_people_decide_on_the_screen(
    books: Session, browser: Callable[[Role | None], FlaskClient]
) -> None:
    county = books.scalars(sa.select(QualityFlag).where(QualityFlag.subject_kind == "county")).one()
    address = f"/admin/flags/{county.id}/decisions"
    books.rollback()
    data = {"decision": "set_aside", "reason_code": "coaching", "reason": "model answers were handed out"}
    for role, said in ((Role.ANALYST, "1"), (Role.VERIFICATION_OFFICER, "2")):
        client = browser(role)
        assert client.post(address, data={**data, "role": "auditor"}).status_code == 422
        assert client.post(address, data={**data, "role": role.value}).status_code == 303, said
    books.expire_all()
    settled = queries.settled(queries.flag(books, county.id))
    assert settled is not None
    assert settled.decision is Decision.SET_ASIDE
