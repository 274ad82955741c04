"""Writes quotas for LimeSurvey: only combinations of questions and answers can be counted there."""

from __future__ import annotations

import re

from survey.instrument.exchange.limesurvey.model import Quota
from survey.instrument.exchange.limesurvey.names import LS_OTHER, is_id
from survey.instrument.exchange.limesurvey.out import Out, Part, kept_of, plain_words
from survey.instrument.exchange.limesurvey.out_item import mappings
from survey.instrument.expression import Node, parse
from survey.instrument.problems import Where

Member = tuple[str, str]


def write_quotas(out: Out, qids: dict[str, str]) -> list[Quota]:
    """The quotas that can be written. ``qids`` are the numbers of questions by the code they have there."""
    found: list[Quota] = []
    for at, part in enumerate(mappings(out.document.get("quotas"))):
        where = Where(field="quotas", at=at)
        members = _members(out, part.get("where"), qids)
        if members is None:
            out.note(where, f"{part.get('code')}: {part.get('where')}", "out_quota")
            continue
        if part.get("on_full") == "continue":
            out.note(where, f"{part.get('code')}: continue", "out_field")
        number = re.fullmatch(r"q([0-9]{1,9})", str(part.get("code")))
        wanted = number[1] if number and is_id(number[1]) else ""
        taken = {quota.quota_id for quota in found}
        kept = kept_of(part)
        found.append(
            Quota(
                quota_id=wanted if wanted and wanted not in taken else _next(taken),
                name=_name(out, part, where),
                limit=str(part.get("limit", 0)),
                action=str(kept.get("action", "1")),
                members=members,
                messages=out.texts(part.get("message")),
            )
        )
    return found


def _next(taken: set[str]) -> str:
    return str(max((int(number) for number in taken), default=0) + 1)


def _name(out: Out, part: Part, where: Where) -> str:
    """Quotas have one name there, for staff."""
    words = plain_words(part.get("title"), out.languages)
    if len(set(words.values())) > 1:
        out.note(where, next(iter(words.values())), "out_field")
    name = words.get(out.default_language) or next(iter(words.values()), str(part.get("code", "")))
    return name.replace("{", "(").replace("}", ")") if words else ""


def _members(out: Out, raw: object, qids: dict[str, str]) -> list[Member] | None:
    """The pairs of question and code; None where the condition is anything but "one of these, and one of those"."""
    node = parse(raw).node if isinstance(raw, str) else None
    if node is None:
        return None
    groups = node.nodes if node.op == "and" else (node,)
    members: list[Member] = []
    for group in groups:
        pairs = [_member(out, part, qids) for part in (group.nodes if group.op == "or" else (group,))]
        known = [pair for pair in pairs if pair is not None]
        if len(known) < len(pairs) or len({qid for qid, _ in known}) != 1:
            return None
        if any(qid == known[0][0] for qid, _ in members):
            return None
        members += known
    return members


def _member(out: Out, node: Node, qids: dict[str, str]) -> Member | None:
    if node.op not in ("=", "selected", "any-of") or len(node.nodes) != 2:
        return None
    operand, code = node.nodes
    if operand.op != "answer" or code.op != "text" or not code.name:
        return None
    box = out.variables.spelling(operand.name, tick=code.name)
    if box is not None:
        title, _, row = box.rpartition("_")
        return (qids[title], row) if title in qids and row else None
    spelled = out.variables.spelling(operand.name)
    variable = out.variables.named(operand.name)
    if spelled is None or variable is None or variable.type != "code":
        return None
    if spelled in qids:
        return qids[spelled], LS_OTHER if variable.other == code.name else code.name
    title, _, row = spelled.rpartition("_")
    return (qids[title], f"{row}-{code.name}") if title in qids else None
