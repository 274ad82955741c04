"""Imports Qualtrics files (.qsf): blocks, questions, languages, simple display logic; the rest is listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey.instrument.codes import is_name
from survey.instrument.exchange.cleaning import clean_line
from survey.instrument.exchange.guards import Refusal
from survey.instrument.exchange.limesurvey.names import free_name, item_name
from survey.instrument.exchange.qsf_items import LEFT_OUT, QuestionReader
from survey.instrument.exchange.qsf_json import (
    Elements,
    Payload,
    as_mapping,
    language_tag,
    members,
    read_elements,
    string,
)
from survey.instrument.exchange.qsf_logic import Known, Unknown, condition
from survey.instrument.exchange.qsf_reasons import REASONS
from survey.instrument.exchange.report import Counts, Imported, NotCarried, count_document
from survey.instrument.problems import Where, shorten

FORMAT = "qsf"
SCHEMA = "minyi/instrument/2"
MAX_LISTED, MAX_FLOW = 10_000, 50
_PLAIN_FLOW = frozenset({"Block", "Standard", "Group", "Root", "Branch", "BlockRandomizer"})


def read_qsf(raw: bytes, filename: str = "") -> Imported:
    """What a file holds, as a document. Never raises: a file that cannot be read is refused with the reason."""
    try:
        elements = read_elements(raw)
        if not elements.questions:
            raise Refusal("file_format")
    except Refusal as refusal:
        return Imported(document=None, counts=Counts(), problems=(refusal.problem,), format=FORMAT)
    reader = _Reader(elements)
    document = reader.document()
    return Imported(
        document=document,
        counts=count_document(document),
        not_carried=tuple(reader.rows),
        format=FORMAT,
    )


class _Reader:
    """One import under way."""

    def __init__(self, elements: Elements) -> None:
        self._elements = elements
        self.rows: list[NotCarried] = []
        self._languages = self._all_languages()
        self._names: dict[str, str] = {}
        self._known: dict[str, Known] = {}
        self._sections: list[dict[str, Any]] = []  # Any: parts of a document

    def document(self) -> dict[str, Any]:  # Any: an instrument document
        entry, elements = self._elements.entry, self._elements
        self._name_questions()
        blocks = {string(block.get("ID")): block for block in elements.blocks}
        order = list(self._flow(elements.flow, blocks)) or [(block, None, False) for block in blocks.values()]
        for block, shown_if, shuffled in order:
            self._section(block, shown_if, shuffled=shuffled)
        self._note_rest(order)
        if not self._sections:
            self._sections.append({"id": "b1", "title": {}, "questions": []})
        name = item_name(string(entry.get("SurveyID")), fallback="qualtrics")
        title = clean_line(string(entry.get("SurveyName"))).text
        return {
            "schema": SCHEMA,
            "id": name if is_name(name) else "qualtrics",
            "title": {self._languages[0]: title} if title else {},
            "languages": list(self._languages),
            "default_language": self._languages[0],
            "sections": self._sections,
        }

    def _note(self, where: Where, what: str, reason: str) -> None:
        if len(self.rows) < MAX_LISTED:
            self.rows.append(NotCarried(where=where, what=shorten(what), reason=REASONS[reason]))

    def _all_languages(self) -> tuple[str, ...]:
        first = language_tag(string(self._elements.entry.get("SurveyLanguage")) or "en")
        found = {first: None}
        for question in self._elements.questions.values():
            found |= dict.fromkeys(language_tag(code) for code in as_mapping(question.get("Language")))
        return tuple(found)[:40]

    def _name_questions(self) -> None:
        taken: set[str] = set()
        for at, (qid, question) in enumerate(self._elements.questions.items(), start=1):
            tag = string(question.get("DataExportTag"))
            name = free_name(item_name(tag, fallback=f"q{at}"), taken)
            taken.add(name)
            self._names[qid] = name
            if name != tag:
                self._note(Where(item=name, sheet="SQ", column=qid[:40]), tag, "renamed")

    def _flow(
        self,
        flow: Payload,
        blocks: dict[str, Payload],
        shown_if: object = None,
        *,
        shuffled: bool = False,
        depth: int = 0,
    ) -> Iterator[tuple[Payload, object, bool]]:
        """The blocks in the order of the flow, with the logic of the branch that they stand in."""
        for raw in members(flow.get("Flow")):
            step = as_mapping(raw)
            kind = string(step.get("Type"))
            block = blocks.get(string(step.get("ID")))
            if block is not None:
                yield block, shown_if, shuffled
            elif kind not in _PLAIN_FLOW:
                self._note(Where(sheet="FL", column=string(step.get("FlowID"))[:40]), kind, "flow")
            if kind == "Branch" and shown_if is not None:
                self._note(Where(sheet="FL", column=string(step.get("FlowID"))[:40]), kind, "logic")
            if step.get("Flow") and depth < MAX_FLOW:
                inner = step.get("BranchLogic") if kind == "Branch" and shown_if is None else shown_if
                random = shuffled or kind == "BlockRandomizer"
                yield from self._flow(step, blocks, inner, shuffled=random, depth=depth + 1)

    def _section(self, block: Payload, shown_if: object, *, shuffled: bool) -> None:
        if block.get("Type") == "Trash":
            return
        code = f"b{len(self._sections) + 1}"
        where = Where(section=code, sheet="BL", column=string(block.get("ID"))[:40])
        title = clean_line(string(block.get("Description"))).text
        section: dict[str, Any] = {
            "id": code,
            "title": {self._languages[0]: title} if title else {},
            "questions": [],
        }
        written = self._condition(shown_if, where)
        section |= {"show_if": written} if written else {}
        section |= {"shuffle": True} if shuffled else {}
        for raw in members(block.get("BlockElements")):
            qid = string(as_mapping(raw).get("QuestionID"))
            if qid in self._elements.questions and qid not in self._known:
                self._question(section, qid)
        self._sections.append(section)

    def _question(self, section: dict[str, Any], qid: str) -> None:  # Any: a part of a document
        payload, name = self._elements.questions[qid], self._names[qid]
        where = Where(section=section["id"], item=name, sheet="SQ", column=qid[:40])
        if string(payload.get("QuestionType")) in LEFT_OUT:
            self._note(where, string(payload.get("QuestionType")), "left_out")
            return
        earlier = {known: self._names[known] for known in self._known}

        def note(what: str, reason: str) -> None:
            self._note(where, what, reason)

        item, known = QuestionReader(payload, languages=self._languages, names=earlier, note=note).read(name)
        written = self._condition(payload.get("DisplayLogic"), where)
        if written:
            item["show_if"] = written
        section["questions"].append(item)
        self._known[qid] = known

    def _condition(self, logic: object, where: Where) -> str | None:
        try:
            return condition(logic, self._known)
        except Unknown:
            self._note(where, "DisplayLogic", "logic")
            return None

    def _note_rest(self, order: list[tuple[Payload, object, bool]]) -> None:
        used = {id(block) for block, _, _ in order}
        for block in self._elements.blocks:
            kept = id(block) in used and block.get("Type") != "Trash"
            for raw in () if kept else members(block.get("BlockElements")):
                qid = string(as_mapping(raw).get("QuestionID"))
                if qid:
                    reason = "trash" if block.get("Type") == "Trash" else "unused"
                    self._note(Where(sheet="BL", column=qid[:40]), self._names.get(qid, qid), reason)
        for quota in self._elements.quotas:
            self._note(Where(sheet="QO"), string(quota.get("Name")), "element")
        for kind in sorted(set(self._elements.others)):
            self._note(Where(sheet=kind[:10]), kind, "element")
