"""Home of the province description as values: areas, assessed units and population margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.scoring_run.errors import RunRefused
from analysis.scoring_run.layout import Layout
from analysis.scoring_run.reading import Texts, codes_of

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One assessed unit; ``area`` is the city id of a city government."""

    code: str
    unit_class: str
    area: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A population margin: its factors, the categories of each and the totals in row-major order."""

    factors: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    totals: tuple[float, ...]

    @property
    def name(self) -> str:
        """Factors joined, as the plan's readers know them."""
        return " × ".join(self.factors)

    def labels(self) -> tuple[str, ...]:
        """One label per cell."""
        return tuple(" · ".join(cell) for cell in product(*self.categories))


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """Areas and units in the order of the document, and the document for its margins."""

    code: str
    cities: tuple[str, ...]
    city_codes: tuple[str, ...]
    city_kinds: tuple[str, ...]
    counties: tuple[str, ...]
    county_city: tuple[int, ...]
    county_population: tuple[float, ...]
    units: tuple[Unit, ...]
    document: Document

    @classmethod
    def from_document(cls, document: Document) -> Province:
        """Read cities, counties and units (``satisfaction-demo/province/1``)."""
        cities = document["cities"]
        counties = [(number, county) for number, city in enumerate(cities) for county in city["counties"]]
        return cls(
            code=str(document["province"]["id"]),
            cities=tuple(city["id"] for city in cities),
            city_codes=tuple(str(city["code"]) for city in cities),
            city_kinds=tuple(str(city.get("kind", "")) for city in cities),
            counties=tuple(str(county["code"]) for _, county in counties),
            county_city=tuple(number for number, _ in counties),
            county_population=tuple(float(county["adult_population"]) for _, county in counties),
            units=tuple(
                Unit(code=unit["id"], unit_class=unit["class"], area=unit.get("area"))
                for unit in document["assessed_units"]
            ),
            document=document,
        )

    def units_of_class(self, unit_class: str) -> tuple[Unit, ...]:
        """Units that are compared with one another."""
        return tuple(unit for unit in self.units if unit.unit_class == unit_class)

    def city_of(self, values: Texts, layout: Layout) -> IntArray:
        """Number of the city of each row, (n,).

        Raises
        ------
        RunRefused
            ``unknown_area`` for a value that is no area of the province.
        """
        if layout.city_source == "county_code":
            county = self._known(values, self.counties, layout)
            return np.array(self.county_city, dtype=np.int64)[county]
        return self._known(
            values, self.city_codes if layout.city_source == "city_code" else self.cities, layout
        )

    def county_of(self, values: Texts, layout: Layout) -> IntArray:
        """Number of the county of each row, (n,)."""
        return self._known(values, self.counties, layout)

    def _known(self, values: Texts, known: Sequence[str], layout: Layout) -> IntArray:
        codes = codes_of(values, known)
        if (codes < 0).any():
            first = values[int(np.flatnonzero(codes < 0)[0])]
            raise RunRefused("unknown_area", file=f"responses/{layout.group}.parquet", area=first)
        return codes

    def categories(self, group: str, factor: str) -> tuple[str, ...]:
        """Categories of a weighting factor, in the order of the columns of its margins where they have one."""
        if factor == "city":
            return self.cities
        variables = self._margins(group)["variables"][factor]
        # Categories with texts are a mapping, whose order means nothing; a list is an order.
        ordered = sorted(variables) if isinstance(variables, Mapping) else variables
        return tuple(str(category) for category in ordered)

    def targets(self, group: str) -> tuple[Target, ...]:
        """The raking targets that the document lists for a group."""
        return tuple(
            self._target(group, tuple(factors)) for factors in self._margins(group)["raking_targets"]
        )

    def roster(self, group: str) -> Target:
        """Sizes of the strata of a roster."""
        strata = dict(sorted(self.document["margins"]["rosters"][group]["strata"].items()))
        return Target(
            factors=("roster_stratum",),
            categories=(tuple(strata),),
            totals=tuple(float(size) for size in strata.values()),
        )

    def county_totals(self) -> FloatArray:
        """Adults per county, (c,)."""
        return np.array(self.county_population)

    def _margins(self, group: str) -> Document:
        margins: Document = self.document["margins"][group]
        return margins

    def _target(self, group: str, factors: tuple[str, ...]) -> Target:
        margins, key = self._margins(group), "_by_".join(factors)
        categories = tuple(self.categories(group, factor) for factor in factors)
        if key in margins and not isinstance(margins["variables"].get(factors[-1]), Mapping):
            rows = ["_".join(cell) for cell in product(*categories[:-1])]
            totals = [float(total) for row in rows for total in margins[key][row]]
        elif factors == ("city", "urbanicity"):
            totals = [
                float(city[f"adult_{kind}"]) for city in self.document["cities"] for kind in categories[1]
            ]
        else:
            raise RunRefused("margin_unknown", margin=key, group=group)
        return Target(factors=factors, categories=categories, totals=tuple(totals))
