"""Writes a survey as a LimeSurvey file of the newer layout, table by table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from survey.instrument.exchange.limesurvey.languages import from_tag
from survey.instrument.exchange.limesurvey.layout import DB_VERSION, SETTINGS, TABLES
from survey.instrument.exchange.limesurvey.model import Question, Survey, Texts
from survey.instrument.exchange.limesurvey.themes import THEMES

# What no XML document can hold, even in CDATA.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Row = dict[str, str]


def write_survey(survey: Survey) -> bytes:
    """The file. Equal surveys give equal bytes."""
    rows = _Rows(survey).tables()
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<document>"]
    lines.append(" <LimeSurveyDocType>Survey</LimeSurveyDocType>")
    lines.append(f" <DBVersion>{DB_VERSION}</DBVersion>")
    lines.append(" <languages>")
    lines += [f"  <language>{_code(tag)}</language>" for tag in survey.languages]
    lines.append(" </languages>")
    for name, columns in TABLES.items():
        if rows.get(name):
            lines += _table(name, columns, rows[name])
    lines.append("</document>")
    return ("\n".join(lines) + "\n").encode("utf-8")


def _code(tag: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", from_tag(tag))


def _table(name: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield f" <{name}>"
    yield "  <fields>"
    yield from (f"   <fieldname>{column}</fieldname>" for column in columns)
    yield "  </fields>"
    yield "  <rows>"
    for row in rows:
        yield "   <row>"
        yield from (f"    {_cell(column, row.get(column, ''))}" for column in columns)
        yield "   </row>"
    yield "  </rows>"
    yield f" </{name}>"


def _cell(column: str, value: str) -> str:
    if value == "":
        return f"<{column}/>"
    fit = _UNFIT.sub("", value).replace("\r\n", "\n").replace("\r", "\n").replace("]]>", "]]]]><![CDATA[>")
    return f"<{column}><![CDATA[{fit}]]></{column}>"


class _Rows:
    """The rows of all tables; ids that only join tables are counted here."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._tables: dict[str, list[Row]] = {name: [] for name in TABLES}
        used = [int(question.qid) for question in survey.questions()]
        self._next_qid = max(used, default=0) + 1

    def tables(self) -> dict[str, list[Row]]:
        survey = self._survey
        self._add("surveys", **self._settings())
        for tag in survey.languages:
            words = {column: texts.get(tag, "") for column, texts in survey.words.items()}
            row = {**words, "surveyls_dateformat": "6", "surveyls_numberformat": "0"}
            self._add(
                "surveys_languagesettings", surveyls_survey_id=survey.sid, surveyls_language=_code(tag), **row
            )
        for order, group in enumerate(survey.groups, start=1):
            self._add(
                "groups",
                gid=group.gid,
                sid=survey.sid,
                group_order=str(order),
                randomization_group=group.random,
                grelevance=group.relevance,
            )
            for tag in survey.languages:
                texts = {
                    "group_name": group.names.get(tag, ""),
                    "description": group.descriptions.get(tag, ""),
                }
                self._add(
                    "group_l10ns", id=self._id("group_l10ns"), gid=group.gid, language=_code(tag), **texts
                )
            for number, question in enumerate(group.questions, start=1):
                self._question(question, group.gid, number)
        self._quotas()
        return self._tables

    def _settings(self) -> Row:
        survey = self._survey
        others = [_code(tag) for tag in survey.languages if tag != survey.default_language]
        return {
            **SETTINGS,
            **survey.settings,
            "sid": survey.sid,
            "language": _code(survey.default_language),
            "additional_languages": " ".join(others),
        }

    def _add(self, table: str, **row: str) -> None:
        self._tables[table].append(row)

    def _id(self, table: str) -> str:
        return str(len(self._tables[table]) + 1)

    def _question(self, question: Question, gid: str, order: int) -> None:
        common = {
            "sid": self._survey.sid,
            "gid": gid,
            "encrypted": "N",
            "same_default": "0",
            "same_script": "0",
        }
        self._add(
            "questions",
            **common,
            qid=question.qid,
            parent_qid="0",
            type=question.type,
            title=question.title,
            preg=question.preg,
            other="Y" if question.other else "N",
            mandatory=question.mandatory,
            question_order=str(order),
            scale_id="0",
            relevance=question.relevance,
            question_theme_name=question.theme or THEMES.get(question.type, ""),
        )
        self._words(question.qid, question.texts, question.helps)
        ids = self._subquestions(question, common)
        self._answers(question)
        self._attributes(question)
        for default in question.defaults:
            number = self._id("defaultvalues")
            self._add(
                "defaultvalues",
                dvid=number,
                qid=question.qid,
                scale_id=str(default.scale),
                sqid=ids.get(default.sqid, "0"),
                specialtype=default.special,
            )
            for tag, value in default.values.items():
                own = self._id("defaultvalue_l10ns")
                self._add("defaultvalue_l10ns", id=own, dvid=number, language=_code(tag), defaultvalue=value)

    def _words(self, qid: str, texts: Texts, helps: Texts) -> None:
        for tag in self._survey.languages:
            number = self._id("question_l10ns")
            row = {"question": texts.get(tag, ""), "help": helps.get(tag, ""), "language": _code(tag)}
            self._add("question_l10ns", id=number, qid=qid, **row)

    def _subquestions(self, question: Question, common: Row) -> dict[str, str]:
        """Writes the sub-questions; the number that each was given, by the one it had."""
        ids: dict[str, str] = {}
        orders = {0: 0, 1: 0}
        for part in question.subquestions:
            number = str(self._next_qid)
            self._next_qid += 1
            ids[part.qid] = number
            orders[part.scale] += 1
            self._add(
                "subquestions",
                **common,
                qid=number,
                parent_qid=question.qid,
                type=question.type,
                title=part.title,
                other="N",
                mandatory="N",
                question_order=str(orders[part.scale]),
                scale_id=str(part.scale),
                relevance=part.relevance,
            )
            self._words(number, part.texts, {})
        return ids

    def _answers(self, question: Question) -> None:
        for order, answer in enumerate(question.answers, start=1):
            number = self._id("answers")
            self._add(
                "answers",
                aid=number,
                qid=question.qid,
                code=answer.code,
                sortorder=str(order),
                assessment_value=answer.assessment,
                scale_id=str(answer.scale),
            )
            for tag in self._survey.languages:
                own = self._id("answer_l10ns")
                row = {"answer": answer.texts.get(tag, ""), "language": _code(tag)}
                self._add("answer_l10ns", id=own, aid=number, **row)

    def _attributes(self, question: Question) -> None:
        for name, value in question.attributes.items():
            self._add("question_attributes", qid=question.qid, attribute=name, value=value)
        for name, texts in question.words.items():
            for tag, value in texts.items():
                self._add(
                    "question_attributes", qid=question.qid, attribute=name, value=value, language=_code(tag)
                )

    def _quotas(self) -> None:
        sid = self._survey.sid
        for quota in self._survey.quotas:
            self._add(
                "quota",
                id=quota.quota_id,
                sid=sid,
                name=quota.name,
                qlimit=quota.limit,
                action=quota.action,
                active="1",
                autoload_url=quota.autoload,
            )
            for qid, code in quota.members:
                number = self._id("quota_members")
                self._add("quota_members", id=number, sid=sid, qid=qid, quota_id=quota.quota_id, code=code)
            for tag in self._survey.languages:
                self._add(
                    "quota_languagesettings",
                    quotals_id=self._id("quota_languagesettings"),
                    quotals_quota_id=quota.quota_id,
                    quotals_language=_code(tag),
                    quotals_name=quota.name,
                    quotals_message=quota.messages.get(tag, ""),
                )
