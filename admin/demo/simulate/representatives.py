"""Home of the three rosters: deputies and members, social organisations, experts, with six units each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate.allocation import spread
from admin.demo.simulate.facts import Content, all_units, apportion, stream
from admin.demo.simulate.model import AnswerModel, lookup
from admin.demo.simulate.persons import Persons


def draw_roster(content: Content, seed: int, model: AnswerModel, *, group: str) -> Persons:
    """The members of a roster who take part; the sample is spread over the strata in proportion."""
    rng = stream(seed, group)
    design = content["province"]["sample_design"][group]
    strata = content["province"]["margins"]["rosters"][group]["strata"]
    names, members = list(strata), [float(n) for n in strata.values()]
    invited = apportion(design["invited"], members)
    completes = apportion(design["expected_completes"], members)
    n = sum(completes)
    mode = spread(["web"], [n])
    units = all_units(content)
    return Persons(
        group=group,
        facts={
            "stratum": spread(names, completes),
            "roster_stratum": spread(names, completes),
            "probability": spread([i / m for i, m in zip(invited, members, strict=True)], completes),
            "mode": mode,
            "part": spread(["main"], [n]),
        },
        single={},
        multi={},
        options={},
        units=units,
        contact=_assign(rng, n, len(units), each=design["units_per_respondent"]),
        expectation=model.base + lookup(model.mode, mode),
        invited={"web": design["invited"]},
    )


def unit_city_effects(content: Content, model: AnswerModel) -> NDArray[np.float64]:
    """City effect of every assessed unit: a city government carries its city's, a department none."""
    units = content["province"]["assessed_units"]
    return np.array([model.city.get(unit.get("area", ""), 0.0) for unit in units])


def _assign(rng: np.random.Generator, n: int, n_units: int, *, each: int) -> NDArray[np.bool_]:
    """Balanced random assignment: everybody gets the units assigned least often so far, ties at random."""
    assigned = np.zeros((n, n_units), dtype=bool)
    so_far = np.zeros(n_units)
    for row in rng.permutation(n):
        chosen = np.argsort(so_far + rng.random(n_units))[:each]
        assigned[row, chosen] = True
        so_far[chosen] += 1
    return assigned
