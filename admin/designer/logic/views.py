"""The logic builder: a condition put together by choosing, with the expression beside it, or written as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import screens
from admin.designer import area, checking
from admin.designer.area import bp, draft_page
from admin.designer.fields.spec import FieldSpec
from admin.designer.logic import groups as logic
from admin.designer.logic.groups import Clause, Group, Logic, Subject
from admin.designer.logic.subjects import subjects
from admin.designer.nodes import finding as nodes
from admin.designer.nodes import form as node_form
from admin.designer.nodes import taking as node_taking
from admin.designer.nodes.finding import Node
from admin.designer.tree import reading_order
from survey.errors import NotFound
from survey.identity.permissions import Permission
from survey.instrument.changes import ABSENT
from survey.instrument.expression import parse, render
from survey.instrument.problems import Problem
from survey.kit import guard, language
from survey.models.design import InstrumentDraft

_BODY_LIMIT = 512 * 1024
_MOST = 40
_BUILT = frozenset({"show_if", "required"})
"""Conditions about earlier items; a check of the value itself or a calculation is written as text at its field."""
OPERATORS: Mapping[str, object] = {
    logic.ANY: _l("is one of"),
    logic.NONE: _l("is none of"),
    logic.ALL: _l("has all of"),
    logic.AT_LEAST: _l("has at least so many ticked"),
    logic.ANSWERED: _l("is answered"),
    logic.UNANSWERED: _l("is not answered"),
    logic.CONTAINS: _l("contains"),
    "=": _l("equals"),
    "!=": _l("differs from"),
    "<": _l("is below"),
    "<=": _l("is at most"),
    ">": _l("is above"),
    ">=": _l("is at least"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a draft: the node it belongs to, and its field."""

    node: Node
    spec: FieldSpec

    @property
    def address(self) -> dict[str, str]:
        """The values of its address."""
        return {"kind": self.node.kind, "address": self.node.address, "field": self.spec.name}


@bp.get("/<public_id>/logic/<kind>/<address>/<field>")
@guard.permitted(Permission.CONTENT_VIEW)
def logic_of(public_id: str, kind: str, address: str, field: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    condition = _condition(draft, kind, address, field)
    return _shown(draft, condition, _text(draft, condition))


@bp.post("/<public_id>/logic/<kind>/<address>/<field>")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=_BODY_LIMIT)
def build_logic(public_id: str, kind: str, address: str, field: str) -> ResponseReturnValue:
    """Rows added or dropped, the text taken over into the builder, or the condition saved."""
    draft = area.load(public_id)
    condition = _condition(draft, kind, address, field)
    form = flask.request.form
    command = form.get("do", "refresh")
    if command == "read":
        return _shown(draft, condition, form.get("text", ""))
    if command == "save-text":
        return _save(draft, condition, form.get("text", ""))
    known = _subjects(draft, condition.node)
    built = _arranged(_built(known), command)
    node = logic.to_node(built, known)
    text = "" if node is None else render(node)
    if command == "save":
        return _save(draft, condition, text)
    return _shown(draft, condition, text, built=built)


def _condition(draft: InstrumentDraft, kind: str, address: str, field: str) -> Condition:
    node = nodes.find(draft, kind, address)
    spec = next((spec for spec in node.specs if spec.name == field), None)
    if spec is None or field not in _BUILT:
        raise NotFound("no_condition", zh="这里没有条件。", en="There is no condition here.")
    return Condition(node=node, spec=spec)


def _text(draft: InstrumentDraft, condition: Condition) -> str:
    value = node_form.at(condition.node.raw, condition.spec.name)
    if value is ABSENT or value is None or isinstance(value, bool):
        return ""
    return area.ground(draft.document).condition_text(value)


def _subjects(draft: InstrumentDraft, node: Node) -> dict[str, Subject]:
    return subjects(
        draft.document,
        before=node.path,
        scales=checking.scales(screens.session()),
        tongues=reading_order(draft.document, language.current()),
    )


def _shown(
    draft: InstrumentDraft, condition: Condition, text: str, *, built: Logic | None = None
) -> ResponseReturnValue:
    known = _subjects(draft, condition.node)
    parsed = parse(text) if text.strip() else None
    if built is None:
        # a text that is empty begins a new condition; one that cannot be read shows no builder
        built = logic.from_node(parsed.node if parsed else None, known) if _readable(parsed) else None
    return draft_page(
        "logic",
        draft,
        condition=condition,
        node=condition.node,
        text=text,
        built=built,
        subjects=known,
        operators=OPERATORS,
        bare=logic.BARE,
        wrong=_marked(text, parsed.problems if parsed else ()),
        seen=area.seen() or draft.revision,
        here=condition.node.address,
    )


def _readable(parsed: Any) -> bool:  # Any: Parsed or None
    return parsed is None or parsed.node is not None


def _marked(text: str, problems: Sequence[Problem]) -> list[tuple[Problem, str, str, str]]:
    """Each problem with the text before, at and after the character it points at."""
    found = []
    for problem in problems:
        at = min(problem.where.character or 0, len(text))
        found.append((problem, text[:at], text[at : at + 1] or "␣", text[at + 1 :]))
    return found


def _built(known: Mapping[str, Subject]) -> Logic:
    """The rows of the form that was sent."""
    form = flask.request.form
    groups = []
    for key in form.getlist("group")[:_MOST]:
        clauses = tuple(_clause(f"{key}.{row}", known) for row in form.getlist(f"{key}.clause")[:_MOST])
        join = "any" if form.get(f"{key}.join") == "any" else "all"
        groups.append(Group(join="any" if join == "any" else "all", clauses=clauses))
    return Logic(join="any" if form.get("join") == "any" else "all", groups=tuple(groups))


def _clause(stem: str, known: Mapping[str, Subject]) -> Clause:
    form = flask.request.form
    item, op = form.get(f"{stem}.item", ""), form.get(f"{stem}.op", "")
    subject = known.get(item)
    if subject is not None and op not in subject.operators:
        op = subject.operators[0]
    values = tuple(value.strip() for value in form.getlist(f"{stem}.value"))
    if subject is not None and subject.options:
        codes = {code for code, _words in subject.options}
        values = tuple(value for value in values if value in codes or op == logic.AT_LEAST)
    return Clause(item=item, op=op, values=values)


def _arranged(built: Logic, command: str) -> Logic:
    """The rows after a button: ``add:0``, ``drop:0:1``, ``group``; empty groups go."""
    act, *rest = command.split(":")
    numbers = [int(part) for part in rest if part.isascii() and part.isdigit()]
    groups = list(built.groups) or [Group()]
    if act == "group":
        groups.append(Group())
    elif act == "add" and len(numbers) == 1 and numbers[0] < len(groups):
        group = groups[numbers[0]]
        groups[numbers[0]] = Group(join=group.join, clauses=(*group.clauses, Clause()))
    elif act == "drop" and len(numbers) == 2 and numbers[0] < len(groups):
        group = groups[numbers[0]]
        kept = tuple(clause for at, clause in enumerate(group.clauses) if at != numbers[1])
        groups[numbers[0]] = Group(join=group.join, clauses=kept)
    groups = [group for group in groups if group.clauses] or [Group()]
    return Logic(join=built.join, groups=tuple(groups))


def _save(draft: InstrumentDraft, condition: Condition, text: str) -> ResponseReturnValue:
    """Saved like any other field; a text that cannot be read is kept as it is, with its problem shown."""
    stem = node_form.PREFIX + condition.spec.name
    posted: dict[str, list[str]] = {stem: [text]}
    if condition.spec.kind == "needed":
        posted = {f"{stem}.how": ["if" if text.strip() else "no"], f"{stem}.when": [text]}
    if text.strip() and parse(text).problems:
        flask.flash(_("Saved as it is written. It cannot be read yet; the place is marked."))
    return node_taking.save_fields(draft, condition.node, posted, only=[condition.spec.name])
