"""A consultation from the day it is planned to its replies: phases, comments, two persons, reasons, changes."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.errors import Conflict, Forbidden, Invalid, NotFound
from survey.identity.permissions import Role
from survey.models.consultation import ConsultationComment
from survey.models.instrument import Instrument, InstrumentVersion
from survey.participation import comments, consultations, queries, replies, wording
from survey.participation.comments import About
from survey.participation.phases import Phase, phase_of
from tests.survey.participation.draft import (
    LEADER,
    TERMS,
    WRITER,
    Put,
    document,
    let_pass,
    make_draft,
    program,
    put,
)


def _add(
    session: Session, here: Put, text: str = "What does “in time” mean?", item: str | None = "A1"
) -> str:
    target = comments.about(here.program, section=None, item=item)
    assert target is not None
    return comments.add(
        session, here.consultation, text, target=target, speaks_as="resident", time_zone="Asia/Shanghai"
    )


def _show(session: Session, comment: ConsultationComment) -> None:
    replies.say_whether_shown(session, comment, hidden_for=None, role=Role.DESIGNER, actor=WRITER)
    replies.say_whether_shown(session, comment, hidden_for=None, role=Role.PERFORMANCE_LEAD, actor=LEADER)


def _answer(session: Session, comment: ConsultationComment, decision: str = "accepted") -> None:
    words = {"zh": "已写明日期。", "en": "The day is named now."}
    replies.reply(session, comment, decision=decision, words=words, actor=WRITER)


# --- phases ---------------------------------------------------------------------------------------------


def test_the_phases_follow_the_clock_and_the_acts(session: Session) -> None:
    here = put(session, opens_in=2, days=10)

    def phase() -> Phase:
        return phase_of(here.consultation, now=clock.now(session))

    assert phase() is Phase.PLANNED
    let_pass(session, days=2)
    assert phase() is Phase.OPEN
    let_pass(session, days=10)
    assert phase() is Phase.ANSWERING
    consultations.publish_replies(session, here.consultation, actor=LEADER)
    assert phase() is Phase.ANSWERED
    assert here.draft.state == "open"
    with pytest.raises(Conflict, match="consultation_over"):
        consultations.withdraw(session, here.consultation, actor=LEADER)


@pytest.mark.parametrize("days_left", [-2, 0, 12])
def test_outside_its_time_a_consultation_is_not_found(session: Session, days_left: int) -> None:
    here = put(session, opens_in=2, days=10)
    let_pass(session, days=12 - days_left)
    now = clock.now(session)
    is_open = 0 < days_left <= 10
    assert bool(queries.public_list(session, now=now)) is is_open
    if not is_open:
        with pytest.raises(NotFound):
            queries.find_public(session, here.consultation.public_id, now=now)


def test_a_draft_that_is_put_away_takes_its_consultation_with_it(session: Session) -> None:
    here = put(session)
    now = clock.now(session)
    assert queries.find_public(session, here.consultation.public_id, now=now)[1] is Phase.OPEN
    here.draft.state = "discarded"
    session.flush()
    assert queries.public_list(session, now=now) == []
    with pytest.raises(NotFound):
        queries.find_public(session, here.consultation.public_id, now=now)


def test_days_that_do_not_fit_are_refused(session: Session) -> None:
    draft, now = make_draft(session, document()), clock.now(session)
    for opens, days in ((timedelta(days=-3), 14), (timedelta(), 1), (timedelta(), 400)):
        with pytest.raises(Invalid, match="consultation_days"):
            consultations.plan(
                session,
                draft,
                program(),
                terms=TERMS,
                opens_at=now + opens,
                closes_at=now + opens + timedelta(days=days),
                actor=WRITER,
            )


def test_one_consultation_at_a_time(session: Session) -> None:
    here, now = put(session), clock.now(session)
    with pytest.raises(Conflict, match="consultation_running"):
        consultations.plan(
            session,
            here.draft,
            here.program,
            terms=TERMS,
            opens_at=now,
            closes_at=now + timedelta(days=9),
            actor=WRITER,
        )


# --- comments -------------------------------------------------------------------------------------------


def test_a_comment_keeps_no_name_no_time_and_no_readable_reference(session: Session) -> None:
    here = put(session)
    reference = _add(session, here)
    row = session.execute(sa.select(ConsultationComment.__table__)).mappings().one()
    assert reference not in str(dict(row))
    assert (row["section"], row["item"], row["speaks_as"]) == ("A", "A1", "resident")
    assert not [name for name in row if name.endswith("_at") and row[name] is not None]
    shuffled = comments.written(reference).lower().replace("0", "O").replace("1", "l")
    found = comments.by_reference(session, f"  {shuffled} ")
    assert found is not None
    assert found.id == row["id"]
    assert comments.by_reference(session, "0" * 16) is None


@pytest.mark.parametrize("text", ["", "  \n ", "abc", "x" * 1001, "null\x00byte here"])
def test_unfit_comments_are_refused(session: Session, text: str) -> None:
    here = put(session)
    with pytest.raises(Invalid):
        _add(session, here, text)
    assert queries.comments(session, here.consultation, shown=False) == []


def test_comments_are_about_something_that_is_there(session: Session) -> None:
    compiled = program()
    assert comments.about(compiled, section=None, item="A1") == About(section="A", item="A1")
    assert comments.about(compiled, section="A", item=None) == About(section="A")
    assert comments.about(compiled, section=None, item=None) == About()
    assert comments.about(compiled, section=None, item="Z9") is None
    assert comments.about(compiled, section="Z", item=None) is None


# --- two persons, replies -------------------------------------------------------------------------------


def test_nobody_alone_shows_a_comment(session: Session) -> None:
    here = put(session)
    _add(session, here)
    (comment,) = queries.comments(session, here.consultation, shown=False)

    def say(role: Role, actor: object = WRITER) -> bool:
        return replies.say_whether_shown(session, comment, hidden_for=None, role=role, actor=actor)  # type: ignore[arg-type]  # two actors

    assert say(Role.DESIGNER) is False
    assert queries.comments(session, here.consultation, shown=True) == []
    with pytest.raises(Conflict, match="second_person"):
        say(Role.DESIGNER)
    with pytest.raises(Conflict, match="second_person"):
        say(Role.DESIGNER, LEADER)  # another person, the same role
    with pytest.raises(Forbidden, match="role_not_held"):
        say(Role.REVIEWER, LEADER)
    assert say(Role.PERFORMANCE_LEAD, LEADER) is True
    assert queries.comments(session, here.consultation, shown=True) == [comment]
    with pytest.raises(Conflict, match="comment_settled"):
        say(Role.PERFORMANCE_LEAD, LEADER)


def test_two_who_disagree_settle_nothing(session: Session) -> None:
    here = put(session)
    _add(session, here)
    (comment,) = queries.comments(session, here.consultation, shown=False)
    replies.say_whether_shown(session, comment, hidden_for=None, role=Role.DESIGNER, actor=WRITER)
    settled = replies.say_whether_shown(
        session, comment, hidden_for="insult", role=Role.PERFORMANCE_LEAD, actor=LEADER
    )
    assert not settled
    assert comment.state == "waiting"
    assert replies.say_whether_shown(session, comment, hidden_for="insult", role=Role.DESIGNER, actor=WRITER)
    assert comment.state == "hidden"


def test_replies_are_published_once_every_comment_is_dealt_with(session: Session) -> None:
    here = put(session)
    for text in ("What does “in time” mean?", "You are an idiot, Mr Example"):
        _add(session, here, text)
    first, second = queries.comments(session, here.consultation, shown=False)
    with pytest.raises(Conflict, match="consultation_not_over"):
        consultations.publish_replies(session, here.consultation, actor=LEADER)
    let_pass(session, days=15)
    _show(session, first)
    _answer(session, first)
    _answer(session, second, "not_accepted")
    with pytest.raises(Conflict, match="comments_without_reply"):  # nobody decided whether it is shown
        consultations.publish_replies(session, here.consultation, actor=LEADER)
    replies.say_whether_shown(session, second, hidden_for="insult", role=Role.DESIGNER, actor=WRITER)
    replies.say_whether_shown(session, second, hidden_for="insult", role=Role.PERFORMANCE_LEAD, actor=LEADER)
    consultations.publish_replies(session, here.consultation, actor=LEADER)
    found = queries.outcome(session, here.consultation)
    assert [comment.text for comment in found.comments] == [first.text]
    assert found.hidden == 1
    assert found.decisions == {"accepted": 1, "not_accepted": 1}
    with pytest.raises(Conflict, match="consultation_over"):
        _answer(session, first, "not_accepted")
    assert audit.check(session) == []


@pytest.mark.parametrize(
    ("decision", "words"),
    [("maybe", {"zh": "理由已经写明"}), ("accepted", {"zh": ""}), ("accepted", {"en": "Only English here"})],
)
def test_a_reply_has_a_decision_and_a_reason(session: Session, decision: str, words: dict[str, str]) -> None:
    here = put(session)
    _add(session, here)
    (comment,) = queries.comments(session, here.consultation, shown=False)
    with pytest.raises(Invalid):
        replies.reply(session, comment, decision=decision, words=words, actor=WRITER)
    assert comment.decision is None


def test_the_whole_round_on_each_database(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session:
        here = put(session)
        reference = _add(session, here)
        (comment,) = queries.comments(session, here.consultation, shown=False)
        _show(session, comment)
        _answer(session, comment)
        session.commit()
        let_pass(session, days=15)
        consultations.publish_replies(session, here.consultation, actor=LEADER)
        session.commit()
        found = comments.by_reference(session, reference)
        assert found is not None
        assert found.reply == {"zh": "已写明日期。", "en": "The day is named now."}
        (listed,) = queries.public_list(session, now=clock.now(session))
        assert (listed.phase, listed.comments) == (Phase.ANSWERED, 1)


# --- what changed ---------------------------------------------------------------------------------------


def test_what_changed_is_told_item_by_item() -> None:
    later = copy.deepcopy(document())
    first, _area, third = later["sections"][0]["questions"][:3]
    first["text"] = {"zh": "桥在7月前通车了吗？", "en": "Did the bridge reopen before July?"}
    third["options"] = third["options"][:2]
    later["sections"][0]["questions"].insert(
        1, {"id": "A9", "type": "text", "max_chars": 90, "text": {"zh": "为什么？", "en": "Why?"}}
    )
    found = {change.item: change.kinds for change in wording.changes(program(), program(later))}
    assert found == {"A1": ("reworded",), "A9": ("added",), "A3": ("options",)}
    (first, *_others) = wording.changes(program(), program(later))
    assert [dict(line) for line in first.after] == [later["sections"][0]["questions"][0]["text"]]
    back = {change.item: change.kinds for change in wording.changes(program(later), program())}
    assert back["A9"] == ("removed",)
    assert wording.changes(program(), program()) == []


def test_the_outcome_compares_with_a_locked_version_only(session: Session) -> None:
    here = put(session)
    let_pass(session, days=15)
    consultations.publish_replies(session, here.consultation, actor=LEADER)
    later = copy.deepcopy(document())
    later["sections"][0]["questions"][0]["text"]["en"] = "Did the bridge reopen before July?"
    after = program(later)
    version = InstrumentVersion(
        instrument=Instrument(code="everything", title=later["title"]),
        version="2026.1",
        document=later,
        program=after.to_json(),
        digest=after.digest,
        loaded_at=clock.now(session),
    )
    session.add(version)
    session.flush()
    consultations.link_version(session, here.draft, version)
    assert queries.outcome(session, here.consultation).version is None
    version.locked_at = clock.now(session)
    found = queries.outcome(session, here.consultation)
    assert [change.item for change in found.changes] == ["A1"]
    assert queries.of_version(session, after.digest) == [here.consultation]
