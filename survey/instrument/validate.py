"""Checks what a page was sent and what an interview holds; a refusal is a value, never an exception."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from survey.instrument import frame_facts
from survey.instrument.answers import GIVEN, AnswerReader
from survey.instrument.computing import breaks_constraint, is_required, offered_value
from survey.instrument.contact import read_contact
from survey.instrument.path import PageRef, Reach, find_path
from survey.instrument.posted import Refusal, field_names, sent_parts, sent_values
from survey.instrument.problems import Findings, Level, Problem, Where, shorten
from survey.instrument.program import MISSING_MARK, Item, Program
from survey.instrument.state import Answer, AnswerState, answer_key
from survey.instrument.values import canonical_number

# More fields than this beside those of the page's own items are not read at all.
MAX_FIELDS = 300
# Fields of the form itself (token, version, button): names that can never be an answer key of a page.
_OWN_FIELDS = frozenset({"csrf_token"})
_SEEN = "_seen"
_UNASKED = frozenset({"note", "computed", "end"})


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
    marks: Mapping[str, str] = field(default_factory=dict)
    """By key what became of the frame's value: confirmed, corrected, or neither."""

    def into(self, state: AnswerState) -> AnswerState:
        """The state with this page's answers, and the marks beside the facts of the frame."""
        merged = state.merged(self.answers, cleared=self.cleared)
        if not self.marks:
            return merged
        marks = {frame_facts.stored_name(key): mark for key, mark in self.marks.items()}
        return replace(merged, context={**merged.context, **marks})


def validate_page(
    program: Program,
    ref: PageRef,
    raw: Mapping[str, Sequence[str]],
    state: AnswerState,
    *,
    only: frozenset[str] | None = None,
) -> PageResult:
    """Read one page's form fields, named by answer key; where a page is asked in steps, ``only`` the items of one.

    Fields whose name begins with "_" and ``csrf_token`` belong to the form and are passed over; any other
    field that is not asked on this page now is refused, or passed over if an answer of this page closed it.
    """
    reach = Reach(program, state)
    items = reach.shown_items(ref)
    if not items:
        return _refused("page_not_on_path", ref)
    reader = _PageReader(reach, ref, items, raw, only=only)
    if len(raw) > MAX_FIELDS + len(reader.known):
        return _refused("too_many_fields", ref)
    return reader.read()


def _refused(code: str, ref: PageRef) -> PageResult:
    findings = Findings()
    findings.add(code, Where(section=ref.key))
    return PageResult(answers={}, cleared=(), problems=findings.as_tuple())


def validate_interview(program: Program, state: AnswerState) -> tuple[Problem, ...]:
    """The final check over the whole path: nothing missing, nothing invalid, nothing stale, not screened out."""
    findings = Findings()
    path = find_path(program, state)
    if path.screened_out:
        findings.add("screened_out", Where(item=path.screened_out), name=path.screened_out)
    for key in path.stale:
        findings.add("stale_answer", Where(item=shorten(key)), name=key)
    reach = Reach(program, state)
    for ref, _, items in reach.walk():
        reader = AnswerReader(reach, ref.unit, findings)
        for item in items:
            key = answer_key(item.code, ref.unit)
            where = Where(section=ref.key, item=key)
            stored = state.answers.get(key, ())
            values = (stored,) if isinstance(stored, str) else stored
            answer = reader.read(item, values, where)
            if answer:
                _check_constraint(reach, item, ref.unit, answer, where, findings, confirmed=True)
            elif not values and item.kind not in _UNASKED and is_required(reach, item, ref.unit):
                findings.put(_required(item, where))
        _check_totals(reach, ref, items, state.answers, findings)
    return findings.as_tuple()


class _PageReader:
    """Reads one page, item by item: an answer may open or close an item further down."""

    def __init__(
        self,
        reach: Reach,
        ref: PageRef,
        items: Sequence[Item],
        raw: Mapping[str, object],
        *,
        only: frozenset[str] | None,
    ) -> None:
        self.program, self.ref, self.raw = reach.program, ref, raw
        self.state = reach.state
        self.reach = reach
        self.findings = Findings()
        self.before = frozenset(item.code for item in items)
        self.page = self.program.pages[self.program.page_numbers[ref.code, ref.unit is not None]]
        # Only here may an item depend on an answer of its own page.
        self.moves = self.page.together or any(item.other_of is not None for item in self.page.items)
        self.all_items: Sequence[Item] = self.page.items if self.moves else items
        self.items = [
            item for item in self.all_items if only is None or item.code in only or item.other_of in only
        ]
        self.answers: dict[str, Answer] = {}
        self.cleared: list[str] = []
        self.revealed: list[str] = []
        self.contacts: dict[str, dict[str, str]] = {}
        self.marks: dict[str, str] = {}

    def read(self) -> PageResult:
        self._refuse_strangers()
        for item in self.items:
            if not self.moves or self.reach.is_asked(item, self.ref.unit):
                self._read(item)
        asked = [item for item in self.items if not self.moves or self.reach.is_asked(item, self.ref.unit)]
        _check_totals(self.reach, self.ref, asked, self.reach.state.answers, self.findings)
        return PageResult(
            answers=self.answers,
            cleared=tuple(self.cleared),
            problems=self.findings.as_tuple(),
            revealed=tuple(self.revealed),
            contacts=self.contacts,
            marks=self.marks,
        )

    @cached_property
    def known(self) -> frozenset[str]:
        """Every field name that the page may send."""
        return frozenset().union(
            *(field_names(item, answer_key(item.code, self.ref.unit)) for item in self.all_items)
        )

    def _refuse_strangers(self) -> None:
        for name in self.raw:
            if name not in self.known and not _is_own_field(name):
                self.findings.add(
                    "field_not_here", Where(section=self.ref.key, item=shorten(name)), name=name
                )

    def _read(self, item: Item) -> None:
        key = answer_key(item.code, self.ref.unit)
        where = Where(section=self.ref.key, item=key)
        if item.kind in _UNASKED:
            return
        before = len(self.findings)
        answer = self._answer(item, key, where)
        if answer:
            confirmed = bool(self.raw.get(f"_confirm_{key}"))
            if _check_constraint(
                self.reach, item, self.ref.unit, answer, where, self.findings, confirmed=confirmed
            ):
                self.answers[key] = answer
                self._now({key: answer})
        elif len(self.findings) == before:
            self.cleared.append(key)
            self._now({}, cleared=(key,))
            if self._is_revealed(item, key):
                self.revealed.append(key)
            elif is_required(self.reach, item, self.ref.unit):
                self.findings.put(_required(item, where))

    def _answer(self, item: Item, key: str, where: Where) -> Answer | None:
        if item.read_only:
            return self._unchanged(item, key, where)
        if item.kind == "contact":
            return self._contact(item, key, where)
        fact = frame_facts.known_fact(self.reach, item, self.ref.unit)
        word = None if fact is None else frame_facts.said(self.raw, key)
        answer = fact if word == frame_facts.YES else self._sent(item, key, where)
        if fact is not None:
            mark = frame_facts.mark(fact, answer, word)
            if word == frame_facts.NO and mark is frame_facts.Mark.NOT_CONFIRMED:
                self.findings.add("fact_unchanged", where)
                return None
            self.marks[key] = mark.value
        return answer

    def _sent(self, item: Item, key: str, where: Where) -> Answer | None:
        try:
            values = sent_values(item, key, self.raw)
        except Refusal as refused:
            self.findings.put(refused.problem(where))
            return None
        return AnswerReader(self.reach, self.ref.unit, self.findings).read(item, values, where)

    def _unchanged(self, item: Item, key: str, where: Where) -> Answer | None:
        """What cannot be edited is what it was, whatever was sent."""
        stored = self.reach.state.answers.get(key)
        value = offered_value(self.reach, item) if stored is None else stored
        values = (value,) if isinstance(value, str) else value or ()
        # A value of the frame that no longer fits is none; the respondent could do nothing about it.
        return AnswerReader(self.reach, self.ref.unit, Findings()).read(item, list(values), where)

    def _contact(self, item: Item, key: str, where: Where) -> Answer | None:
        found = read_contact(item, sent_parts(item, key, self.raw), where, self.findings)
        if found:
            self.contacts[key] = found
        return GIVEN if found else None

    def _is_revealed(self, item: Item, key: str) -> bool:
        """Whether nobody saw the item before the page was sent: neither on the page nor by its script."""
        if not self.moves or item.code in self.before or item.other_of is not None:
            return False
        seen = self.raw.get(_SEEN, ())
        return not (isinstance(seen, (list, tuple)) and key in seen)

    def _now(self, answers: Mapping[str, Answer], cleared: tuple[str, ...] = ()) -> None:
        """What has been read counts at once for what follows."""
        known = self.state.answers
        if all(known.get(key) == answer for key, answer in answers.items()) and known.keys().isdisjoint(
            cleared
        ):
            return
        self.state = self.state.merged(answers, cleared=cleared)
        self.reach = Reach(self.program, self.state)


def _check_constraint(
    reach: Reach,
    item: Item,
    unit: str | None,
    answer: Answer,
    where: Where,
    findings: Findings,
    *,
    confirmed: bool,
) -> bool:
    """Notes a broken constraint; whether the answer may be kept. A soft one is advice until it is confirmed."""
    if item.constraint is None or not breaks_constraint(reach, item, unit, answer):
        return True
    if item.soft and confirmed:
        return True
    level: Level = "advice" if item.soft else "error"
    code = "constraint_unusual" if item.soft else "constraint_failed"
    findings.put(Problem(code=code, where=where, level=level, own=item.constraint_message))
    return item.soft


def _check_totals(
    reach: Reach, ref: PageRef, items: Sequence[Item], answers: Mapping[str, Answer], findings: Findings
) -> None:
    """The parts of an allocation that was begun make its total; a blank part is nothing."""
    batteries = dict.fromkeys(item.battery for item in items if item.battery is not None)
    for code in batteries:
        battery = reach.program.batteries_by_code[code]
        if battery.total is None:
            continue
        keys = [answer_key(item.code, ref.unit) for item in items if item.battery == code]
        given = [answer for key in keys if isinstance(answer := answers.get(key), str)]
        numbers = [Decimal(value) for value in given if _is_number(value)]
        where = Where(section=ref.key, item=keys[0])
        if numbers and sum(numbers) != Decimal(battery.total):
            findings.add("allocation_sum", where, total=f"{sum(numbers):f}", expected=battery.total)
        elif battery.required and not numbers:
            findings.add("required", where)


def _is_number(value: str) -> bool:
    return not value.startswith(MISSING_MARK) and canonical_number(value) is not None


def _required(item: Item, where: Where) -> Problem:
    code = "consent_needed" if item.kind == "consent" else "required"
    return Problem(code=code, where=where, own=item.required_message)


def _is_own_field(name: object) -> bool:
    return isinstance(name, str) and (name.startswith("_") or name in _OWN_FIELDS)
