"""Home of the answers: item and unit ratings of every respondent, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate import assumptions
from admin.demo.simulate.facts import (
    ROSTER_GROUPS,
    Content,
    ScaleItem,
    instrument_of,
    pick,
    scale_items,
    stream,
)
from admin.demo.simulate.model import AnswerModel, Codes, only_asked, to_code, with_dont_know
from admin.demo.simulate.persons import COACHED, HONEST, STRAIGHT, STUFFED, Persons
from admin.demo.simulate.representatives import unit_city_effects

INTEGRITY_ITEMS: Final = ("INT1", "INT2")


@dataclass(slots=True, kw_only=True)
class Interviews:
    """Respondents with their answers: 0 where an item is not asked, 88 for "don't know"."""

    persons: Persons
    items: dict[str, Codes]
    ratings: dict[str, Codes]  # item of the repeated page -> (n, units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How respondents who do not answer honestly answer: the shares of the planted problem X1."""

    top_box: float = 0.0
    dont_know: float = 0.0


def answer_all(
    content: Content, seed: int, persons: Persons, model: AnswerModel, manner: Manner
) -> Interviews:
    """Let every person answer every item they would be asked."""
    person = stream(seed, persons.group, "person").normal(0.0, model.sd_person, persons.n)
    latent = persons.expectation + person
    straight = stream(seed, persons.group, "straight").choice([3, 4, 5], size=persons.n, p=[0.4, 0.4, 0.2])
    teller = _Teller(
        seed=seed, persons=persons, model=model, manner=manner, straight=straight.astype(np.int8)
    )
    document = content["instruments"][instrument_of(persons.group)]
    items, ratings = {}, {}
    if persons.group in ROSTER_GROUPS:
        offset = unit_city_effects(content, model)
        for question in document["sections"][0]["questions"]:
            if question["type"] == "scale" and persons.group in question.get("groups", [persons.group]):
                ratings[question["id"]] = teller.rate_units(question["id"], latent, offset)
    else:
        for item in scale_items(document):
            codes = teller.rate(item.code, latent + model.item[item.code])
            items[item.code] = only_asked(codes, asked(persons, item))
    if persons.units and persons.group not in ROSTER_GROUPS:
        offset = np.array([model.unit[unit] for unit in persons.units])
        for question in content["instruments"]["unit_module"]["questions"]:
            ratings[question["id"]] = teller.rate_units(question["id"], latent, offset)
    _finish_profile(seed, persons, items, content)
    return Interviews(persons=persons, items=items, ratings=ratings)


def asked(persons: Persons, item: ScaleItem) -> NDArray[np.bool_]:
    """Who is asked an item, by experience or by the channel of the service."""
    if item.asked_after is not None:
        question, codes = item.asked_after
        columns = [persons.options[question].index(code) for code in sorted(codes)]
        return np.asarray(persons.multi[question][:, columns].any(axis=1), dtype=bool)
    if item.shown_for_channels is not None:
        return np.isin(persons.facts["service_channel"], sorted(item.shown_for_channels))
    return np.ones(persons.n, dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    seed: int
    persons: Persons
    model: AnswerModel
    manner: Manner
    straight: Codes

    def rate(self, item: str, latent: NDArray[np.float64]) -> Codes:
        """Answers to one item; `latent` may have a second axis for units."""
        shape = latent.shape
        group = self.persons.group
        residual = stream(self.seed, group, item, "residual").normal(0.0, self.model.sd_residual, shape)
        uniform = stream(self.seed, group, item, "dont_know").random(shape)
        codes = with_dont_know(to_code(latent + residual), self.model.dont_know_share(item), uniform)
        if (self.persons.pattern == HONEST).all():
            return codes
        return self._in_other_ways(item, codes, uniform)

    def rate_units(self, item: str, latent: NDArray[np.float64], offset: NDArray[np.float64]) -> Codes:
        """Answers to one item about every unit; only units dealt with (or assigned) are rated."""
        every = latent[:, None] + self.model.item[item] + offset[None, :]
        return only_asked(self.rate(item, every), self.persons.contact)

    def _in_other_ways(self, item: str, codes: Codes, uniform: NDArray[np.float64]) -> Codes:
        shape = (-1,) + (1,) * (codes.ndim - 1)
        pattern = self.persons.pattern.reshape(shape)
        top = stream(self.seed, self.persons.group, item, "coached").random(codes.shape) < self.manner.top_box
        coached = np.where(top, 5, np.minimum(codes, 4)).astype(np.int8)
        coached = with_dont_know(coached, self.manner.dont_know, uniform)
        codes = np.where(pattern == COACHED, coached, codes)
        codes = np.where(pattern == STUFFED, np.int8(5), codes)
        return np.where(pattern == STRAIGHT, self.straight.reshape(shape), codes)


def _finish_profile(seed: int, persons: Persons, items: dict[str, Codes], content: Content) -> None:
    """Coaching reports at their baseline, and the reasons that follow a negative review."""
    rng = stream(seed, persons.group, "after")
    baseline = content["simulation"]["fieldwork_records"]["int1_yes_baseline"]
    if persons.group in ROSTER_GROUPS:
        return
    for code in INTEGRITY_ITEMS[: 1 if "S11" in items else 2]:
        told = rng.random(persons.n) < baseline
        reported = persons.single.get(code, np.full(persons.n, "", dtype="U3"))
        persons.single[code] = np.where(reported == "", np.where(told, "yes", "no"), reported)
    if "S11" in items:
        negative = np.isin(items["S11"], (1, 2))
        reasons = rng.random((persons.n, len(assumptions.REASONS))) < list(assumptions.REASONS.values())
        reasons[:, -1] |= ~reasons.any(axis=1)
        persons.multi["C1"] = reasons & negative[:, None]
        persons.options["C1"] = list(assumptions.REASONS)
        wish = pick(rng, {"no": 1 - assumptions.WANTS_CONTACT, "yes": assumptions.WANTS_CONTACT}, persons.n)
        persons.single["C3"] = np.where(negative, wish, "")
