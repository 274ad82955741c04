"""Whatever is done to a questionnaire between waves, every stored answer stays under its own variable."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.parts import Option
from survey.instrument.program import Program
from survey.instrument.state import AnswerState
from survey.instrument.versions.harmonise import HarmonisedVariable, harmonise
from survey.instrument.versions.lineage import in_order, matched
from tests.survey.instrument.make import build

CODES = ("q1", "q2", "q3", "q4", "q5", "q6")
OPTIONS = ("a", "b", "c", "d", "e")


@dataclass
class Choice:
    """One option as its designer thinks of it: ``number`` is what it is, ``code`` what it is called."""

    number: int
    code: str
    published: str | None = None
    reworded: int = 0


@dataclass
class Question:
    """One item as its designer thinks of it."""

    number: int
    code: str
    kind: str
    options: list[Choice]
    published: str | None = None
    reworded: int = 0
    retired: set[str] = field(default_factory=set)
    # Whether the version before has it.
    live: bool = False


@dataclass
class Wave:
    """A published version, the row of one respondent, and what each of its cells truly is."""

    program: Program
    row: dict[str, Any]
    truth: dict[str, tuple[int, int | None]]
    chosen: dict[str, tuple[str, int]]


class Editing(RuleBasedStateMachine):
    """Any sequence of edits, with a version published now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[list[Question]] = [[], []]
        self.removed: list[Question] = []
        self.waves: list[Wave] = []
        self.numbers = 0

    # --- edits --------------------------------------------------------------------------------------------

    @initialize(kinds=st.lists(st.sampled_from(["single", "multi", "number"]), min_size=2, max_size=3))
    def begin(self, kinds: list[str]) -> None:
        for at, kind in enumerate(kinds):
            self.sections[at % 2].append(self._question(CODES[at], kind))

    @rule(
        data=st.data(),
        kind=st.sampled_from(["single", "multi", "number"]),
        section=st.integers(0, 1),
        first=st.booleans(),
    )
    def add(self, data: st.DataObject, kind: str, section: int, first: bool) -> None:
        """A new item; its code may be one that something else had long ago, never one of the version before."""
        free = [code for code in CODES if code not in self._codes() and code not in self._published()]
        if free:
            where = self.sections[section]
            where.insert(0 if first else len(where), self._question(data.draw(st.sampled_from(free)), kind))

    @precondition(lambda self: len(self._items()) > 2)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        question = self._any(data)
        section = next(part for part in self.sections if question in part)
        if len(section) > 1:
            section.remove(question)
            self.removed.append(question)

    @precondition(lambda self: self.removed)
    @rule(data=st.data())
    def bring_back(self, data: st.DataObject) -> None:
        """What was taken out comes back as it was."""
        question = data.draw(st.sampled_from(self.removed))
        if question.code not in self._codes() and self._may_return(question):
            self.removed.remove(question)
            self.sections[0].append(question)

    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        free = [code for code in CODES if code not in self._codes()]
        if free:
            self._any(data).code = data.draw(st.sampled_from(free))

    @rule(data=st.data())
    def swap_codes(self, data: st.DataObject) -> None:
        one, other = self._any(data), self._any(data)
        one.code, other.code = other.code, one.code

    @rule(data=st.data())
    def reword(self, data: st.DataObject) -> None:
        self._any(data).reworded += 1

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        question = self._any(data)
        section = next(part for part in self.sections if question in part)
        if len(section) > 1:
            section.remove(question)
            self.sections[data.draw(st.integers(0, 1))].insert(0, question)

    @rule(data=st.data())
    def add_option(self, data: st.DataObject) -> None:
        question = self._any(data)
        taken = (
            {o.code for o in question.options} | {o.published for o in question.options} | question.retired
        )
        free = [code for code in OPTIONS if code not in taken]
        if question.kind != "number" and free:
            option = Choice(number=self._next(), code=data.draw(st.sampled_from(free)))
            question.options.insert(data.draw(st.integers(0, len(question.options))), option)

    @rule(data=st.data())
    def remove_option(self, data: st.DataObject) -> None:
        question = self._any(data)
        if len(question.options) > 2:
            option = data.draw(st.sampled_from(question.options))
            question.options.remove(option)
            if option.published:
                question.retired.add(option.published)

    @rule(data=st.data())
    def rename_option(self, data: st.DataObject) -> None:
        question = self._any(data)
        taken = {o.code for o in question.options} | question.retired
        free = [code for code in OPTIONS if code not in taken]
        if question.options and free:
            data.draw(st.sampled_from(question.options)).code = data.draw(st.sampled_from(free))

    @rule(data=st.data())
    def swap_options(self, data: st.DataObject) -> None:
        question = self._any(data)
        if question.options:
            one, other = question.options[0], question.options[-1]
            one.code, other.code = other.code, one.code

    @rule(data=st.data())
    def reorder_options(self, data: st.DataObject) -> None:
        question = self._any(data)
        question.options = data.draw(st.permutations(question.options))

    @rule(data=st.data())
    def publish(self, data: st.DataObject) -> None:
        """A version, one interview with it, and a look at the whole series."""
        if self._is_ambiguous():
            return
        program = self._compiled()
        answers: dict[str, Any] = {}
        truth: dict[str, tuple[int, int | None]] = {}
        chosen: dict[str, tuple[str, int]] = {}
        for question in self._items():
            if question.kind == "number":
                answers[question.code] = str(question.number)
                truth[question.code] = truth[f"{question.code}.status"] = (question.number, None)
                continue
            option = data.draw(st.sampled_from(question.options))
            answers[question.code] = [option.code] if question.kind == "multi" else option.code
            if question.kind == "single":
                truth[question.code] = (question.number, None)
                chosen[question.code] = (option.code, option.number)
            for part in question.options if question.kind == "multi" else ():
                truth[f"{question.code}.{part.code}"] = (question.number, part.number)
        row, _ = dataset_values(program, AnswerState(answers=answers))
        self.waves.append(Wave(program=program, row=row, truth=truth, chosen=chosen))
        for question in self.removed:
            question.live = False
        for question in self._items():
            question.published, question.retired, question.live = question.code, set(), True
            for option in question.options:
                option.published = option.code
        self._check()

    # --- what must hold -----------------------------------------------------------------------------------

    def _check(self) -> None:
        variables = harmonise([wave.program for wave in self.waves])
        assert len({variable.name for variable in variables}) == len(variables)
        for version, wave in enumerate(self.waves):
            held = {v.columns[version] for v in variables if version in v.columns}
            assert held == {variable.name for variable in codebook(wave.program)}
        homes: dict[tuple[int, int | None, bool], set[str]] = defaultdict(set)
        for variable in variables:
            self._check_one(variable, homes)
        assert all(len(names) == 1 for names in homes.values()), homes

    def _check_one(
        self, variable: HarmonisedVariable, homes: dict[tuple[int, int | None, bool], set[str]]
    ) -> None:
        things, codes = set(), defaultdict(set)
        options: dict[int, set[Any]] = defaultdict(set)
        for version, column in variable.columns.items():
            wave = self.waves[version]
            thing = wave.truth[column]
            things.add(thing)
            homes[(*thing, column.endswith(".status"))].add(variable.name)
            value = variable.value(version, wave.row)
            if column in wave.chosen:
                code, option = wave.chosen[column]
                assert wave.row[column] == code
                codes[value].add(option)
                options[option].add(value)
            elif variable.kind == "number":
                assert value == thing[0]
            else:
                assert value == wave.row[column]
        assert len(things) == 1, (variable, things)
        assert all(len(found) == 1 for found in (*codes.values(), *options.values())), (
            variable,
            codes,
            options,
        )

    # --- helpers ------------------------------------------------------------------------------------------

    def _is_ambiguous(self) -> bool:
        """Whether something new has the code of what was taken out since the version before.

        Nobody could tell that from another wording of the same thing; the diff calls it that and breaks the series.
        """
        before = self._published()
        claimed = {question.published for question in self._items() if question.live}
        for question in self._items():
            named = {question.code} | ({question.published} if question.published else set())
            if not question.live and (named & before) - claimed:
                return True
            if not question.live and question.published in before:
                return True
            old = {o.published for o in question.options if o.published}
            codes = {o.code for o in question.options if not o.published}
            if codes & (question.retired - old):
                return True
        return False

    def _next(self) -> int:
        self.numbers += 1
        return self.numbers

    def _question(self, code: str, kind: str) -> Question:
        options = [] if kind == "number" else [Choice(number=self._next(), code=c) for c in OPTIONS[:2]]
        return Question(number=self._next(), code=code, kind=kind, options=options)

    def _items(self) -> list[Question]:
        return [question for section in self.sections for question in section]

    def _codes(self) -> set[str]:
        return {question.code for question in self._items()}

    def _published(self) -> set[str]:
        """The codes of the version before."""
        return (
            {item.code for page in self.waves[-1].program.pages for item in page.items}
            if self.waves
            else set()
        )

    def _may_return(self, question: Question) -> bool:
        """Nothing else has had its code since, and it is called what it was called."""
        if question.published is None:
            return True
        if question.code != question.published or any(o.code != o.published for o in question.options):
            return False
        for wave in reversed(self.waves):
            if question.code in wave.program.places:
                return wave.program.places[question.code].item.text["zh"] == self._text(question)
        return False

    def _any(self, data: st.DataObject) -> Question:
        return data.draw(st.sampled_from(self._items()))

    def _text(self, question: Question) -> str:
        return f"题{question.number}版{question.reworded}"

    def _compiled(self) -> Program:
        sections = [
            {"id": f"S{at}", "title": {"zh": "部分"}, "questions": [self._written(q) for q in section]}
            for at, section in enumerate(self.sections)
            if section
        ]
        raw = {
            "schema": "minyi/instrument/2",
            "id": "series",
            "version": str(len(self.waves)),
            "title": {"zh": "系列"},
            "languages": ["zh"],
            "sections": sections,
        }
        compilation = build(raw)
        assert compilation.program, [problem.message("en") for problem in compilation.problems]
        return compilation.program

    def _written(self, question: Question) -> dict[str, Any]:
        item: dict[str, Any] = {
            "id": question.code,
            "type": question.kind,
            "text": {"zh": self._text(question)},
        }
        if question.published not in (None, question.code):
            item["was"] = question.published
        if question.options:
            item["options"] = [
                {
                    "code": option.code,
                    "text": {"zh": f"选项{option.number}"},
                    **({"was": option.published} if option.published not in (None, option.code) else {}),
                }
                for option in question.options
            ]
        return item


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)


def option(code: str, was: str | None = None, text: str = "") -> Option:
    """An option with its former code."""
    return Option(code=code, text={"zh": text or was or code}, was=was)


def test_a_new_code_is_followed_and_an_old_note_of_it_is_not() -> None:
    first = [option("a"), option("b")]
    second = [option("x", "a"), option("a", "b")]
    assert matched(first, second) == {"x": "a", "a": "b"}
    # The version after still says what they were, and nothing has changed.
    assert matched(second, second) == {"x": "x", "a": "a"}
    # Two that change places, and back again: their "was" is the same as before, their wording is not.
    there = [option("b", "a"), option("a", "b")]
    assert matched(first, there) == {"b": "a", "a": "b"}
    back = [option("a", "b", "a"), option("b", "a", "b")]
    assert matched(there, back) == {"a": "b", "b": "a"}
    # Nobody may claim what somebody else is.
    assert matched(first, [option("a"), option("b"), option("c", "z")]) == {"a": "a", "b": "b"}


def program(*items: dict[str, Any]) -> Program:
    """A version with these items."""
    raw = {
        "schema": "minyi/instrument/2",
        "id": "series",
        "version": "1",
        "title": {"zh": "系列"},
        "languages": ["zh"],
        "sections": [{"id": "S", "title": {"zh": "部分"}, "questions": list(items)}],
    }
    compiled = build(raw).program
    assert compiled
    return compiled


def single(code: str, text: str, options: str, **more: Any) -> dict[str, Any]:
    """A choice whose options are called like their code, unless said otherwise ("a:apple b")."""
    parts = [part.partition(":") for part in options.split()]
    chosen = [{"code": code, "text": {"zh": label or code}} for code, _, label in parts]
    return {"id": code, "type": "single", "text": {"zh": text}, "options": chosen, **more}


def columns(*versions: Program) -> dict[str, dict[int, str]]:
    """The series: by name the column of each version."""
    return {variable.name: dict(variable.columns) for variable in harmonise(versions)}


def test_a_code_that_comes_back_with_another_meaning_is_another_variable() -> None:
    keep = single("keep", "留", "a b")
    old, new = single("q", "您满意吗？", "a b"), single("q", "您几岁？", "a b")
    assert columns(program(keep, old), program(keep), program(keep, old)) == {
        "keep": {0: "keep", 1: "keep", 2: "keep"},
        "q": {0: "q", 2: "q"},
    }
    assert columns(program(keep, old), program(keep), program(keep, new)) == {
        "keep": {0: "keep", 1: "keep", 2: "keep"},
        "q": {2: "q"},
        "q~1": {0: "q"},
    }
    # A new item takes the code that another one gives up in the same version.
    renamed = {**old, "id": "r", "was": "q"}
    assert columns(program(old), program(renamed, new)) == {"r": {0: "q", 1: "r"}, "q": {1: "q"}}


def test_an_option_that_comes_back_with_another_meaning_keeps_apart() -> None:
    versions = (
        program(single("q", "题", "a b c:梨")),
        program(single("q", "题", "a b")),
        program(single("q", "题", "a b c:桃")),
        program(single("q", "题", "a b c:桃")),
    )
    (variable,) = harmonise(versions)
    answers = [variable.value(version, {"q": "c"}) for version in (0, 2, 3)]
    assert answers == ["c~1", "c", "c"]
    assert [variable.value(version, {"q": "a"}) for version in range(4)] == ["a"] * 4
    # The same option comes back under its code.
    (variable,) = harmonise((versions[0], versions[1], versions[0]))
    assert variable.recodes == {}


def test_a_variable_whose_kind_changed_becomes_two() -> None:
    number = {"id": "q", "type": "number", "text": {"zh": "题"}}
    assert columns(program(single("q", "题", "a b")), program(number)) == {
        "q": {1: "q"},
        "q.status": {1: "q.status"},
        "q~1": {0: "q"},
    }


def test_loops_follow_the_option_they_are_about() -> None:
    def version(code: str, **more: Any) -> Program:
        over: dict[str, Any] = {"id": "m", "type": "multi", "text": {"zh": "选"}}
        over["options"] = [
            {"code": code, "text": {"zh": "学校"}, **more},
            {"code": "z", "text": {"zh": "医院"}},
        ]
        loop = {
            "id": "L",
            "title": {"zh": "每"},
            "loop": {"over": "m"},
            "questions": [single("q", "题", "a b")],
        }
        raw: dict[str, Any] = {
            "schema": "minyi/instrument/2",
            "id": "loops",
            "version": "1",
            "title": {"zh": "系列"},
            "languages": ["zh"],
            "sections": [{"id": "S", "title": {"zh": "部分"}, "questions": [over]}, loop],
        }
        compiled = build(raw).program
        assert compiled
        return compiled

    found = columns(version("school"), version("edu", was="school"))
    assert found["q@edu"] == {0: "q@school", 1: "q@edu"}
    assert found["m.edu"] == {0: "m.school", 1: "m.edu"}
    assert found["q@z"] == {0: "q@z", 1: "q@z"}


def test_blank_is_told_from_an_option_that_is_called_like_it() -> None:
    first, second = program(single("q", "题", "a 97:多")), program(single("q", "题", "a b"))
    (variable,) = harmonise((first, second))
    assert variable.value(0, {"q": "97"}) == "97"
    assert variable.value(0, {"q": "-97"}) == "-97"
    assert variable.value(1, {"q": "97"}) == "-97"
    assert variable.to_json()["recodes"] == {"1": {"97": "-97"}}


def test_as_few_as_possible_are_said_to_have_moved() -> None:
    kept = {code: code for code in "abcde"}
    assert in_order(kept, "abcde", "abcde") == set("abcde")
    assert in_order(kept, "abcde", "eabcd") == set("abcd")
    assert len(in_order(kept, "abcde", "badce")) == 3
    assert in_order({}, "abc", "xyz") == set()
