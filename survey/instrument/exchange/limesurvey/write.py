"""Exports instrument documents as LimeSurvey structure files (.lss) of the newer layout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey.instrument.exchange.limesurvey.carry import Carry
from survey.instrument.exchange.limesurvey.emit import write_survey
from survey.instrument.exchange.limesurvey.kept import with_kept
from survey.instrument.exchange.limesurvey.languages import from_tag, to_tag
from survey.instrument.exchange.limesurvey.layout import SETTINGS
from survey.instrument.exchange.limesurvey.model import Group, Question, Survey, Texts
from survey.instrument.exchange.limesurvey.names import is_id
from survey.instrument.exchange.limesurvey.out import Out, Part, inline_scripts, kept_of, survey_id
from survey.instrument.exchange.limesurvey.out_fields import fill
from survey.instrument.exchange.limesurvey.out_item import ItemWriter, mappings
from survey.instrument.exchange.limesurvey.out_quotas import write_quotas
from survey.instrument.exchange.limesurvey.out_shapes import shape
from survey.instrument.exchange.limesurvey.read import POLICY_ITEM, carry_for
from survey.instrument.exchange.limesurvey.rewrite import Place, rewrite_condition
from survey.instrument.exchange.limesurvey.script import ScriptError
from survey.instrument.exchange.limesurvey.variables import Variable
from survey.instrument.exchange.report import NotCarried
from survey.instrument.problems import Where

_NOWHERE = (
    *("version", "evaluator_group", "modes", "min_age", "estimated_minutes", "legal", "organisers"),
    *(
        "unit_of_answer",
        "reference_period",
        "mandated",
        "order",
        "context_fields",
        "units_per_respondent",
        "allow_skip",
    ),
)
_FLATTENED = ("parent", "continues", "loop", "repeat", "together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file, and what of the document has no place in it."""

    content: bytes
    not_carried: tuple[NotCarried, ...]


@dataclass(kw_only=True)
class _Asked:
    """A question on its way out, and the items that it is in the document."""

    writer: ItemWriter
    question: Question
    items: list[Part]


def write_limesurvey(document: Mapping[str, Any], *, scales: Mapping[str, Any] | None = None) -> bytes:
    """The document as .lss. Equal documents give equal bytes. Any: a document is JSON."""
    return export_limesurvey(document, scales=scales).content


def export_limesurvey(document: Mapping[str, Any], *, scales: Mapping[str, Any] | None = None) -> Exported:
    """The document as .lss, and the list of what it says that LimeSurvey cannot. Any: a document is JSON."""
    languages = tuple(tag for tag in document.get("languages") or ("und",) if isinstance(tag, str))
    wanted = document.get("default_language")
    out = Out(
        document=document,
        languages=languages,
        default_language=wanted if isinstance(wanted, str) and wanted in languages else languages[0],
        scales=scales or {},
    )
    survey = _Writer(out).survey()
    return Exported(content=write_survey(survey), not_carried=tuple(out.rows))


class _Writer:
    """One document; first all names, then all texts and expressions, then what imports kept."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._sections = mappings(out.document.get("sections"))
        self._asked: list[list[_Asked]] = []

    def survey(self) -> Survey:
        out, document = self._out, self._out.document
        items = [item for section in self._sections for item in mappings(section.get("questions"))]
        out.reserve(items)
        self._asked = [self._shapes(section) for section in self._sections]
        self._leave_out_empty()
        inline_scripts(out, items)
        survey = Survey(
            sid=survey_id(str(document.get("id", ""))),
            languages=out.languages,
            default_language=out.default_language,
            settings=self._settings(),
            words=self._words(),
            groups=self._groups(),
        )
        for asked in self._all():
            fill(asked.writer)
        qids = {asked.question.title.strip(): asked.question.qid for asked in reversed(self._all())}
        survey.quotas = write_quotas(out, qids)
        self._put_back(survey)
        self._note_document()
        return survey

    def _leave_out_empty(self) -> None:
        """A section of which nothing can be written is no group; one that was empty before stays one."""
        kept = [
            (section, asked)
            for section, asked in zip(self._sections, self._asked, strict=True)
            if asked or not mappings(section.get("questions")) or self._policy() in section["questions"]
        ]
        for section in self._sections:
            if not any(section is known for known, _ in kept):
                self._out.note(Where(section=str(section.get("id"))), str(section.get("id")), "out_left")
        self._sections = [section for section, _ in kept] or self._sections[:1]
        self._asked = [asked for _, asked in kept] or self._asked[:1]

    def _all(self) -> list[_Asked]:
        return [asked for section in self._asked for asked in section]

    def _shapes(self, section: Part) -> list[_Asked]:
        """The questions of a section; comments and what is computed for texts belong to another item."""
        found: list[_Asked] = []
        items = mappings(section.get("questions"))
        for item in items:
            kept = kept_of(item)
            if item.get("type") == "computed" and "inline" in kept:
                continue
            if kept.get("part") == POLICY_ITEM and item.get("type") == "consent":
                continue
            if kept.get("part") == "comment" and found and _has_comment(found[-1], kept):
                self._add_comment(found[-1], item)
                continue
            writer = ItemWriter(self._out, item, str(section.get("id", "")))
            question = shape(writer)
            if question is not None:
                own = [part for part in items if _computes_for(part, writer.name)]
                found.append(_Asked(writer=writer, question=question, items=[*own, item]))
        return found

    def _add_comment(self, asked: _Asked, item: Part) -> None:
        asked.items.append(item)
        writer, title = asked.writer, asked.question.title.strip()
        asked.question.type = "O" if writer.item.get("type") == "single" else "P"
        if asked.question.type == "O":
            if writer.item.get("appearance") == "dropdown":
                asked.question.attributes["use_dropdown"] = "1"
            self._register(item, "", f"{title}_comment")
            return
        titles = [row.title.strip() for row in asked.question.rows()]
        rows = mappings(item.get("rows"))
        for row, code in zip(rows, [*titles, "other"], strict=False):
            self._register(item, f"_{row.get('code')}", f"{title}_{code}comment")

    def _register(self, item: Part, ours: str, spelled: str) -> None:
        self._out.variables.register(Variable(name=f"{item.get('id')}{ours}", type="text"), spelled)

    def _settings(self) -> dict[str, str]:
        found = {}
        for name, value in kept_of(self._out.document).items():
            setting = name.removeprefix("setting ")
            if name.startswith("setting ") and setting in SETTINGS and isinstance(value, str):
                found[setting] = value
        policy = self._policy()
        if policy is not None:
            found["showsurveypolicynotice"] = str(kept_of(policy).get("notice", "1"))
        return found

    def _policy(self) -> Part | None:
        for section in self._sections[:1]:
            for item in mappings(section.get("questions")):
                if kept_of(item).get("part") == POLICY_ITEM and item.get("type") == "consent":
                    return item
        return None

    def _words(self) -> dict[str, Texts]:
        out, document = self._out, self._out.document
        policy = self._policy() or {}
        words = {
            "surveyls_title": out.texts(document.get("title")),
            "surveyls_welcometext": out.texts(document.get("consent")),
            "surveyls_endtext": out.texts(document.get("closing")),
            "surveyls_policy_notice": out.texts(policy.get("text")),
            "surveyls_policy_notice_label": out.texts(policy.get("help")),
            "surveyls_policy_error": out.texts(policy.get("required_message")),
            "surveyls_description": out.texts(self._kept_words("description")),
        }
        for column in ("surveyls_url", "surveyls_urldescription"):
            words[column] = self._kept_words(column)
        return {column: texts for column, texts in words.items() if texts}

    def _kept_words(self, column: str) -> Texts:
        kept = kept_of(self._out.document)
        return {tag: str(kept[f"{column} {tag}"]) for tag in self._out.languages if f"{column} {tag}" in kept}

    def _groups(self) -> list[Group]:
        found: list[Group] = []
        taken: set[str] = set()
        wanted = [re.fullmatch(r"g([0-9]{1,9})", str(section.get("id"))) for section in self._sections]
        ids = [match[1] if match and is_id(match[1]) else "" for match in wanted]
        for section, had, asked in zip(self._sections, ids, self._asked, strict=True):
            gid = had if had and had not in taken else _free(taken | set(ids))
            taken.add(gid)
            if gid != had:
                self._out.note(
                    Where(section=str(section.get("id"))), f"{section.get('id')} → g{gid}", "out_name"
                )
            found.append(self._group(section, gid, asked))
        return found

    def _group(self, section: Part, gid: str, asked: list[_Asked]) -> Group:
        out, kept = self._out, kept_of(section)
        where = Where(section=str(section.get("id")))
        for name in _FLATTENED:
            if section.get(name):
                out.note(where, f"{name}: {section[name]}"[:200], "out_section")
        for each in asked:
            each.question.gid = gid
        return Group(
            gid=gid,
            names=out.texts(section.get("title")),
            descriptions=out.texts(section.get("intro")),
            relevance=self._relevance(section, kept, where),
            random=str(kept.get("random", "shuffled")) if section.get("shuffle") else "",
            questions=[each.question for each in asked],
        )

    def _relevance(self, section: Part, kept: Part, where: Where) -> str:
        """The condition of a section and of those it stands in; as it stood, where it still says the same."""
        own = section.get("show_if")
        had = kept.get("relevance")
        if isinstance(had, str) and _means(had, own, self._out):
            return had
        parts = [self._out.script(own, where)]
        parent, seen = section.get("parent"), {section.get("id")}
        while isinstance(parent, str) and parent not in seen:
            seen.add(parent)
            above = next((part for part in self._sections if part.get("id") == parent), {})
            parts.insert(0, self._out.script(above.get("show_if"), where))
            parent = above.get("parent")
        scripts = [part for part in parts if part]
        if len(scripts) > 1:
            return " and ".join(f"({script})" for script in scripts)
        return scripts[0] if scripts else "1"

    def _put_back(self, survey: Survey) -> None:
        """Put back what imports kept; each question is read as it will be, in the order of the survey."""
        carry: Carry = carry_for(survey)
        at = {
            question.qid: number for group in survey.groups for number, question in enumerate(group.questions)
        }
        for group, asked in zip(survey.groups, self._asked, strict=True):
            for each in asked:
                made = with_kept(each.question, each.writer.kept, each.items, carry)
                group.questions[at[each.question.qid]] = made

    def _note_document(self) -> None:
        document, out = self._out.document, self._out
        for name in _NOWHERE:
            if document.get(name) not in (None, "", [], {}, "document"):
                out.note(Where(field=name), name, "out_field")
        for tag in out.languages:
            if to_tag(from_tag(tag)) != tag:
                out.note(Where(field="languages"), f"{tag} → {from_tag(tag)}", "out_language")
        name = str(document.get("id", ""))
        if name != f"ls{survey_id(name)}":
            out.note(Where(field="id"), f"{name} → {survey_id(name)}", "out_name")


def _has_comment(asked: _Asked, kept: Part) -> bool:
    """Whether a comment belongs to the question before it."""
    known = asked.question.type in ("L", "!", "M")
    return known and asked.writer.kept.get("qid") == kept.get("of")


def _computes_for(item: Part, name: str) -> bool:
    own = item.get("type") == "computed" and "inline" in kept_of(item)
    return own and re.fullmatch(rf"{re.escape(name)}_x[0-9]+", str(item.get("id"))) is not None


def _free(taken: set[str]) -> str:
    return str(max((int(number) for number in taken if number), default=0) + 1)


def _means(script: str, own: object, out: Out) -> bool:
    """Whether a condition that was kept still is the one of the section, or was never one that could be read."""
    try:
        return rewrite_condition(script, Place(variables=out.variables)) == own
    except ScriptError:
        return own is None
