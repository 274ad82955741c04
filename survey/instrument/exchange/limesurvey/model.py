"""The parts of a LimeSurvey survey as values: what both database layouts say, and what a new file is written from."""

from __future__ import annotations

from dataclasses import dataclass, field

# By language tag (ours, BCP 47).
Texts = dict[str, str]


@dataclass(kw_only=True)
class Answer:
    """One answer option of a question; ``scale`` is 1 for the second scale of a dual-scale array."""

    code: str
    scale: int = 0
    texts: Texts = field(default_factory=Texts)
    assessment: str = "0"


@dataclass(kw_only=True)
class Subquestion:
    """A row (scale 0) or a column (scale 1) of an array, or one box of a multiple choice.

    ``own`` is the condition that an import kept, on the way out.
    """

    qid: str
    title: str
    scale: int = 0
    texts: Texts = field(default_factory=Texts)
    relevance: str = "1"
    own: str = ""


@dataclass(kw_only=True)
class Default:
    """A default value of a question or of one of its sub-questions."""

    sqid: str = "0"
    scale: int = 0
    special: str = ""
    values: Texts = field(default_factory=Texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A row of the older table of conditions."""

    scenario: int
    cqid: str
    field: str
    method: str
    value: str


@dataclass(kw_only=True)
class Question:
    """One question with all that hangs on it. Attributes are apart from those that depend on the language."""

    qid: str
    type: str
    title: str
    gid: str = ""
    texts: Texts = field(default_factory=Texts)
    helps: Texts = field(default_factory=Texts)
    scripts: bool = False
    relevance: str = "1"
    mandatory: str = "N"
    other: bool = False
    preg: str = ""
    theme: str = ""
    encrypted: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    words: dict[str, Texts] = field(default_factory=dict)
    subquestions: list[Subquestion] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    defaults: list[Default] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)

    def rows(self) -> list[Subquestion]:
        """The sub-questions of the first scale."""
        return [row for row in self.subquestions if row.scale == 0]

    def columns(self) -> list[Subquestion]:
        """The sub-questions of the second scale: the columns of array numbers and array texts."""
        return [row for row in self.subquestions if row.scale == 1]

    def options(self, scale: int = 0) -> list[Answer]:
        """The answer options of one scale."""
        return [answer for answer in self.answers if answer.scale == scale]


@dataclass(kw_only=True)
class Group:
    """A question group."""

    gid: str
    names: Texts = field(default_factory=Texts)
    descriptions: Texts = field(default_factory=Texts)
    relevance: str = "1"
    random: str = ""
    questions: list[Question] = field(default_factory=list)


@dataclass(kw_only=True)
class Quota:
    """A limit on completed interviews; ``members`` are pairs of question id and code."""

    quota_id: str
    name: str
    limit: str
    action: str = "1"
    active: bool = True
    autoload: str = "0"
    members: list[tuple[str, str]] = field(default_factory=list)
    messages: Texts = field(default_factory=Texts)
    urls: Texts = field(default_factory=Texts)


@dataclass(kw_only=True)
class Survey:
    """A whole survey, or the one group or question that a file holds."""

    sid: str
    kind: str = "Survey"
    languages: tuple[str, ...] = ()
    default_language: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    # By column of surveys_languagesettings, then by language.
    words: dict[str, Texts] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    quotas: list[Quota] = field(default_factory=list)

    def questions(self) -> list[Question]:
        """All questions in the order in which they are asked."""
        return [question for group in self.groups for question in group.questions]
