"""Home of the samples of enterprises and of individual businesses, both drawn from the register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate import assumptions
from admin.demo.simulate.allocation import Stratum, allocate, shuffled_modes, spread, systematic
from admin.demo.simulate.facts import Content, apportion, cities, city_area_codes, pick, rated_units, stream
from admin.demo.simulate.model import AnswerModel, lookup
from admin.demo.simulate.persons import Persons
from admin.demo.simulate.population import enterprise_cells, individual_business_cells

ENTERPRISE_EXPERIENCES = (
    "licence",
    "tax",
    "power",
    "policy",
    "inspect",
    "inspect_multi",
    "tender",
    "contract",
    "loan",
    "voice",
)
INDIVIDUAL_EXPERIENCES = ("register", "tax", "inspect", "loan", "voice")


def draw_enterprises(content: Content, seed: int, model: AnswerModel) -> Persons:
    """The enterprises that take part: strata are city × size, spread over industries."""
    design = content["province"]["sample_design"]["enterprises"]
    variables = content["province"]["margins"]["enterprises"]["variables"]
    sizes = list(variables["size"])
    cells = enterprise_cells(content)
    shares = [design["by_size_share"][size] for size in sizes]
    bias = content["simulation"]["response_bias"]["enterprises"]["size"]
    completes = [
        _within_register(apportion(design["by_city"][city], shares), cells[i].sum(axis=1))
        for i, city in enumerate(cities(content))
    ]
    persons, industry = _draw_register(
        content,
        stream(seed, "enterprises"),
        model,
        group="enterprises",
        parts=sizes,
        completes=completes,
        cells=cells,
        propensity=[bias[size] for size in sizes],
        experiences=("A5", ENTERPRISE_EXPERIENCES, content["simulation"]["enterprise_experience_share"]),
    )
    rng = stream(seed, "enterprises", "ownership")
    persons.single = {
        "A1": persons.single["A1"],
        "A2": np.array(list(variables["industry"]))[industry],
        "A3": persons.single["part"],
        "A4": pick(rng, assumptions.OWNERSHIP, persons.n),
    }
    return persons


def draw_individual_businesses(content: Content, seed: int, model: AnswerModel) -> Persons:
    """The individual businesses that take part: strata are city × location, spread over trades."""
    design = content["province"]["sample_design"]["individual_businesses"]
    variables = content["province"]["margins"]["individual_businesses"]["variables"]
    locations = list(variables["location"])
    quota = [design["by_location_within_city"][location] for location in locations]
    persons, trade = _draw_register(
        content,
        stream(seed, "individual_businesses"),
        model,
        group="individual_businesses",
        parts=locations,
        completes=[quota for _ in cities(content)],
        cells=individual_business_cells(content),
        propensity=[1.0] * len(locations),
        experiences=(
            "A4",
            INDIVIDUAL_EXPERIENCES,
            content["simulation"]["individual_business_experience_share"],
        ),
    )
    persons.single = {
        "A1": persons.single["A1"],
        "A2": persons.single["part"],
        "A3": np.array(variables["trade"])[trade],
    }
    return persons


def _within_register(wanted: list[int], registered: NDArray[np.float64]) -> list[int]:
    """Take all where the register has fewer; the next smaller size takes what is left over."""
    taken, left_over = [], 0
    for n, available in zip(wanted, registered.tolist(), strict=True):
        here = min(n + left_over, int(available))
        left_over = n + left_over - here
        taken.append(here)
    return taken


def _draw_register(
    content: Content,
    rng: np.random.Generator,
    model: AnswerModel,
    *,
    group: str,
    parts: Sequence[str],
    completes: Sequence[Sequence[int]],
    cells: NDArray[np.float64],
    propensity: Sequence[float],
    experiences: tuple[str, Sequence[str], dict[str, float]],
) -> tuple[Persons, NDArray[np.intp]]:
    """Draw from a register stratified by city × part; also return each case's industry or trade."""
    names = cities(content)
    strata = [
        Stratum(
            name=f"{city}/{part}",
            population=float(cells[i, j].sum()),
            completes=completes[i][j],
            mode_shares=content["province"]["sample_design"][group]["modes"],
            propensity=propensity[j],
        )
        for i, city in enumerate(names)
        for j, part in enumerate(parts)
    ]
    sizes = [stratum.completes for stratum in strata]
    allocation = allocate(content, strata)
    kind = np.concatenate(
        [
            rng.permutation(systematic(rng, cells[i, j], completes[i][j]))
            for i in range(len(names))
            for j in range(len(parts))
        ]
    )
    city = spread([stratum.name.split("/")[0] for stratum in strata], sizes)
    mode = shuffled_modes(allocation, rng)
    question, codes, shares = experiences
    had = rng.random((len(kind), len(codes))) < np.array([shares.get(code, 0.0) for code in codes])
    units = rated_units(content)
    contact_share = content["simulation"]["unit_contact_share"][group]
    area: dict[str, Any] = city_area_codes(content)
    persons = Persons(
        group=group,
        facts={
            "stratum": spread([stratum.name for stratum in strata], sizes),
            "probability": spread(allocation.probability.tolist(), sizes),
            "mode": mode,
            "city": city,
            "part": spread(["main"], [len(kind)]),
        },
        single={
            "A1": np.array([area[name] for name in city]),
            "part": spread([stratum.name.split("/")[1] for stratum in strata], sizes),
        },
        multi={question: np.column_stack([had, ~had.any(axis=1)])},
        options={question: [*codes, "none"]},
        units=units,
        contact=rng.random((len(kind), len(units))) < np.array([contact_share[unit] for unit in units]),
        expectation=model.base + lookup(model.city, city) + lookup(model.mode, mode),
        invited=allocation.invited,
    )
    return persons, kind
