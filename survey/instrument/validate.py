"""Checks what a page was sent and what an interview holds; a refusal is a value, never an exception."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from survey.instrument.path import PageRef, Reach, find_path
from survey.instrument.problems import Findings, Problem, Where, shorten
from survey.instrument.program import Item, Program
from survey.instrument.shown import offered_options
from survey.instrument.state import Answer, AnswerState, answer_key
from survey.text import UnfitText, normalise

MAX_FIELDS = 500
MAX_VALUES = 300
# Fields of the form itself (token, version, button): names that can never be an answer key.
_OWN_FIELDS = frozenset({"csrf_token"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """The valid answers of a page, the keys that were left blank, and everything that was refused.

    ``revealed`` are items that an answer of this page opened on the same page: it is shown once more, without an
    error. ``contacts`` are, by key, what goes to the contact store and never into the answers.
    """

    answers: Mapping[str, Answer]
    cleared: tuple[str, ...]
    problems: tuple[Problem, ...]
    revealed: tuple[str, ...] = ()
    contacts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def into(self, state: AnswerState) -> AnswerState:
        """The state with this page's answers."""
        return state.merged(self.answers, cleared=self.cleared)


def validate_page(
    program: Program, ref: PageRef, raw: Mapping[str, Sequence[str]], state: AnswerState
) -> PageResult:
    """Read one page's form fields, named by answer key.

    Fields whose name begins with "_" and ``csrf_token`` belong to the form and are passed over; any other
    field that is not asked on this page now is refused.
    """
    findings = Findings()
    items = Reach(program, state).shown_items(ref)
    if not items:
        findings.add("page_not_on_path", Where(section=ref.key))
        return PageResult(answers={}, cleared=(), problems=findings.as_tuple())
    if len(raw) > MAX_FIELDS:
        findings.add("too_many_fields", Where(section=ref.key))
        return PageResult(answers={}, cleared=(), problems=findings.as_tuple())
    asked = {answer_key(item.code, ref.unit): item for item in items}
    for name in raw:
        if name not in asked and not _is_own_field(name):
            findings.add("field_not_here", Where(section=ref.key, item=shorten(name)), name=name)
    answers: dict[str, Answer] = {}
    cleared: list[str] = []
    for key, item in asked.items():
        where = Where(section=ref.key, item=key)
        before = len(findings)
        answer = read_answer(program, item, raw.get(key, ()), state, where=where, findings=findings)
        if answer:
            answers[key] = answer
        elif len(findings) == before:
            cleared.append(key)
            if item.required:
                findings.add("required", where)
    return PageResult(answers=answers, cleared=tuple(cleared), problems=findings.as_tuple())


def validate_interview(program: Program, state: AnswerState) -> tuple[Problem, ...]:
    """The final check over the whole path: nothing missing, nothing invalid, nothing stale, not screened out."""
    findings = Findings()
    path = find_path(program, state)
    if path.screened_out:
        findings.add("screened_out", Where(item=path.screened_out), name=path.screened_out)
    for key in path.stale:
        findings.add("stale_answer", Where(item=shorten(key)), name=key)
    for ref, _, items in Reach(program, state).walk():
        for item in items:
            key = answer_key(item.code, ref.unit)
            where = Where(section=ref.key, item=key)
            stored = state.answers.get(key, ())
            values = (stored,) if isinstance(stored, str) else stored
            if not read_answer(program, item, values, state, where=where, findings=findings) and (
                item.required and not values
            ):
                findings.add("required", where)
    return findings.as_tuple()


def read_answer(
    program: Program,
    item: Item,
    values: object,
    state: AnswerState,
    *,
    where: Where,
    findings: Findings,
) -> Answer | None:
    """The answer in its stored form; None if it was left blank or refused (a problem says so)."""
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) > MAX_VALUES:
        findings.add("bad_shape", where)
        return None
    given = [value for value in values if value != ""]
    if not given:
        return None
    if any(not isinstance(value, str) for value in given):
        findings.add("bad_shape", where)
        return None
    if item.kind in ("multi", "units"):
        return _many(program, item, given, state, where=where, findings=findings)
    if len(given) > 1:
        findings.add("one_answer_only", where)
        return None
    if item.kind == "text":
        return _text(item, given[0], where, findings)
    return _one(program, item, given[0], state, where=where, findings=findings)


def _is_own_field(name: object) -> bool:
    return isinstance(name, str) and (name.startswith("_") or name in _OWN_FIELDS)


def _one(
    program: Program, item: Item, code: str, state: AnswerState, *, where: Where, findings: Findings
) -> str | None:
    if item.kind == "area":
        valid = code in program.area_codes[item.level or ""]
    else:
        option = item.options_by_code.get(code)
        valid = option is not None and (
            not option.interviewer_only or option in offered_options(program, item, state)
        )
    if not valid:
        findings.add("unknown_answer", where)
        return None
    return code


def _many(
    program: Program, item: Item, codes: list[str], state: AnswerState, *, where: Where, findings: Findings
) -> list[str] | None:
    chosen = set(codes)
    if len(chosen) != len(codes):
        findings.add("repeated_value", where)
        return None
    offered = item.options_by_code
    if item.declines:
        offered = {option.code: option for option in offered_options(program, item, state)}
    if not chosen <= offered.keys():
        findings.add("unknown_answer", where)
        return None
    exclusive = [code for code in codes if offered[code].exclusive]
    if exclusive and len(codes) > 1:
        findings.add("exclusive_with_others", where, option=offered[exclusive[0]].text[program.languages[0]])
        return None
    return [code for code in offered if code in chosen]


def _text(item: Item, raw: str, where: Where, findings: Findings) -> str | None:
    limit = item.max_chars or 0
    # Refused before it is normalised, which would cost time in proportion to its length.
    if len(raw) > 4 * limit + 100:
        findings.add("text_too_long", where, length=len(raw), limit=limit)
        return None
    try:
        text = normalise(raw).strip()
    except UnfitText:
        findings.add("unfit_text", where)
        return None
    if len(text) > limit:
        findings.add("text_too_long", where, length=len(text), limit=limit)
        return None
    return text or None
