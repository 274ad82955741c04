"""Reads one answer of any kind into its stored form; a refusal is a problem, never an exception."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from survey.instrument.compiling.item_values import compiled, is_greater
from survey.instrument.computing import bounds
from survey.instrument.offered import offered_options
from survey.instrument.path import Reach
from survey.instrument.posted import Refusal
from survey.instrument.problems import Findings, Where
from survey.instrument.program import MISSING_MARK, Item, Option
from survey.instrument.state import Answer
from survey.instrument.values import CANONICAL, canonical_point, is_email, is_phone, is_url
from survey.text import MOST_IN_ONE, UnfitText, n_characters, normalise

MAX_VALUES = 300
YES = "yes"
# Stands among the answers of a draft where a contact was left; the contact itself is kept elsewhere.
GIVEN = "given"
_FILE = re.compile(r"[A-Za-z0-9_-]{6,128}\Z")
_NOTHING = frozenset({"note", "computed", "end"})
_FORMATS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "email": (is_email, "email_unreadable"),
    "phone": (is_phone, "phone_unreadable"),
    "url": (is_url, "url_unreadable"),
}


class AnswerReader:
    """Reads answers as one state of the interview allows them."""

    def __init__(self, reach: Reach, unit: str | None, findings: Findings) -> None:
        self.reach, self.unit, self.findings = reach, unit, findings
        self.program, self.state = reach.program, reach.state

    def read(self, item: Item, values: object, where: Where) -> Answer | None:
        """The answer in its stored form; None if it was left blank or refused (a problem says so)."""
        try:
            return self._read(item, values)
        except Refusal as refused:
            self.findings.put(refused.problem(where))
            return None

    def _read(self, item: Item, values: object) -> Answer | None:
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise Refusal("bad_shape")
        given = [value for value in values if value != ""]
        most = max(MAX_VALUES, len(item.options))
        if len(values) > most or any(not isinstance(value, str) for value in given):
            raise Refusal("bad_shape")
        if not given or item.kind in _NOTHING:
            return None
        if item.kind in ("multi", "units"):
            return self._several(item, given)
        if item.kind == "ranking":
            return self._ranking(item, given)
        if len(given) > 1:
            raise self._one_too_many(item, given)
        return given[0] if self._is_missing(item, given[0]) else self._one(item, given[0])

    def _one(self, item: Item, raw: str) -> str | None:
        if item.kind in CANONICAL:
            return self._typed(item, raw)
        reader = {
            "text": self._text,
            "geopoint": self._point,
            "file": self._file,
            "contact": self._contact,
            "consent": self._consent,
        }.get(item.kind, self._code)
        return reader(item, raw)

    # --- chosen -------------------------------------------------------------------------------------------

    def _offered(self, item: Item) -> Mapping[str, Option]:
        limited = item.declines or item.choice_filter is not None or item.has_interviewer_options
        if not limited:
            return item.options_by_code
        offered = offered_options(self.program, item, self.state, unit=self.unit, reach=self.reach)
        return {option.code: option for option in offered}

    def _code(self, item: Item, code: str) -> str:
        if item.level is not None:
            known = code in self.program.area_codes.get(item.level, {})
        else:
            known = code in self._offered(item)
        if not known:
            raise Refusal("unknown_answer")
        return code

    def _several(self, item: Item, codes: list[str]) -> list[str]:
        offered = self._options(item, codes)
        alone = [code for code in codes if offered[code].exclusive]
        if alone and len(codes) > 1:
            words = offered[alone[0]].text
            raise Refusal("exclusive_with_others", option=words[self.program.languages[0]])
        chosen = set(codes)
        counted = [code for code in codes if not (offered[code].exclusive or offered[code].missing)]
        if counted:
            _check_number(item, len(counted))
        return [code for code in offered if code in chosen]

    def _ranking(self, item: Item, codes: list[str]) -> list[str]:
        self._options(item, codes)
        _check_number(item, len(codes))
        return codes

    def _options(self, item: Item, codes: Sequence[str]) -> Mapping[str, Option]:
        """The options offered. Raises Refusal where a code is none of them or stands there twice."""
        offered = self._offered(item)
        if len(set(codes)) != len(codes):
            raise Refusal("repeated_value")
        if not set(codes) <= offered.keys():
            raise Refusal("unknown_answer")
        return offered

    # --- reasons for having no answer -----------------------------------------------------------------------

    def _is_missing(self, item: Item, raw: str) -> bool:
        """Whether this is a missing code of an item that is otherwise open."""
        is_open = item.kind in CANONICAL or item.kind == "text"
        return is_open and raw.startswith(MISSING_MARK) and raw[1:] in item.missing_codes

    def _one_too_many(self, item: Item, given: Sequence[str]) -> Refusal:
        for raw in given:
            if self._is_missing(item, raw):
                words = item.options_by_code[raw[1:]].text
                return Refusal("missing_and_value", option=words[self.program.languages[0]])
        return Refusal("one_answer_only")

    # --- typed ----------------------------------------------------------------------------------------------

    def _typed(self, item: Item, raw: str) -> str:
        value = CANONICAL[item.kind](raw)
        if value is None:
            kind = "number" if item.kind == "slider" else item.kind
            raise Refusal(f"{kind}_unreadable")
        if item.decimals is not None and len(value.partition(".")[2]) > item.decimals:
            code = "number_not_whole" if item.decimals == 0 else "too_precise"
            raise Refusal(code, decimals=item.decimals)
        low, high = bounds(self.reach, item, self.unit)
        is_number = item.value_type == "number"
        if low is not None and is_greater(item, low, value):
            raise Refusal("too_low" if is_number else "too_early", limit=low)
        if high is not None and is_greater(item, value, high):
            raise Refusal("too_high" if is_number else "too_late", limit=high)
        if item.step is not None and (Decimal(value) - Decimal(low or "0")) % Decimal(item.step) != 0:
            raise Refusal("off_step", low=low or "0", step=item.step)
        return value

    def _text(self, item: Item, raw: str) -> str | None:
        limit = item.max_chars or 0
        # Refused before it is normalised, which would cost time in proportion to its length.
        if len(raw) > MOST_IN_ONE * limit + 100:
            raise Refusal("text_too_long", length=n_characters(raw), limit=limit)
        try:
            text = normalise(raw).strip()
        except UnfitText:
            raise Refusal("unfit_text") from None
        length = n_characters(text)
        if length > limit:
            raise Refusal("text_too_long", length=length, limit=limit)
        if text:
            _check_form(item, text)
        return text or None

    # --- the rest -------------------------------------------------------------------------------------------

    def _point(self, item: Item, raw: str) -> str:
        if item.precision != "exact":
            return self._code(item, raw)
        point = canonical_point(raw)
        if point is None:
            raise Refusal("point_unreadable")
        return point

    def _file(self, item: Item, raw: str) -> str:
        if not _FILE.match(raw):
            raise Refusal("file_unreadable")
        return raw

    def _contact(self, item: Item, raw: str) -> str:
        if raw != GIVEN:
            raise Refusal("unknown_answer")
        return raw

    def _consent(self, item: Item, raw: str) -> str:
        if raw != YES:
            raise Refusal("unknown_answer")
        return raw


def _check_number(item: Item, count: int) -> None:
    """Raises Refusal where too few or too many are chosen."""
    if item.min_choices is not None and count < item.min_choices:
        raise Refusal("choices_too_few", limit=item.min_choices, count=count)
    if item.max_choices is not None and count > item.max_choices:
        raise Refusal("choices_too_many", limit=item.max_choices, count=count)


def _check_form(item: Item, text: str) -> None:
    """Raises Refusal where the text has not the form that the item asks for."""
    is_form, code = _FORMATS.get(item.format or "", (None, ""))
    if is_form is not None and not is_form(text):
        raise Refusal(code, own=item.pattern_message)
    pattern = compiled(item.pattern) if item.pattern is not None else None
    if pattern is not None and pattern.fullmatch(text) is None:
        raise Refusal("pattern_mismatch", own=item.pattern_message)
