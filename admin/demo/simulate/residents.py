"""Home of the sample of residents: counties, who answers more readily, experiences, units dealt with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate import assumptions
from admin.demo.simulate.allocation import Stratum, allocate, shuffled_modes, spread, systematic
from admin.demo.simulate.facts import Content, apportion, pick, rated_units, stream
from admin.demo.simulate.model import AnswerModel, lookup
from admin.demo.simulate.persons import Persons
from admin.demo.simulate.population import ResidentCells, resident_cells

EXPERIENCES = ("edu", "health", "ss", "emp", "eld", "bus", "adm", "voice")


def propensities(content: Content, cells: ResidentCells) -> NDArray[np.float64]:
    """Relative readiness to answer of each of the 20 kinds of people."""
    bias = content["simulation"]["response_bias"]["residents"]
    return (
        lookup(bias["age"], cells.age)
        * lookup(bias["urbanicity"], cells.place)
        * lookup(bias["sex"], cells.sex)
    )


def completes_by_county(content: Content, cells: ResidentCells) -> list[int]:
    """Interviews per county: the minimum everywhere, the rest of a city by population."""
    design = content["province"]["sample_design"]["residents"]
    floor = design["min_per_county"]
    population = cells.counts.sum(axis=1)
    completes = [0] * len(cells.county)
    for city, total in design["by_city"].items():
        rows = [i for i, name in enumerate(cells.city) if name == city]
        extra = apportion(total - floor * len(rows), [float(population[i]) for i in rows])
        for i, more in zip(rows, extra, strict=True):
            completes[i] = floor + more
    return completes


def draw_residents(content: Content, seed: int, model: AnswerModel) -> Persons:
    """The residents who take part in the annual survey."""
    rng = stream(seed, "residents")
    cells = resident_cells(content)
    readiness = propensities(content, cells)
    sizes = completes_by_county(content, cells)
    ready = cells.counts * readiness
    mode_shares = content["province"]["sample_design"]["residents"]["modes"]
    allocation = allocate(
        content,
        [
            Stratum(
                name=county,
                population=float(cells.counts[i].sum()),
                completes=sizes[i],
                mode_shares=mode_shares,
                propensity=float(ready[i].sum() / cells.counts[i].sum()),
            )
            for i, county in enumerate(cells.county)
        ],
    )
    # Field managers keep an eye on who is missing: the mix of a county follows its readiness to answer
    # closely, it does not jump about as a purely random mix would.
    kind = np.concatenate(
        [rng.permutation(systematic(rng, row, n)) for n, row in zip(sizes, ready, strict=True)]
    )
    city, county = spread(cells.city, sizes), spread(cells.county, sizes)
    place, sex, age = cells.place[kind], cells.sex[kind], cells.age[kind]
    mode = shuffled_modes(allocation, rng)
    experiences = _experiences(content, rng, age, place)
    units = rated_units(content)
    contact_share = content["simulation"]["unit_contact_share"]["residents"]
    return Persons(
        group="residents",
        facts={
            "stratum": county,
            "probability": spread(allocation.probability.tolist(), sizes),
            "mode": mode,
            "city": city,
            "county": county,
            "part": spread(["main"], [len(kind)]),
        },
        single={
            "A1": age,
            "A2": sex,
            "A3": spread(["yes"], [len(kind)]),
            "A4": county,
            "A5": place,
            "A6": _education(rng, age),
        },
        multi={"A7": experiences},
        options={"A7": [*EXPERIENCES, "none"]},
        units=units,
        contact=rng.random((len(kind), len(units))) < np.array([contact_share[unit] for unit in units]),
        expectation=expectation(model, city=city, county=county, age=age, place=place, sex=sex)
        + lookup(model.mode, mode),
        invited=allocation.invited,
    )


def expectation(
    model: AnswerModel,
    *,
    city: NDArray[np.str_],
    county: NDArray[np.str_],
    age: NDArray[np.str_],
    place: NDArray[np.str_],
    sex: NDArray[np.str_],
) -> NDArray[np.float64]:
    """Expected latent opinion of a resident before mode and item."""
    return (
        model.base
        + lookup(model.city, city)
        + lookup(model.county, county)
        + lookup(model.subgroup["age"], age)
        + lookup(model.subgroup["urbanicity"], place)
        + lookup(model.subgroup["sex"], sex)
    )


def experience_share(
    content: Content, code: str, age: NDArray[np.str_], place: NDArray[np.str_]
) -> NDArray[np.float64]:
    """Chance of each person to have had the experience."""
    shares = content["simulation"]["experience_share"][code]
    return lookup(shares, place if "urban" in shares else age)


def _experiences(
    content: Content, rng: np.random.Generator, age: NDArray[np.str_], place: NDArray[np.str_]
) -> NDArray[np.bool_]:
    """One column per experience and a last one for "none of these"."""
    had = np.column_stack(
        [rng.random(len(age)) < experience_share(content, code, age, place) for code in EXPERIENCES]
    )
    return np.column_stack([had, ~had.any(axis=1)])


def _education(rng: np.random.Generator, age: NDArray[np.str_]) -> NDArray[np.str_]:
    level = np.full(len(age), "primary", dtype="U7")
    for age_class, shares in assumptions.EDUCATION_BY_AGE.items():
        members = age == age_class
        level[members] = pick(rng, shares, int(members.sum()))
    return level
