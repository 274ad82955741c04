"""Joins the tables of a LimeSurvey file into a survey, whichever of the two layouts they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from survey.instrument.exchange.limesurvey_languages import to_tag
from survey.instrument.exchange.limesurvey_model import (
    Answer,
    Condition,
    Default,
    Group,
    Question,
    Quota,
    Subquestion,
    Survey,
    Texts,
)
from survey.instrument.exchange.limesurvey_xml import Row, Tables

T = TypeVar("T")
MAX_STRANGE = 50
KINDS = ("Survey", "Group", "Question")
# Every question of a file without a group of its own (.lsq) comes here.
NO_GROUP = "0"
_NOT_IN_WORDS = ("surveyls_survey_id", "surveyls_language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A row that belongs to nothing in the file."""

    table: str
    row_id: str
    parent: str


@dataclass(kw_only=True)
class Joined:
    """The survey, the rows that belong to nothing, and languages of texts that the survey does not have."""

    survey: Survey
    orphans: list[Orphan] = field(default_factory=list)
    n_subquestions: int = 0
    n_options: int = 0
    n_conditions: int = 0
    strange_languages: tuple[str, ...] = ()


def join(tables: Tables) -> Joined:
    """The survey that the tables describe. Never raises: what does not fit together becomes an orphan."""
    return _Joiner(tables).join()


def number(text: str | None, *, default: int = 0) -> int:
    """A whole number as written in a cell."""
    raw = (text or "").strip()
    return int(raw) if len(raw) < 10 and raw.lstrip("-").isascii() and raw.lstrip("-").isdigit() else default


class _Joiner:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._orphans: list[Orphan] = []
        self._strange: dict[str, None] = {}
        self._languages = self._all_languages()

    def join(self) -> Joined:
        settings = dict(next(iter(self._tables["surveys"]), {}))
        survey = Survey(
            sid=settings.get("sid", "") or self._first("groups", "sid") or self._first("questions", "sid"),
            kind=self._tables.doc_type if self._tables.doc_type in KINDS else "Survey",
            languages=tuple(self._languages.values()),
            settings=settings,
        )
        main = settings.get("language", "").strip()
        survey.default_language = self._languages.get(main, next(iter(survey.languages), "und"))
        survey.words = self._survey_words()
        groups = self._groups()
        questions = self._questions(groups)
        n_subquestions = self._subquestions(questions)
        n_options = self._answers(questions)
        self._attributes(questions)
        self._defaults(questions)
        n_conditions = self._conditions(questions)
        survey.groups = list(groups.values())
        survey.quotas = self._quotas()
        return Joined(
            survey=survey,
            orphans=self._orphans,
            n_subquestions=n_subquestions,
            n_options=n_options,
            n_conditions=n_conditions,
            strange_languages=tuple(self._strange),
        )

    def _first(self, table: str, column: str) -> str:
        return next((row[column] for row in self._tables[table] if row.get(column)), "")

    def _all_languages(self) -> dict[str, str]:
        """Our tag of every language code, in the order of the file."""
        settings = next(iter(self._tables["surveys"]), {})
        codes = [*self._tables.languages, settings.get("language", "")]
        codes += settings.get("additional_languages", "").split()
        codes += [row.get("surveyls_language", "") for row in self._tables["surveys_languagesettings"]]
        if not any(codes):
            codes = [
                row.get("language", "")
                for row in (*self._tables["questions"], *self._tables["question_l10ns"])
            ]
        found: dict[str, str] = {}
        for code in (code.strip() for code in codes):
            if code and to_tag(code) not in found.values():
                found[code] = to_tag(code)
        return found or {"": "und"}

    def _tag(self, row: Row, column: str = "language") -> str | None:
        """The tag of a row's language; None where the survey does not have it."""
        code = row.get(column, "").strip()
        if code and code not in self._languages and len(self._strange) < MAX_STRANGE:
            self._strange.setdefault(code)
        return self._languages.get(code) if code else next(iter(self._languages.values()))

    def _collect(self, into: Texts, row: Row, column: str, language: str = "language") -> None:
        tag = self._tag(row, language)
        if tag and row.get(column) and tag not in into:
            into[tag] = row[column]

    def _survey_words(self) -> dict[str, Texts]:
        words: dict[str, Texts] = defaultdict(dict)
        for row in self._tables["surveys_languagesettings"]:
            for column in row:
                if column not in _NOT_IN_WORDS:
                    self._collect(words[column], row, column, "surveyls_language")
        return {column: texts for column, texts in words.items() if texts}

    def _groups(self) -> dict[str, Group]:
        rows = _ordered(self._tables["groups"], "group_order")
        groups: dict[str, Group] = {}
        for row in rows:
            gid = row.get("gid", "").strip()
            group = groups.setdefault(
                gid,
                Group(
                    gid=gid,
                    relevance=row.get("grelevance", "").strip() or "1",
                    random=row.get("randomization_group", "").strip(),
                ),
            )
            self._collect(group.names, row, "group_name")
            self._collect(group.descriptions, row, "description")
        for row in self._tables["group_l10ns"]:
            if known := self._of(groups, row, "gid", "group_l10ns"):
                self._collect(known.names, row, "group_name")
                self._collect(known.descriptions, row, "description")
        return groups

    def _questions(self, groups: dict[str, Group]) -> dict[str, Question]:
        questions: dict[str, Question] = {}
        for row in _ordered(self._tables["questions"], "question_order"):
            if number(row.get("parent_qid")):
                continue
            qid = row.get("qid", "").strip()
            if qid not in questions:
                questions[qid] = _question(row, qid)
                self._into_group(groups, questions[qid])
            self._collect(questions[qid].texts, row, "question")
            self._collect(questions[qid].helps, row, "help")
        subquestion_ids = {row.get("qid", "").strip() for row in self._subquestion_rows()}
        for row in self._tables["question_l10ns"]:
            qid = row.get("qid", "").strip()
            if qid in questions:
                question = questions[qid]
                self._collect(question.texts, row, "question")
                self._collect(question.helps, row, "help")
                question.scripts = question.scripts or bool(row.get("script", "").strip())
            elif qid not in subquestion_ids:
                self._orphans.append(Orphan(table="question_l10ns", row_id=row.get("id", ""), parent=qid))
        return questions

    def _into_group(self, groups: dict[str, Group], question: Question) -> None:
        if question.gid not in groups and (groups or self._tables.doc_type != "Question"):
            self._orphans.append(Orphan(table="questions", row_id=question.qid, parent=question.gid))
        key = question.gid if question.gid in groups else NO_GROUP
        groups.setdefault(key, Group(gid=key)).questions.append(question)

    def _subquestion_rows(self) -> list[Row]:
        # Very early files keep sub-questions among the questions.
        among = [row for row in self._tables["questions"] if number(row.get("parent_qid"))]
        return [*self._tables["subquestions"], *among]

    def _subquestions(self, questions: Mapping[str, Question]) -> int:
        found: dict[str, Subquestion] = {}
        for row in _ordered(self._subquestion_rows(), "question_order"):
            qid = row.get("qid", "").strip()
            if qid not in found:
                found[qid] = Subquestion(
                    qid=qid,
                    title=row.get("title", ""),
                    scale=number(row.get("scale_id")),
                    relevance=row.get("relevance", "").strip() or "1",
                )
                parent = questions.get(row.get("parent_qid", "").strip())
                if parent is None:
                    self._orphans.append(
                        Orphan(table="subquestions", row_id=qid, parent=row.get("parent_qid", ""))
                    )
                else:
                    parent.subquestions.append(found[qid])
            self._collect(found[qid].texts, row, "question")
        for row in self._tables["question_l10ns"]:
            if row.get("qid", "").strip() in found:
                self._collect(found[row["qid"].strip()].texts, row, "question")
        return len(found)

    def _answers(self, questions: Mapping[str, Question]) -> int:
        found: dict[tuple[str, ...], Answer] = {}
        for row in _ordered(self._tables["answers"], "sortorder"):
            # With one row per language the code is all that makes two rows one answer.
            key = (
                (row["aid"],)
                if row.get("aid")
                else (row.get("qid", ""), row.get("scale_id", ""), row.get("code", ""))
            )
            again = "aid" not in row and self._repeated(found.get(key), row)
            if key not in found or again:
                key = (*key, str(len(found))) if again else key
                found[key] = Answer(
                    code=row.get("code", ""),
                    scale=number(row.get("scale_id")),
                    assessment=row.get("assessment_value", "").strip() or "0",
                )
                self._add_answer(questions, row, found[key])
            self._collect(found[key].texts, row, "answer")
        for row in self._tables["answer_l10ns"]:
            if answer := found.get((row.get("aid", ""),)):
                self._collect(answer.texts, row, "answer")
            else:
                self._orphans.append(
                    Orphan(table="answer_l10ns", row_id=row.get("id", ""), parent=row.get("aid", ""))
                )
        return len(found)

    def _repeated(self, answer: Answer | None, row: Row) -> bool:
        """Whether an answer already has a text in the language of this row: then the code stands twice."""
        return answer is not None and self._tag(row) in answer.texts and bool(row.get("answer"))

    def _add_answer(self, questions: Mapping[str, Question], row: Row, answer: Answer) -> None:
        question = questions.get(row.get("qid", "").strip())
        if question is None:
            row_id = row.get("aid") or row.get("code", "")
            self._orphans.append(Orphan(table="answers", row_id=row_id, parent=row.get("qid", "")))
        else:
            question.answers.append(answer)

    def _attributes(self, questions: Mapping[str, Question]) -> None:
        for row in self._tables["question_attributes"]:
            question = self._of(questions, row, "qid", "question_attributes")
            name, value = row.get("attribute", "").strip(), row.get("value", "")
            if question is None or not name or not value.strip():
                continue
            if row.get("language", "").strip():
                self._collect(question.words.setdefault(name, {}), row, "value")
            else:
                question.attributes.setdefault(name, value.strip())

    def _defaults(self, questions: Mapping[str, Question]) -> None:
        found: dict[tuple[str, ...], Default] = {}
        by_id: dict[str, Default] = {}
        for row in self._tables["defaultvalues"]:
            question = self._of(questions, row, "qid", "defaultvalues")
            if question is None:
                continue
            key = tuple(row.get(name, "") for name in ("qid", "scale_id", "sqid", "specialtype"))
            if key not in found:
                found[key] = Default(
                    sqid=row.get("sqid", "").strip() or "0",
                    scale=number(row.get("scale_id")),
                    special=row.get("specialtype", "").strip(),
                )
                question.defaults.append(found[key])
            if row.get("dvid"):
                by_id[row["dvid"]] = found[key]
            self._collect(found[key].values, row, "defaultvalue")
        for row in self._tables["defaultvalue_l10ns"]:
            if default := by_id.get(row.get("dvid", "")):
                self._collect(default.values, row, "defaultvalue")

    def _conditions(self, questions: Mapping[str, Question]) -> int:
        rows = self._tables["conditions"]
        ordered = sorted(rows, key=lambda row: number(row.get("scenario"), default=1))
        for row in ordered:
            if question := self._of(questions, row, "qid", "conditions", row_id="cid"):
                question.conditions.append(
                    Condition(
                        scenario=number(row.get("scenario"), default=1),
                        cqid=row.get("cqid", "").strip(),
                        field=row.get("cfieldname", "").strip(),
                        method=row.get("method", "").strip() or "==",
                        value=row.get("value", ""),
                    )
                )
        return len(rows)

    def _quotas(self) -> list[Quota]:
        quotas = {
            row.get("id", ""): Quota(
                quota_id=row.get("id", "").strip(),
                name=row.get("name", "").strip(),
                limit=row.get("qlimit", "").strip(),
                action=row.get("action", "").strip() or "1",
                active=row.get("active", "1").strip() != "0",
                autoload=row.get("autoload_url", "").strip() or "0",
            )
            for row in self._tables["quota"]
        }
        for row in self._tables["quota_members"]:
            if quota := self._of(quotas, row, "quota_id", "quota_members", row_id="id"):
                quota.members.append((row.get("qid", "").strip(), row.get("code", "").strip()))
        for row in self._tables["quota_languagesettings"]:
            if quota := self._of(
                quotas, row, "quotals_quota_id", "quota_languagesettings", row_id="quotals_id"
            ):
                self._collect(quota.messages, row, "quotals_message", "quotals_language")
                self._collect(quota.urls, row, "quotals_url", "quotals_language")
        return list(quotas.values())

    def _of(
        self, known: Mapping[str, T], row: Row, column: str, table: str, *, row_id: str = "id"
    ) -> T | None:
        """What a row belongs to; a row that belongs to nothing is noted."""
        parent = row.get(column, "").strip()
        if parent not in known:
            shown = row.get(row_id) or row.get("attribute", "")
            self._orphans.append(Orphan(table=table, row_id=shown, parent=parent))
        return known.get(parent)


def _question(row: Row, qid: str) -> Question:
    return Question(
        qid=qid,
        type=row.get("type", "").strip() or "T",
        title=row.get("title", ""),
        gid=row.get("gid", "").strip(),
        relevance=row.get("relevance", "").strip() or "1",
        mandatory=row.get("mandatory", "").strip() or "N",
        other=row.get("other", "").strip() == "Y",
        preg=row.get("preg", "").strip(),
        theme=row.get("question_theme_name", "").strip(),
        encrypted=row.get("encrypted", "").strip() == "Y",
    )


def _ordered(rows: Iterable[Row], column: str) -> list[Row]:
    return sorted(rows, key=lambda row: number(row.get(column)))
