"""Home of strata as allocation reads them: names, populations, spreads, costs and bounds, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.sampling.errors import SamplingError, require

Numbers = Mapping[str, float] | ArrayLike
"""Stratum -> number, or (H,) numbers, or one number for all strata."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StratumFrame:
    """Checked strata: population, standard deviation and cost (nan where not given), and bounds of the sizes."""

    names: tuple[str, ...]
    population: FloatArray
    sd: FloatArray
    cost: FloatArray
    low: FloatArray

    @classmethod
    def of(
        cls, sizes: Numbers, *, sds: Numbers | None, costs: Numbers | None, minimum: Numbers
    ) -> "StratumFrame":
        names, population = _named(sizes)
        require("strata", len(names), least=1)
        blank = np.full(len(names), nan)
        for name, size in zip(names, population, strict=True):
            require(f"sizes[{name}]", float(size), least=1)
        strata = cls(names=names, population=population, sd=blank, cost=blank, low=blank)
        sd = blank if sds is None else strata.numbers("sds", sds)
        cost = blank if costs is None else strata.numbers("costs", costs, least_above=True)
        low = np.minimum(strata.numbers("minimum", minimum), np.floor(population))
        return cls(names=names, population=population, sd=sd, cost=cost, low=low)

    def numbers(self, what: str, given: Numbers, *, least_above: bool = False) -> FloatArray:
        """(H,) numbers in the order of the strata; one number is for all."""
        if isinstance(given, Mapping):
            for name in self.names:
                if name not in given:
                    raise SamplingError("stratum_unknown", stratum=name)
            values = np.array([given[name] for name in self.names], dtype=np.float64)
        else:
            values = np.asarray(given, dtype=np.float64)
            values = np.full(len(self.names), float(values)) if values.ndim == 0 else values
            values = _check.numbers(what, values, n=len(self.names))
        for name, value in zip(self.names, values, strict=True):
            if least_above:
                require(f"{what}[{name}]", float(value), above=0)
            else:
                require(f"{what}[{name}]", float(value) if what != "means" else abs(float(value)), least=0)
        return values


def _named(sizes: Numbers) -> tuple[tuple[str, ...], FloatArray]:
    if isinstance(sizes, Mapping):
        return tuple(str(name) for name in sizes), np.array(list(sizes.values()), dtype=np.float64)
    values = _check.numbers("sizes", np.atleast_1d(np.asarray(sizes)))
    return tuple(str(number + 1) for number in range(len(values))), values
