"""Home of the content as the simulation reads it: areas, items and the streams of random numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np

from admin.content.load import DEMO_FOLDER, load_content
from admin.content.load import Content as LoadedContent

# Content is plain JSON: its types are what the schemas say.
Content = Mapping[str, Any]

NOT_ASKED: Final = 0
DONT_KNOW: Final = 88
RATING_GROUPS: Final = ("residents", "enterprises", "individual_businesses")
ROSTER_GROUPS: Final = ("power_organs", "social_organisations", "experts")
GROUPS: Final = (*RATING_GROUPS, "service_users", *ROSTER_GROUPS)
PEACETIME: Final = "service_users_peacetime"


def content_of(loaded: LoadedContent) -> Content:
    """Loaded content as the simulation reads it: one mapping, the unit module among the instruments."""
    return {
        "province": loaded.province,
        "framework": loaded.framework,
        "scoring": loaded.scoring,
        "simulation": loaded.simulation,
        "participation": loaded.participation,
        "instruments": {**loaded.instruments, **loaded.modules},
    }


def read_content(folder: Path = DEMO_FOLDER) -> Content:
    """The content of a folder as the simulation reads it. Raises ContentProblems if anything is wrong."""
    return content_of(load_content(folder))


def instrument_of(group: str) -> str:
    """The code of the instrument a group answers."""
    if group in ROSTER_GROUPS:
        return "representatives"
    return "service_users" if group == PEACETIME else group


def stream(seed: int, *labels: str) -> np.random.Generator:
    """An independent stream of random numbers for one purpose, so that purposes do not shift each other."""
    return np.random.default_rng([seed, crc32("/".join(labels).encode())])


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleItem:
    """A rating item and the experience that leads to it."""

    code: str
    asked_after: tuple[str, frozenset[str]] | None
    shown_for_channels: frozenset[str] | None


def scale_items(document: Mapping[str, Any]) -> tuple[ScaleItem, ...]:
    """The rating items of an instrument in their order (without the unit module)."""
    return tuple(
        _scale_item(question, section.get("show_if"))
        for section in document["sections"]
        for question in section["questions"]
        if question["type"] == "scale"
    )


def _scale_item(question: Mapping[str, Any], section_condition: Mapping[str, Any] | None) -> ScaleItem:
    condition = question.get("show_if") or section_condition or {}
    codes = frozenset(str(code) for code in condition.get("any_of", ()))
    return ScaleItem(
        code=question["id"],
        asked_after=(condition["question"], codes) if "question" in condition else None,
        shown_for_channels=codes if "context" in condition else None,
    )


def cities(content: Content) -> list[str]:
    """City ids in the order of the province file."""
    return [city["id"] for city in content["province"]["cities"]]


def city_area_codes(content: Content) -> dict[str, str]:
    """Area code of every city."""
    return {city["id"]: str(city["code"]) for city in content["province"]["cities"]}


def rated_units(content: Content) -> list[str]:
    """Units of the unit module: departments and institutions, not city governments."""
    classes = content["instruments"]["unit_module"]["unit_list"]["filter"]["classes"]
    return [unit["id"] for unit in content["province"]["assessed_units"] if unit["class"] in classes]


def all_units(content: Content) -> list[str]:
    """Every assessed unit in the order of the province file."""
    return [unit["id"] for unit in content["province"]["assessed_units"]]


def pick(rng: np.random.Generator, shares: Mapping[str, float], n: int) -> np.ndarray[Any, Any]:
    """n codes drawn with the given shares."""
    codes = np.array(list(shares))
    edges = np.cumsum(list(shares.values()))
    position = np.searchsorted(edges / edges[-1], rng.random(n), side="right")
    return codes[np.minimum(position, len(codes) - 1)]


def apportion(total: int, shares: Sequence[float]) -> list[int]:
    """Whole numbers that add up to total, as near to the shares as possible (largest remainders)."""
    exact = np.asarray(shares, dtype=float)
    exact = exact / exact.sum() * total
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return [int(count) for count in whole]
