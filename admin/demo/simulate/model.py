"""Home of the answer model: from a latent opinion in index points to a five-point answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate.facts import DONT_KNOW, NOT_ASKED, Content, cities, stream

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerModel:
    """The parameters of `simulation.yaml` with the county effects drawn for one seed."""

    base: float
    sd_person: float
    sd_residual: float
    city: dict[str, float]
    county: dict[str, float]
    subgroup: dict[str, dict[str, float]]
    mode: dict[str, float]
    item: dict[str, float]
    unit: dict[str, float]
    dont_know: dict[str, float]

    @property
    def sd_total(self) -> float:
        """Standard deviation of a latent opinion around its expectation."""
        return float(np.hypot(self.sd_person, self.sd_residual))

    def dont_know_share(self, item: str) -> float:
        """Share of those asked who answer "don't know"."""
        return self.dont_know.get(item, self.dont_know["default"])


def answer_model(content: Content, seed: int) -> AnswerModel:
    """Read the model and draw the county effects that belong to the seed."""
    simulation = content["simulation"]
    parameters = simulation["answer_model"]
    counties = [str(c["code"]) for city in content["province"]["cities"] for c in city["counties"]]
    effects = stream(seed, "county_effects").normal(0.0, parameters["sd_county"], len(counties))
    return AnswerModel(
        base=parameters["base"],
        sd_person=parameters["sd_person"],
        sd_residual=parameters["sd_residual"],
        city={city: float(simulation["city_effect"][city]) for city in cities(content)},
        county=dict(zip(counties, effects.tolist(), strict=True)),
        subgroup=simulation["subgroup_effect"],
        mode=simulation["mode_effect"],
        item=simulation["item_offset"],
        unit=simulation["unit_effect"],
        dont_know=simulation["dont_know_share"],
    )


def lookup(effects: dict[str, float], codes: NDArray[Any]) -> Floats:
    """The effect of every code; a code without an effect has none."""
    names, inverse = np.unique(codes, return_inverse=True)
    values = np.array([float(effects.get(str(name), 0.0)) for name in names])
    result: Floats = values[inverse]
    return result


def to_code(latent: Floats) -> Codes:
    """Five-point answers 1 to 5 of latent opinions in index points."""
    return (1 + np.clip(np.rint(latent / 25.0), 0, 4)).astype(np.int8)


def with_dont_know(codes: Codes, share: float, uniform: Floats) -> Codes:
    """Answers in which the given share has become "don't know"."""
    return np.where(uniform < share, np.int8(DONT_KNOW), codes)


def only_asked(codes: Codes, asked: NDArray[np.bool_]) -> Codes:
    """Answers with `NOT_ASKED` where the item was not shown."""
    return np.where(asked, codes, np.int8(NOT_ASKED))


def expected_score(expectation: Floats, sd: float) -> Floats:
    """Expected item score (0-100) of the rounded, clipped answer to a normal latent opinion.

    The answer is at least step k (k = 1..4) when the latent opinion exceeds 25·(k − ½); the expectation of a
    count is the sum of its tail probabilities.
    """
    from scipy.special import ndtr

    steps = 25.0 * (np.arange(1, 5) - 0.5)
    tails = ndtr((np.asarray(expectation)[..., None] - steps) / sd)
    return np.asarray(25.0 * tails.sum(axis=-1))
