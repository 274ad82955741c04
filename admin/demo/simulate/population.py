"""Home of the populations the samples are drawn from, as tables of cells that add up to the margins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate.facts import Content, cities

Floats = NDArray[np.float64]
AGES = ("18-29", "30-39", "40-49", "50-59", "60+")
PLACES = ("urban", "rural")
SEXES = ("male", "female")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentCells:
    """Adults by county and by urbanicity × sex × age (20 cells in this order)."""

    city: list[str]
    county: list[str]
    counts: Floats  # (counties, 20)

    @property
    def place(self) -> NDArray[np.str_]:
        """Urbanicity of each of the 20 columns."""
        return np.repeat(np.array(PLACES), 10)

    @property
    def sex(self) -> NDArray[np.str_]:
        """Sex of each of the 20 columns."""
        return np.tile(np.repeat(np.array(SEXES), 5), 2)

    @property
    def age(self) -> NDArray[np.str_]:
        """Age class of each of the 20 columns."""
        return np.tile(np.array(AGES), 4)


def resident_cells(content: Content) -> ResidentCells:
    """Spread each city's sex by age table over its counties, separately for urban and rural places."""
    joint = {
        (c, p, s): np.array(n, dtype=float)
        for c, p, s, n in content["province"]["margins"]["residents"]["joint"]
    }
    city_of, county_of, rows = [], [], []
    for city in content["province"]["cities"]:
        for county in city["counties"]:
            parts = []
            for place in PLACES:
                both = np.concatenate([joint[city["id"], place, sex] for sex in SEXES])
                parts.append(both / both.sum() * county[f"adult_{place}"])
            city_of.append(city["id"])
            county_of.append(str(county["code"]))
            rows.append(np.concatenate(parts))
    return ResidentCells(city=city_of, county=county_of, counts=np.array(rows))


def enterprise_cells(content: Content) -> Floats:
    """Enterprises by city × size × industry, fitted to the three published two-way tables."""
    margins = content["province"]["margins"]["enterprises"]
    names = cities(content)
    city_size = np.array([margins["city_by_size"][c] for c in names], dtype=float)
    city_industry = np.array([margins["city_by_industry"][c] for c in names], dtype=float)
    codes = list(margins["variables"]["industry"])
    size_industry = np.array([margins["industry_by_size"][i] for i in codes], dtype=float).T
    cells: Floats = city_size[:, :, None] * size_industry[None] / size_industry.sum(axis=1)[None, :, None]
    for _ in range(50):
        cells *= (city_industry / cells.sum(axis=1))[:, None, :]
        cells *= (size_industry / cells.sum(axis=0))[None, :, :]
        cells *= (city_size / cells.sum(axis=2))[:, :, None]
    return cells


def individual_business_cells(content: Content) -> Floats:
    """Individual businesses by city × location × trade; trade depends on the location alone."""
    margins = content["province"]["margins"]["individual_businesses"]
    city_location = np.array([margins["city_by_location"][c] for c in cities(content)], dtype=float)
    locations = margins["variables"]["location"]
    trade = np.array([margins["location_by_trade"][code] for code in locations], dtype=float)
    cells: Floats = city_location[:, :, None] * (trade / trade.sum(axis=1, keepdims=True))[None]
    return cells


def service_cells(content: Content) -> Floats:
    """Completed service transactions by city × channel."""
    table = content["province"]["margins"]["service_users"]["city_by_channel"]
    return np.array([table[city] for city in cities(content)], dtype=float)
