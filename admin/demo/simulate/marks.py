"""Home of what fieldwork notes about an interview: day, length, interviewer, device, frame, channel."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate import assumptions
from admin.demo.simulate.facts import PEACETIME, Content, cities, instrument_of, stream
from admin.demo.simulate.persons import Persons

_INTERVIEWER_PREFIX = {"cati": "T", "capi": "F"}


def add_marks(content: Content, seed: int, persons: Persons) -> None:
    """Add the field marks of every interview to the facts."""
    rng = stream(seed, persons.group, "marks")
    mode = persons.facts["mode"]
    by_interviewer = np.isin(mode, assumptions.INTERVIEWER_MODES)
    persons.facts["day"] = _days(content, rng, persons)
    persons.facts["minute"] = rng.integers(8 * 60, 21 * 60, persons.n)
    persons.facts["seconds"] = _seconds(content, rng, persons)
    persons.facts["interviewer"] = _interviewers(content, rng, persons)
    persons.facts["device"] = _devices(rng, by_interviewer)
    persons.facts["language"] = np.where(
        ~by_interviewer & (rng.random(persons.n) < assumptions.ENGLISH_SHARE_OF_WEB), "en", "zh"
    )
    persons.facts["channel"] = np.where(by_interviewer, "assisted", "sample")
    source = content["simulation"]["fieldwork_records"]["frames"]["source"]
    persons.facts["frame_source"] = np.full(persons.n, source, dtype="U24")


def fieldwork_days(content: Content, step: str) -> tuple[dt.date, dt.date]:
    """First and last day of a calendar step."""
    (entry,) = [entry for entry in content["province"]["calendar"] if entry["step"] == step]
    return dt.date.fromisoformat(entry["from"]), dt.date.fromisoformat(entry["to"])


def quarter_days(content: Content, quarter: str) -> tuple[dt.date, dt.date]:
    """First and last day of peacetime reviews in a quarter ("Q2")."""
    first, last = fieldwork_days(content, "quarterly_pulse")
    month = 3 * int(quarter[1:]) - 2
    begins = dt.date(first.year, month, 1)
    ends = (dt.date(first.year, month + 2, 28) + dt.timedelta(days=7)).replace(day=1) - dt.timedelta(days=1)
    return max(begins, first), min(ends, last)


def _days(content: Content, rng: np.random.Generator, persons: Persons) -> NDArray[np.datetime64]:
    if persons.group != PEACETIME:
        first, last = fieldwork_days(content, "annual_fieldwork")
        span = (last - first).days + 1
        return np.datetime64(first) + rng.integers(0, span, persons.n)
    days = np.empty(persons.n, dtype="datetime64[D]")
    for quarter in np.unique(persons.facts["quarter"]):
        members = persons.facts["quarter"] == quarter
        first, last = quarter_days(content, str(quarter))
        span = (last - first).days + 1
        days[members] = np.datetime64(first) + rng.integers(0, span, int(members.sum()))
    return days


def _seconds(content: Content, rng: np.random.Generator, persons: Persons) -> NDArray[np.int64]:
    """Length of an interview: log-normal by mode, in proportion to the length the instrument announces."""
    lengths = content["simulation"]["interview_seconds"]
    minutes = {code: doc.get("estimated_minutes") for code, doc in content["instruments"].items()}
    relative = minutes[instrument_of(persons.group)] / minutes["residents"]
    spoken = np.isin(persons.facts["mode"], assumptions.INTERVIEWER_MODES)
    median = np.where(spoken, lengths["cati"]["median"], lengths["web"]["median"]) * relative
    sd = np.where(spoken, lengths["cati"]["sd_log"], lengths["web"]["sd_log"])
    length: NDArray[np.int64] = np.rint(median * np.exp(sd * rng.standard_normal(persons.n))).astype(np.int64)
    return length


def interviewer_homes(content: Content, mode: str) -> dict[str, str]:
    """Home city of every interviewer of a mode; interviewers never work at home."""
    names = cities(content)
    count = content["simulation"]["fieldwork_records"][mode]["interviewers"]
    return {f"{_INTERVIEWER_PREFIX[mode]}{k:02d}": names[k % len(names)] for k in range(1, count + 1)}


def _interviewers(content: Content, rng: np.random.Generator, persons: Persons) -> NDArray[np.str_]:
    """Interviewers at random; where the draw is somebody's home city the next interviewer takes the case."""
    who = np.full(persons.n, "", dtype="U3")
    where = persons.facts.get("city", np.full(persons.n, ""))
    for mode in assumptions.INTERVIEWER_MODES:
        rows = np.flatnonzero(persons.facts["mode"] == mode)
        homes = interviewer_homes(content, mode)
        names, home = np.array(list(homes)), np.array(list(homes.values()))
        drawn = rng.integers(0, len(names), len(rows))
        at_home = home[drawn] == where[rows]
        who[rows] = names[np.where(at_home, (drawn + 1) % len(names), drawn)]
    return who


def _devices(rng: np.random.Generator, by_interviewer: NDArray[np.bool_]) -> NDArray[Any]:
    """A random device for everybody who answers alone; a few share one with the person before them."""
    devices = np.array([f"{int(word):016x}" for word in rng.integers(0, 2**63, len(by_interviewer))])
    shared = np.flatnonzero(rng.random(len(devices)) < assumptions.SHARED_DEVICE_SHARE)
    shared = shared[shared > 0]
    devices[shared] = devices[shared - 1]
    devices[by_interviewer] = ""
    return devices
