"""Home of the simulated cases: who was drawn, and an answerer that fills in any page it is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate.answers import Interviews
from admin.demo.simulate.draw import all_interviews
from admin.demo.simulate.facts import PEACETIME, ROSTER_GROUPS, Content
from survey.access.tokens import SampleCase

Answer = str | list[str]
Answers = dict[str, Answer]

# What the sampling frame knows and the page fills in; the respondent may correct it.
_KNOWN_FROM_FRAME: Final = {"enterprises": ("A1", "A2", "A3"), "individual_businesses": ("A1", "A3")}
_NONE_OF_THESE: Final = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCase:
    """One case of a sample that will be answered, with everything fieldwork knows about it.

    `answers` holds an answer for every item the respondent could be asked, by answer key ("R01", "U01@edu");
    all units dealt with are rated, so that whichever are drawn find their answers.  `device` is what the
    browser's cookie would be, `minute` the minute of the day at which the interview ends.
    """

    group: str
    number: int
    stratum: str
    inclusion_probability: float
    part: str
    mode: str
    channel: str
    context: Answers
    seal_group: str
    frame_source: str
    day: dt.date
    minute: int
    seconds: int
    language: str
    interviewer: str | None
    device: str | None
    answers: Answers

    @property
    def probability(self) -> str:
        """The inclusion probability as decimal text, exact to the float."""
        return str(np.format_float_positional(self.inclusion_probability))

    def as_sample(self) -> SampleCase:
        """What a token is issued for."""
        return SampleCase(
            stratum=self.stratum,
            probability=self.probability,
            seal_group=self.seal_group,
            mode=self.mode,
            channel=self.channel,
            part=self.part,
            frame_source=self.frame_source,
            interviewer=self.interviewer,
            context=self.context,
            case=f"{self.group}-{self.number:05d}",
        )

    def raw_for(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """Form fields for the answer keys a page asks; items this respondent skips are left out."""
        answers = self.answers
        return {
            key: [answer] if isinstance(answer, str) else answer
            for key in keys
            if (answer := answers.get(key)) is not None
        }


def simulated_cases(content: Content, seed: int, *, planted: bool = False) -> Iterator[SimulatedCase]:
    """Every case of the annual survey that is answered, group by group, strata in order."""
    for interviews in all_interviews(content, seed, planted=planted):
        yield from group_cases(content, interviews)


def group_cases(content: Content, interviews: Interviews) -> Iterator[SimulatedCase]:
    """The cases of one group."""
    persons = interviews.persons
    facts = {name: values.tolist() for name, values in persons.facts.items()}
    days = persons.facts["day"].astype("datetime64[D]").tolist()
    answers = _answers(interviews)
    contexts = _contexts(content, interviews)
    seal_groups = _seal_groups(interviews)
    for row in range(persons.n):
        yield SimulatedCase(
            group=persons.group,
            number=row + 1,
            stratum=facts["stratum"][row],
            inclusion_probability=facts["probability"][row],
            part=facts["part"][row],
            mode=facts["mode"][row],
            channel=facts["channel"][row],
            context=contexts[row],
            seal_group=seal_groups[row],
            frame_source=facts["frame_source"][row],
            day=days[row],
            minute=facts["minute"][row],
            seconds=facts["seconds"][row],
            language=facts["language"][row],
            interviewer=facts["interviewer"][row] or None,
            device=facts["device"][row] or None,
            answers=answers[row],
        )


def _answers(interviews: Interviews) -> list[Answers]:
    persons = interviews.persons
    columns: list[tuple[str, list[str | None]]] = [
        (code, [value or None for value in values.tolist()]) for code, values in persons.single.items()
    ]
    columns += [(code, _code_texts(codes)) for code, codes in interviews.items.items()]
    for item, ratings in interviews.ratings.items():
        columns += [
            (f"{item}@{unit}", _code_texts(ratings[:, place])) for place, unit in enumerate(persons.units)
        ]
    names = [name for name, _ in columns]
    rows = zip(*(values for _, values in columns), strict=True)
    result: list[Answers] = [
        {name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows
    ]
    for code, matrix in persons.multi.items():
        _add_lists(result, code, matrix, persons.options[code], empty=None)
    if persons.units and persons.group not in ROSTER_GROUPS:
        _add_lists(result, "UM", persons.contact, persons.units, empty=_NONE_OF_THESE)
    return result


def _add_lists(
    answers: list[Answers], key: str, matrix: NDArray[np.bool_], codes: list[str], *, empty: str | None
) -> None:
    """Add a multiple-choice answer to every respondent; `empty` is chosen where nothing else is."""
    chosen: list[list[str]] = [[] for _ in answers]
    for row, column in zip(*(places.tolist() for places in np.nonzero(matrix)), strict=True):
        chosen[row].append(codes[column])
    for answer, values in zip(answers, chosen, strict=True):
        if values or empty is not None:
            answer[key] = values or [str(empty)]


def _code_texts(codes: NDArray[np.int8]) -> list[str | None]:
    """Answer codes as texts, None where the item is not asked."""
    texts = np.array([None, *(str(code) for code in range(1, 100))], dtype=object)
    values: list[str | None] = texts[codes].tolist()
    return values


def _contexts(content: Content, interviews: Interviews) -> list[Answers]:
    """What is known about a case before its first answer."""
    persons = interviews.persons
    facts = {name: values.tolist() for name, values in persons.facts.items()}
    contexts: list[Answers] = [{"group": persons.group, "mode": mode} for mode in facts["mode"]]
    for code in _KNOWN_FROM_FRAME.get(persons.group, ()):
        for context, value in zip(contexts, persons.single[code].tolist(), strict=True):
            context[f"frame.{code}"] = value
    if "service_channel" in facts:
        units = {unit["id"]: unit["code"] for unit in content["province"]["assessed_units"]}
        for row, context in enumerate(contexts):
            day: dt.date = facts["day"][row]
            context |= {
                "unit": facts["unit"][row],
                "city": facts["city"][row],
                "channel": facts["service_channel"][row],
                "service_item": f"{units[facts['unit'][row]]}-{row % 7 + 1:02d}",
                "completed_month": f"{day:%Y-%m}",
                "applicant_type": facts["applicant_type"][row],
            }
            if persons.group == PEACETIME:
                context["quarter"] = facts["quarter"][row]
    if persons.group in ROSTER_GROUPS:
        for row, context in enumerate(contexts):
            assigned = np.flatnonzero(persons.contact[row])
            context["roster_stratum"] = facts["roster_stratum"][row]
            context["assigned_units"] = [persons.units[place] for place in assigned.tolist()]
    return contexts


def _seal_groups(interviews: Interviews) -> list[Any]:
    """Groups that are sealed together: a city, the assessed unit of a service, or the whole roster."""
    persons = interviews.persons
    if persons.group in ROSTER_GROUPS:
        return [persons.group] * persons.n
    values: list[Any] = persons.facts["unit" if "unit" in persons.facts else "city"].tolist()
    return values
