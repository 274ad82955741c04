"""Imports LimeSurvey files (.lss, .lsg, .lsq, older and newer databases) as instrument documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from survey.instrument.exchange.guards import Refusal
from survey.instrument.exchange.limesurvey.carry import Carry, keep, section_id
from survey.instrument.exchange.limesurvey.findings import find_problems
from survey.instrument.exchange.limesurvey.item import Fields, ItemReader, without_empty
from survey.instrument.exchange.limesurvey.kinds import read_question
from survey.instrument.exchange.limesurvey.model import Group, Survey, Texts
from survey.instrument.exchange.limesurvey.names import is_id
from survey.instrument.exchange.limesurvey.quotas import read_quotas
from survey.instrument.exchange.limesurvey.rewrite import Place
from survey.instrument.exchange.limesurvey.rows import number
from survey.instrument.exchange.limesurvey.settings import note_rest, read_settings
from survey.instrument.exchange.limesurvey.tables import NO_GROUP, Joined, join
from survey.instrument.exchange.limesurvey.texts import Inlined
from survey.instrument.exchange.limesurvey.variables import Variables, read_variables
from survey.instrument.exchange.limesurvey.write_script import write_script
from survey.instrument.exchange.limesurvey.xml import read_tables
from survey.instrument.exchange.report import Counts, Imported
from survey.instrument.problems import Where

FORMAT = "limesurvey"
SCHEMA = "minyi/instrument/2"
POLICY_ITEM = "policy"


def read_limesurvey(raw: bytes, filename: str = "") -> Imported:
    """What a file holds, as a document with everything that it could not say listed.

    Never raises: a file that cannot be read is refused with the reason.
    """
    try:
        tables = read_tables(raw)
    except Refusal as refusal:
        return Imported(document=None, counts=Counts(), problems=(refusal.problem,), format=FORMAT)
    joined = join(tables)
    counts = _counts(joined)
    if not joined.survey.groups:
        problem = Refusal("file_format").problem
        return Imported(document=None, counts=counts, problems=(problem,), format=FORMAT)
    carry = carry_for(joined.survey)
    document = read_document(carry)
    for orphan in joined.orphans:
        reason = "group_missing" if orphan.table == "questions" else "orphan"
        where = Where(sheet=orphan.table[:40], column=f"id {orphan.row_id}"[:40])
        carry.note(where, f"{orphan.table} {orphan.row_id} → {orphan.parent}", reason)
    for code in joined.strange_languages:
        carry.note(Where(field="languages"), code, "language_unknown")
    note_rest(carry, tables)
    return Imported(
        document=document,
        counts=counts,
        problems=find_problems(joined.survey, carry.variables),
        not_carried=tuple(carry.rows),
        format=FORMAT,
    )


def carry_for(survey: Survey) -> Carry:
    """A fresh import of a survey. A stray group gets an id of its own."""
    ids = [number(group.gid) for group in survey.groups]
    for group in survey.groups:
        if not is_id(group.gid):
            group.gid = str(max(ids, default=0) + 1)
            ids.append(int(group.gid))
        for question in group.questions:
            question.gid = group.gid
    survey.sid = survey.sid if is_id(survey.sid) else "1"
    _number_questions(survey)
    variables = read_variables(survey)
    return Carry(survey=survey, variables=variables, write_back=write_script, taken=_taken(variables))


def _number_questions(survey: Survey) -> None:
    """Give questions whose id is no number a new one, and tell all who refer to it."""
    last = max((int(question.qid) for question in survey.questions() if is_id(question.qid)), default=0)
    renumbered: dict[str, str] = {}
    for question in survey.questions():
        if not is_id(question.qid):
            last += 1
            renumbered[question.qid] = question.qid = str(last)
    if not renumbered:
        return
    for question in survey.questions():
        question.conditions = [
            replace(condition, cqid=renumbered.get(condition.cqid, condition.cqid))
            for condition in question.conditions
        ]
    for quota in survey.quotas:
        quota.members = [(renumbered.get(qid, qid), code) for qid, code in quota.members]


def _taken(variables: Variables) -> set[str]:
    return {*variables.names.values(), POLICY_ITEM}


def read_document(carry: Carry) -> dict[str, Any]:  # Any: an instrument document
    """The document of a survey."""
    survey = carry.survey
    sections = [read_section(carry, group) for group in survey.groups]
    place = Place(variables=carry.variables)
    closing = Inlined(
        base="closing", taken=carry.taken, before=len(survey.questions()) + 1, write_back=carry.write_back
    )
    words = _survey_words(carry, place, closing)
    sections[-1]["questions"].extend(closing.items.values())
    policy = words.pop(POLICY_ITEM)
    if policy:
        sections[0]["questions"].insert(0, policy)
    document = {
        "schema": SCHEMA,
        "id": f"ls{survey.sid}",
        "languages": list(survey.languages),
        "default_language": survey.default_language,
        **words,
        "lists": carry.lists,
        "sections": sections,
        "quotas": read_quotas(carry),
        "foreign": {"limesurvey": read_settings(carry)},
    }
    return {"title": {}, **without_empty(document)}


def _survey_words(carry: Carry, place: Place, closing: Inlined) -> Fields:
    words = carry.survey.words

    def carried(column: str, field: str, inlined: Inlined | None = None, *, line: bool = False) -> Texts:
        where = Where(field=field, sheet="surveys_languagesettings", column=column)
        return carry.words(words.get(column, {}), where, place, inlined, line=line)

    return {
        "title": carried("surveyls_title", "title", line=True),
        "consent": carried("surveyls_welcometext", "consent"),
        "closing": carried("surveyls_endtext", "closing", closing),
        POLICY_ITEM: _policy(carry, carried("surveyls_policy_notice", "policy")),
    }


def _policy(carry: Carry, text: Texts) -> Fields | None:
    """The notice on data protection is an item to agree to, at the beginning."""
    if text and carry.survey.settings.get("showsurveypolicynotice", "0") not in ("1", "2"):
        where = Where(sheet="surveys_languagesettings", column="surveyls_policy_notice")
        carry.note(where, next(iter(text.values())), "policy_hidden")
        return None
    if not text:
        return None
    place = Place(variables=carry.variables)
    kept: Fields = {"part": POLICY_ITEM, "notice": carry.survey.settings["showsurveypolicynotice"]}
    item: Fields = {"id": POLICY_ITEM, "type": "consent", "text": text, "required": True}
    for column, field in (
        ("surveyls_policy_notice_label", "help"),
        ("surveyls_policy_error", "required_message"),
    ):
        where = Where(item=POLICY_ITEM, field=field, sheet="surveys_languagesettings", column=column)
        item[field] = carry.words(carry.survey.words.get(column, {}), where, place, None)
    return {**without_empty(item), "foreign": {"limesurvey": kept}}


def read_section(carry: Carry, group: Group) -> Fields:
    """The section that a group becomes."""
    code = section_id(group.gid)
    place = Place(variables=carry.variables)
    where = Where(section=code, sheet="groups", column=f"gid {group.gid}"[:40])
    first = carry.variables.order_of(group.questions[0].qid) if group.questions else 0
    inlined = Inlined(base=code, taken=carry.taken, before=first, write_back=carry.write_back)
    kept: Fields = {}
    section = {
        "id": code,
        "title": carry.words(group.names, where, place, inlined, line=True),
        "intro": carry.words(group.descriptions, where, place, inlined),
        "show_if": carry.condition(
            group.relevance, where, place, kept, key="relevance", lost="relevance_lost"
        ),
        "shuffle": True if group.random else None,
    }
    if group.random:
        keep(kept, "random", group.random)
    items = [item for question in group.questions for item in read_question(ItemReader(carry, question))]
    section = without_empty({**section, "foreign": {"limesurvey": kept} if kept else None})
    return {**section, "questions": [*inlined.items.values(), *items]}


def _counts(joined: Joined) -> Counts:
    survey = joined.survey
    questions = survey.questions()
    asked = [row for question in questions for row in question.subquestions]
    return Counts(
        languages=survey.languages,
        groups=sum(group.gid != NO_GROUP for group in survey.groups),
        questions=len(questions),
        subquestions=joined.n_subquestions,
        options=joined.n_options,
        conditions=joined.n_conditions,
        quotas=len(survey.quotas),
        more={
            "relevance_questions": _conditional([question.relevance for question in questions]),
            "relevance_groups": _conditional([group.relevance for group in survey.groups]),
            "relevance_subquestions": _conditional([row.relevance for row in asked]),
        },
    )


def _conditional(relevances: Sequence[str]) -> int:
    return sum(relevance not in ("", "1") for relevance in relevances)
