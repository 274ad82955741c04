"""Home of the planted problems X1 to X6 (X7 to X9 follow from the parameters themselves)."""

from __future__ import annotations

from typing import Any

import numpy as np

from admin.demo.simulate.answers import Manner
from admin.demo.simulate.facts import RATING_GROUPS, Content, stream
from admin.demo.simulate.marks import interviewer_homes
from admin.demo.simulate.persons import COACHED, STRAIGHT, STUFFED, Persons, append_copies


def problem(content: Content, kind: str) -> dict[str, Any]:
    """The parameters of a planted problem."""
    (found,) = [entry for entry in content["simulation"]["planted_problems"] if entry["kind"] == kind]
    return dict(found)


def county_code(content: Content, where: dict[str, str]) -> str:
    """Area code of the county a problem happens in, which the content names in Chinese."""
    (city,) = [city for city in content["province"]["cities"] if city["id"] == where["city"]]
    (county,) = [county for county in city["counties"] if county["zh"] == where["county"]]
    return str(county["code"])


def manner(content: Content) -> Manner:
    """How coached respondents answer."""
    answers = problem(content, "coached_county")["answers"]
    return Manner(top_box=answers["top_box"], dont_know=answers["dont_know"])


def plant(content: Content, seed: int, persons: Persons) -> None:
    """Plant what concerns this group; the other respondents stay exactly as they were."""
    rng = stream(seed, persons.group, "planted")
    if persons.group in RATING_GROUPS:
        _straight_lining(content, rng, persons)
        _speeding(content, rng, persons)
    if persons.group == "residents":
        _coached_county(content, rng, persons)
        _interviewer_effect(content, rng, persons)
        _ballot_stuffing(content, rng, persons)
    if persons.group == "enterprises":
        _frame_conflict(content, rng, persons)


def _coached_county(content: Content, rng: np.random.Generator, persons: Persons) -> None:
    coached = problem(content, "coached_county")
    members = rng.permutation(
        np.flatnonzero(persons.facts["county"] == county_code(content, coached["where"]))
    )
    handed_out = members[: round(coached["share_of_county"] * len(members))]
    persons.pattern[handed_out] = COACHED
    reported = np.full(persons.n, "", dtype="U3")
    reported[handed_out[: round(coached["int1_yes"] * len(members))]] = "yes"
    persons.single["INT1"] = reported


def _ballot_stuffing(content: Content, rng: np.random.Generator, persons: Persons) -> None:
    """Copies of a web respondent of the county, sent in one sitting from one device.

    Whoever did it held unused tokens of the sample: stratum and probability are those of real cases.
    """
    stuffed = problem(content, "ballot_stuffing")
    here = persons.facts["county"] == county_code(content, stuffed["where"])
    models = np.flatnonzero(here & (persons.facts["mode"] == stuffed["mode"]))
    copies = append_copies(persons, np.repeat(rng.choice(models, 1), stuffed["records"]))
    persons.pattern[copies] = STUFFED
    minutes = np.sort(rng.integers(0, stuffed["within_minutes"], len(copies)))
    persons.facts["minute"][copies] = 13 * 60 + 5 + minutes
    persons.facts["seconds"][copies] = rng.integers(150, 260, len(copies))
    persons.facts["device"][copies] = f"{int(rng.integers(0, 2**63)):016x}"
    persons.facts["interviewer"][copies] = ""
    persons.single["INT1"][copies] = "no"


def _straight_lining(content: Content, rng: np.random.Generator, persons: Persons) -> None:
    web = rng.permutation(np.flatnonzero(persons.facts["mode"] == "web"))
    persons.pattern[web[: round(problem(content, "straight_lining")["share_of_web"] * len(web))]] = STRAIGHT


def _speeding(content: Content, rng: np.random.Generator, persons: Persons) -> None:
    fast = problem(content, "speeding")
    web = rng.permutation(np.flatnonzero(persons.facts["mode"] == "web"))
    chosen = web[: round(fast["share_of_web"] * len(web))]
    longest = fast["seconds"]["max"]
    persons.facts["seconds"][chosen] = rng.integers(longest // 3, longest + 1, len(chosen))


def _interviewer_effect(content: Content, rng: np.random.Generator, persons: Persons) -> None:
    """Give the interviewer exactly the planted number of interviews, outside the home city, and the shift."""
    effect = problem(content, "interviewer_effect")
    homes = interviewer_homes(content, "cati")
    name = list(homes)[effect["interviewer"] - 1]
    who, telephone = persons.facts["interviewer"], persons.facts["mode"] == "cati"
    own = rng.permutation(np.flatnonzero(who == name))
    surplus = own[effect["interviews"] :]
    others = np.array([other for other in homes if other != name])
    for case in surplus:
        away = [other for other in others if homes[other] != persons.facts["city"][case]]
        who[case] = rng.choice(away)
    lacking = effect["interviews"] - min(len(own), effect["interviews"])
    free = np.flatnonzero(telephone & (who != name) & (persons.facts["city"] != homes[name]))
    who[rng.permutation(free)[:lacking]] = name
    persons.expectation[who == name] += effect["shift"]


def _frame_conflict(content: Content, rng: np.random.Generator, persons: Persons) -> None:
    """Firms that dealt with the unit turn out to come from the unit's own list."""
    conflict = problem(content, "frame_conflict")
    dealt = persons.contact[:, persons.units.index(conflict["unit"])]
    listed = rng.permutation(np.flatnonzero(dealt))[: conflict["records"]]
    persons.facts["frame_source"][listed] = conflict["frame_source"]
    persons.expectation[listed] += conflict["shift"]
