"""Reads one question of LimeSurvey into the items that it becomes: what all types share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from survey.instrument.exchange.limesurvey.attributes import Attributes
from survey.instrument.exchange.limesurvey.carry import Carry, keep, own_place, where_of
from survey.instrument.exchange.limesurvey.conditions import conditions_script
from survey.instrument.exchange.limesurvey.model import Question, Texts
from survey.instrument.exchange.limesurvey.names import option_code, row_code
from survey.instrument.exchange.limesurvey.patterns import to_re2
from survey.instrument.exchange.limesurvey.texts import Inlined
from survey.instrument.exchange.limesurvey.themes import THEMES
from survey.instrument.exchange.limesurvey.variables import Variable
from survey.instrument.exchange.limesurvey.written import quote
from survey.instrument.problems import Where

Fields = dict[str, Any]  # Any: a part of an instrument document
MAX_INLINE_OPTIONS = 500
WITH_ROWS, WITH_COLUMNS, WITH_ANSWERS = frozenset("1ABCEFHKMPQ:;"), frozenset(":;"), frozenset("1FHLOR!")


class ItemReader:
    """One question under way. ``kept`` is what its item holds for the way back."""

    def __init__(self, carry: Carry, question: Question) -> None:
        self.carry, self.question = carry, question
        self.name = carry.variables.names[question.qid]
        self.languages = carry.survey.languages
        self.attributes = Attributes(question)
        self.inlined = Inlined(
            base=self.name,
            taken=carry.taken,
            before=carry.variables.order_of(question.qid),
            write_back=carry.write_back,
        )
        self.place = own_place(carry, question)
        self.kept: Fields = {"qid": question.qid, "type": question.type}
        self.constraints: list[str] = []

    def where(self, field: str | None = None) -> Where:
        """The place of the question, or of one of its fields."""
        return where_of(self.question, self.name, field)

    def note(self, what: str, reason: str, field: str | None = None) -> None:
        """List what is not carried over."""
        self.carry.note(self.where(field), what, reason)

    def words(self, texts: Texts, field: str, *, line: bool = False) -> Texts:
        """Texts of this question."""
        return self.carry.words(texts, self.where(field), self.place, self.inlined, line=line)

    def item(self, kind: str, **fields: Any) -> Fields:  # Any: fields of an item
        """The item with what every question has; empty fields are left out."""
        question = self.question
        shown_if = self.shown_if()
        if question.mandatory == "S":
            self.kept["mandatory"] = "S"
            self.note("S", "soft_mandatory", "required")
        item: Fields = {
            "id": self.name,
            "type": kind,
            "text": self.words(question.texts, "text"),
            "help": self.words(question.helps, "help"),
            "show_if": shown_if,
            "required": True if question.mandatory == "Y" else None,
            **fields,
            "constraint": self.constraint(),
            "constraint_message": self.words(
                self.attributes.take_words("em_validation_q_tip", self.languages), "constraint_message"
            ),
        }
        return without_empty(item)

    def finish(self, item: Fields) -> Fields:
        """The item with what is kept for the way back; called when every setting that maps has been taken."""
        question = self.question
        if question.title.strip() and (question.title != self.name or not is_ls_code(question.title)):
            self.kept["title"] = question.title
            if question.title.strip() != self.name:
                self.note(question.title, "renamed", "id")
        if question.theme and question.theme != THEMES.get(question.type):
            self.kept["theme"] = question.theme
            self.note(question.theme, "theme")
        if question.scripts:
            self.note("script", "script")
        if question.encrypted:
            self.note("encrypted", "encrypted")
        if question.type not in WITH_ROWS:
            for row in question.subquestions:
                self.note(row.title, "rows_unused", "rows")
        elif question.type not in WITH_COLUMNS:
            for row in question.columns():
                self.note(row.title, "rows_unused", "rows")
        if question.type not in WITH_ANSWERS and question.answers:
            self.note(str(len(question.answers)), "answers_unused", "options")
        for kept in self.attributes.rest():
            fits = kept.name.isidentifier() and keep(self.kept, kept.key, kept.value)
            self.note(f"{kept.name} = {kept.value}", kept.reason if fits else "attribute_limit", kept.name)
        return {**item, "foreign": {"limesurvey": self.kept}}

    def shown_if(self) -> str | None:
        """The condition of the question, from its relevance or from older rows of conditions."""
        question, script = self.question, self.question.relevance
        if question.conditions:
            script = conditions_script(question, self.carry.variables)
            if question.relevance not in ("", "1") and question.relevance != script:
                self.note(question.relevance, "conditions_win", "show_if")
        if question.type != "*" and self.attributes.flag("hidden"):
            self.note("hidden", "hidden", "show_if")
            self.kept["hidden"] = "1"
            if script not in ("", "1"):
                keep(self.kept, "relevance", script)
            return "false()"
        return self.carry.condition(
            script, self.where("show_if"), self.place, self.kept, key="relevance", lost="relevance_lost"
        )

    def constraint(self) -> str | None:
        """What must hold of the answer, put together from the validations."""
        script = self.attributes.take("em_validation_q")
        if script:
            found = self.validation(script, key="em_validation_q")
            if self.constraints:  # one of several parts: which part it was cannot be seen from the whole
                keep(self.kept, "em_validation_q", script)
            self.constraints += [found] if found else []
        if len(self.constraints) == 1:
            return self.constraints[0]
        return " and ".join(f"({part})" for part in self.constraints) or None

    def validation(self, script: str, *, key: str) -> str | None:
        """A validation as a constraint on "."."""
        variable = self.own_variable()
        place = own_place(self.carry, self.question, dot=True, this=variable)
        where = self.where("constraint")
        return self.carry.condition(script, where, place, self.kept, key=key, lost="validation_lost")

    def own_variable(self) -> Variable | None:
        """The variable that "this" means in a validation of the whole question."""
        return next(iter(self.carry.variables.of_question(self.question.qid).values()), None)

    def pattern_constraint(self) -> None:
        """A pattern of a question whose answer is no text is a constraint."""
        if not self.question.preg:
            return
        pattern = to_re2(self.question.preg)
        keep(self.kept, "preg", self.question.preg)
        if pattern is None:
            self.note(self.question.preg, "pattern", "constraint")
        else:
            self.constraints.append(f"regex(string(.), {quote(pattern)})")

    def options(self, scale: int = 0, *, field: str = "options") -> Fields:
        """The answer options of one scale, in the item or, where there are very many, as a list."""
        found = []
        valued = False
        for at, answer in enumerate(self.question.options(scale), start=1):
            code = option_code(answer.code, fallback=f"o{at}")
            option: Fields = {"code": code, "text": self.words(answer.texts, field)}
            kept = {}
            if code != answer.code:
                kept["code"] = answer.code
                self.note(answer.code, "renamed", field)
            if answer.assessment != "0":
                kept["assessment"] = answer.assessment
                valued = True
            if kept:
                option["foreign"] = {"limesurvey": kept}
            found.append(option)
        if valued:
            self.note("assessment_value", "assessment_value", field)
        return self.as_list(found)

    def as_list(self, options: Sequence[Fields]) -> Fields:
        """The field of an item that holds options."""
        if len(options) <= MAX_INLINE_OPTIONS:
            return {"options": list(options)} if options else {}
        name = f"list_{self.name}"
        while name in self.carry.lists:
            name += "_"
        self.carry.lists[name] = list(options)
        return {"list": name}

    def rows(self, scale: int = 0, *, field: str = "rows") -> list[Fields]:
        """The rows or columns that the sub-questions of one scale are."""
        found = []
        parts = [part for part in self.question.subquestions if part.scale == scale]
        for at, part in enumerate(parts, start=1):
            code = row_code(part.title, fallback=f"{'c' if scale else 'r'}{at}")
            row: Fields = {"code": code, "text": self.words(part.texts, field)}
            kept: Fields = {}
            if part.title.strip() and (part.title != code or not is_ls_row(code)):
                kept["title"] = part.title
                if part.title.strip() != code:
                    self.note(part.title, "renamed", field)
            if scale == 0:
                condition = self.row_condition(code, part.relevance, kept)
                if condition:
                    row["show_if"] = condition
            if kept:
                row["foreign"] = {"limesurvey": kept}
            found.append(row)
        return found

    def row_condition(self, code: str, relevance: str, kept: Fields) -> str | None:
        """When a row is asked: by its own condition, and by the question that filters it."""
        where = self.where("rows")
        own = self.carry.condition(relevance, where, self.place, kept, key="relevance", lost="relevance_lost")
        filters = self.filters(code)
        filtered = any(self.attributes.peek(name) for name in ("array_filter", "array_filter_exclude"))
        if own and filtered:  # which part it was cannot be seen from the whole
            keep(kept, "relevance", relevance)
        parts = [*([own] if own else []), *filters]
        return parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts) or None

    def filters(self, code: str) -> list[str]:
        """The conditions on one row that array_filter and array_filter_exclude mean."""
        found = []
        for attribute, shape in (("array_filter", "{}"), ("array_filter_exclude", "not({})")):
            for title in self.attributes.peek(attribute).split(";"):
                asked = self.ticked(title.strip(), code) if title.strip() else None
                if asked:
                    found.append(shape.format(asked))
        return found

    def ticked(self, title: str, code: str) -> str | None:
        """Whether the row of that code was ticked or filled in another question."""
        source = self.carry.variables.find(f"{title}_{code}")
        if source is None:
            return None
        if source.tick is not None:
            return f"selected(${{{source.name}}}, {quote(source.tick)})"
        return f"${{{source.name}}} != ''"

    def take_filters(self) -> None:
        """Count the filters of rows as carried over; a filter whose source is missing stays listed."""
        for attribute in ("array_filter", "array_filter_exclude"):
            value = self.attributes.take(attribute)
            if not value:
                continue
            keep(self.kept, attribute, value)
            for title in value.split(";"):
                if self.carry.variables.qid_of(title.strip()) is None:
                    self.note(f"{attribute} = {value}", "filter_lost", "rows")

    def defaults(self) -> dict[tuple[str, int], str]:
        """Default values of the whole question ("0") and of its sub-questions, in the first language."""
        found: dict[tuple[str, int], str] = {}
        for default in self.question.defaults:
            value = default.values.get(self.carry.survey.default_language) or next(
                iter(default.values.values()), ""
            )
            if not value:
                continue
            for other in sorted(set(default.values.values()) - {value}):
                self.note(other, "default_language", "default")
            if default.special or "{" in value:
                self.lose_default(default.sqid, default.scale, default.special, value)
            else:
                found[default.sqid, default.scale] = value
        return found

    def lose_default(self, sqid: str, scale: int, special: str, value: str) -> None:
        """Keep a default that has no place."""
        rows = self.question.subquestions if self.question.type in WITH_ROWS else []
        title = next((part.title for part in rows if part.qid == sqid), None)
        if title is not None or sqid == "0":
            keep(self.kept, f"default {title or ''} {scale} {special}".rstrip(), value)
        self.note(value, "default_lost", "default")

    def lose_other_defaults(self, defaults: dict[tuple[str, int], str]) -> None:
        """Keep all defaults that were not used."""
        for (sqid, scale), value in defaults.items():
            self.lose_default(sqid, scale, "", value)


def without_empty(fields: Fields) -> Fields:
    """The fields that say something; an empty list or mapping says nothing."""
    return {name: value for name, value in fields.items() if value not in (None, "", {}, [])}


def is_ls_code(title: str) -> bool:
    """Whether LimeSurvey takes this as the code of a question."""
    return title.isascii() and title.isalnum() and title[:1].isalpha() and len(title) <= 20


def is_ls_row(title: str) -> bool:
    """Whether LimeSurvey takes this as the code of a sub-question."""
    return title.isascii() and title.isalnum() and len(title) <= 20
