"""Joins the tables of a LimeSurvey file into a survey, whichever of the two layouts they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.instrument.exchange.limesurvey.hung import Hanger
from survey.instrument.exchange.limesurvey.model import Answer, Group, Question, Subquestion, Survey, Texts
from survey.instrument.exchange.limesurvey.rows import Orphan, Rows, number, ordered
from survey.instrument.exchange.limesurvey.xml import Row, Tables

KINDS = ("Survey", "Group", "Question")
# Every question of a file without a group of its own (.lsq) comes here.
NO_GROUP = "0"
_NOT_IN_WORDS = ("surveyls_survey_id", "surveyls_language")


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


class _Joiner:
    """Groups, questions, sub-questions and answers."""

    def __init__(self, tables: Tables) -> None:
        self._rows = Rows(tables)
        self._tables = tables

    def join(self) -> Joined:
        settings = dict(next(iter(self._tables["surveys"]), {}))
        survey = Survey(
            sid=settings.get("sid", "")
            or self._rows.first("groups", "sid")
            or self._rows.first("questions", "sid"),
            kind=self._tables.doc_type if self._tables.doc_type in KINDS else "Survey",
            languages=tuple(self._rows.languages.values()),
            settings=settings,
        )
        main = settings.get("language", "").strip()
        survey.default_language = self._rows.languages.get(main, next(iter(survey.languages), "und"))
        survey.words = self._survey_words()
        groups = self._groups()
        questions = self._questions(groups)
        n_subquestions = self._subquestions(questions)
        n_options = self._answers(questions)
        hanger = Hanger(self._rows)
        hanger.attributes(questions)
        hanger.defaults(questions)
        n_conditions = hanger.conditions(questions)
        survey.groups = list(groups.values())
        survey.quotas = hanger.quotas()
        return Joined(
            survey=survey,
            orphans=self._rows.orphans,
            n_subquestions=n_subquestions,
            n_options=n_options,
            n_conditions=n_conditions,
            strange_languages=tuple(self._rows.strange),
        )

    def _survey_words(self) -> dict[str, Texts]:
        words: dict[str, Texts] = defaultdict(dict)
        for row in self._tables["surveys_languagesettings"]:
            for column in row:
                if column not in _NOT_IN_WORDS:
                    self._rows.collect(words[column], row, column, "surveyls_language")
        return {column: texts for column, texts in words.items() if texts}

    def _groups(self) -> dict[str, Group]:
        rows = ordered(self._tables["groups"], "group_order")
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
            self._rows.collect(group.names, row, "group_name")
            self._rows.collect(group.descriptions, row, "description")
        for row in self._tables["group_l10ns"]:
            if known := self._rows.of(groups, row, "gid", "group_l10ns"):
                self._rows.collect(known.names, row, "group_name")
                self._rows.collect(known.descriptions, row, "description")
        return groups

    def _questions(self, groups: dict[str, Group]) -> dict[str, Question]:
        questions: dict[str, Question] = {}
        for row in ordered(self._tables["questions"], "question_order"):
            if number(row.get("parent_qid")):
                continue
            qid = row.get("qid", "").strip()
            if qid not in questions:
                questions[qid] = _question(row, qid)
                self._into_group(groups, questions[qid])
            self._rows.collect(questions[qid].texts, row, "question")
            self._rows.collect(questions[qid].helps, row, "help")
        subquestion_ids = {row.get("qid", "").strip() for row in self._subquestion_rows()}
        for row in self._tables["question_l10ns"]:
            qid = row.get("qid", "").strip()
            if qid in questions:
                question = questions[qid]
                self._rows.collect(question.texts, row, "question")
                self._rows.collect(question.helps, row, "help")
                question.scripts = question.scripts or bool(row.get("script", "").strip())
            elif qid not in subquestion_ids:
                self._rows.orphans.append(
                    Orphan(table="question_l10ns", row_id=row.get("id", ""), parent=qid)
                )
        return questions

    def _into_group(self, groups: dict[str, Group], question: Question) -> None:
        if question.gid not in groups and (groups or self._tables.doc_type != "Question"):
            self._rows.orphans.append(Orphan(table="questions", row_id=question.qid, parent=question.gid))
        key = question.gid if question.gid in groups else NO_GROUP
        groups.setdefault(key, Group(gid=key)).questions.append(question)

    def _subquestion_rows(self) -> list[Row]:
        # Very early files keep sub-questions among the questions.
        among = [row for row in self._tables["questions"] if number(row.get("parent_qid"))]
        return [*self._tables["subquestions"], *among]

    def _subquestions(self, questions: Mapping[str, Question]) -> int:
        found: dict[str, Subquestion] = {}
        for row in ordered(self._subquestion_rows(), "question_order"):
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
                    self._rows.orphans.append(
                        Orphan(table="subquestions", row_id=qid, parent=row.get("parent_qid", ""))
                    )
                else:
                    parent.subquestions.append(found[qid])
            self._rows.collect(found[qid].texts, row, "question")
        for row in self._tables["question_l10ns"]:
            if row.get("qid", "").strip() in found:
                self._rows.collect(found[row["qid"].strip()].texts, row, "question")
        return len(found)

    def _answers(self, questions: Mapping[str, Question]) -> int:
        found: dict[tuple[str, ...], Answer] = {}
        for row in ordered(self._tables["answers"], "sortorder"):
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
            self._rows.collect(found[key].texts, row, "answer")
        for row in self._tables["answer_l10ns"]:
            if answer := found.get((row.get("aid", ""),)):
                self._rows.collect(answer.texts, row, "answer")
            else:
                self._rows.orphans.append(
                    Orphan(table="answer_l10ns", row_id=row.get("id", ""), parent=row.get("aid", ""))
                )
        return len(found)

    def _repeated(self, answer: Answer | None, row: Row) -> bool:
        """Whether an answer already has a text in the language of this row: then the code stands twice."""
        return answer is not None and self._rows.tag(row) in answer.texts and bool(row.get("answer"))

    def _add_answer(self, questions: Mapping[str, Question], row: Row, answer: Answer) -> None:
        question = questions.get(row.get("qid", "").strip())
        if question is None:
            row_id = row.get("aid") or row.get("code", "")
            self._rows.orphans.append(Orphan(table="answers", row_id=row_id, parent=row.get("qid", "")))
        else:
            question.answers.append(answer)


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
