"""Puts back what an import kept with an item, as far as the item still says what it said then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from survey.instrument.exchange.limesurvey.carry import Carry
from survey.instrument.exchange.limesurvey.item import ItemReader
from survey.instrument.exchange.limesurvey.kinds import read_question
from survey.instrument.exchange.limesurvey.model import Default, Question

Kept = Mapping[str, Any]  # Any: plain values
# Stands for the conditions that were kept with rows and options.
_OWN = "conditions of rows"
_SETTINGS = (
    *("em_validation_q", "em_validation_sq", "min_num_value_n", "max_num_value_n", "date_min", "date_max"),
    *("date_format", "allowed_filetypes", "max_filesize", "equation", "array_filter", "array_filter_exclude"),
)
# The fields of an item that come of what is kept under a name.
_COMES_OF: Mapping[str, tuple[str, ...]] = {
    "relevance": ("show_if",),
    "hidden": ("show_if",),
    "preg": ("pattern", "constraint"),
    "em_validation_q": ("constraint",),
    "em_validation_sq": ("constraint",),
    "min_num_value_n": ("min",),
    "max_num_value_n": ("max",),
    "date_min": ("min",),
    "date_max": ("max",),
    "equation": ("calculation",),
    "array_filter": ("rows", "choice_filter"),
    "array_filter_exclude": ("rows", "choice_filter"),
    _OWN: ("rows", "choice_filter"),
    "allowed_filetypes": ("media",),
    "max_filesize": ("max_mb",),
    "attribute min_answers": ("constraint",),
    "attribute max_answers": ("constraint",),
}
# Where one of these is kept, it takes the place of the validation that stands for the whole constraint.
_VALIDATIONS = frozenset(
    {"preg", "em_validation_q", "em_validation_sq", "attribute min_answers", "attribute max_answers"}
)


def with_kept(question: Question, kept: Kept, items: Sequence[Any], carry: Carry) -> Question:
    """The question with what was kept of it: all, if the question then becomes these very items again, else what fits.

    ``carry`` is an import of the survey that is being written, so that the question can be read as it will be.
    """
    if not kept:
        return question
    whole = _overlaid(question, kept, frozenset({*kept, _OWN}))
    if _read(whole, carry) == list(items):
        return whole
    accepted: set[str] = set()
    best = _distance(_read(question, carry), items)
    for name in (*kept, _OWN):
        tried = _overlaid(question, kept, frozenset({*accepted, name}))
        made = _read(tried, carry)
        distance = _distance(made, items)
        if distance < best or (distance == best and _agrees(name, made, items)):
            accepted.add(name)
            best = distance
    return _overlaid(question, kept, frozenset(accepted))


def _agrees(name: str, made: Sequence[Any], wanted: Sequence[Any]) -> bool:  # Any: items of a document
    """Whether what was kept leaves the fields that come of it as the items have them."""
    fields = _COMES_OF.get(name, ())
    return len(made) == len(wanted) and all(
        one.get(field) == other.get(field)
        for one, other in zip(made, wanted, strict=True)
        for field in fields
    )


def _read(question: Question, carry: Carry) -> list[Any]:  # Any: items of a document
    """The items that an import would make of the question; what it notes on the way is forgotten."""
    trial = Carry(
        survey=carry.survey,
        variables=carry.variables,
        write_back=carry.write_back,
        taken=set(carry.taken),
    )
    return read_question(ItemReader(trial, deepcopy(question)))


def _distance(made: Sequence[Any], wanted: Sequence[Any]) -> int:  # Any: items of a document
    """In how many fields two lists of items differ, apart from what is kept with them."""
    if len(made) != len(wanted):
        return 1_000
    count = 0
    for one, other in zip(made, wanted, strict=True):
        for name in {*one, *other} - {"foreign"}:
            count += one.get(name) != other.get(name)
    return count


def _overlaid(question: Question, kept: Kept, names: frozenset[str]) -> Question:
    """A copy of the question with some of what was kept."""
    made = deepcopy(question)
    if not names:
        return made
    # The pattern of a text is a field of its own and no part of the constraint.
    if (names - ({"preg"} if question.preg else set())) & _VALIDATIONS:
        made.attributes.pop("em_validation_q", None)
        made.attributes.pop("em_validation_sq", None)
    filtered = bool(names & {"array_filter", "array_filter_exclude"})
    for row in made.subquestions:
        if _OWN in names and row.own:
            row.relevance = row.own
        elif filtered:
            row.relevance = "1"
    for name in kept:
        value = kept[name]
        if name in names and isinstance(value, str):
            _put(made, name, value)
    return made


def _put(question: Question, name: str, value: str) -> None:
    if name in _SETTINGS:
        question.attributes[name] = value
    elif name == "relevance":
        question.relevance = value
    elif name == "hidden":
        question.attributes["hidden"] = "1"
        question.relevance = "1"
    elif name in ("preg", "mandatory", "theme"):
        setattr(question, name, value)
    elif name == "map":
        question.attributes["location_mapservice"] = value
    elif name.startswith("attribute "):
        _put_setting(question, name.split(" ")[1:], value)
    elif name.startswith("default "):
        _put_default(question, name.split(" ")[1:], value)


def _put_setting(question: Question, parts: list[str], value: str) -> None:
    if len(parts) == 1:
        question.attributes[parts[0]] = value
    elif len(parts) == 2:
        question.words.setdefault(parts[0], {})[parts[1]] = value


def _put_default(question: Question, parts: list[str], value: str) -> None:
    """A default that had no place: "title scale special"."""
    title, scale, special = (*parts, "", "")[:3]
    row = next((part.qid for part in question.subquestions if part.title == title), "0")
    question.defaults.append(
        Default(sqid=row, scale=int(scale) if scale.isdigit() else 0, special=special, values={"": value})
    )
