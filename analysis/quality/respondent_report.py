"""Home of the report on answer quality: cut-offs, one index with its flags, all indices together."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.quality.effects import FlagEffects, effects_of
from analysis.quality.errors import QualityError
from analysis.results import Result, Row


class Family(StrEnum):
    """What an index is evidence of; two indices of one family are one piece of evidence."""

    SPEED = "speed"
    INVARIABILITY = "invariability"
    INCONSISTENCY = "inconsistency"
    OUTLIER = "outlier"
    DUPLICATION = "duplication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoffs:
    """From where an index flags; every number is a choice of the plan, the defaults are those of the sources.

    Attributes
    ----------
    longest_share : longest run as a share of the items (Curran 2016: half of them)
    sd_z : inter-item standard deviation below the median by this many robust standard deviations
    even_odd, synonyms, person_total : correlations below this (Jackson in Johnson 2005: .30; Johnson 2005: .22;
        Curran 2016: 0)
    antonyms : correlations above this (Johnson 2005: -.03)
    synonym_correlation : size of the sample correlation that makes two items synonyms or antonyms (.60)
    mahalanobis_p : p of the distance below this
    speed_z : speed above the median by this many robust standard deviations
    seconds_per_item : mean seconds an item below this (Huang et al. 2012: 2)
    match : share of identical answers with somebody else (Kuriakose and Robbins 2016: .85)
    families : families that must agree for the combined flag
    """

    longest_share: float = 0.5
    sd_z: float = 3.0
    even_odd: float = 0.30
    synonyms: float = 0.22
    antonyms: float = -0.03
    person_total: float = 0.0
    synonym_correlation: float = 0.60
    mahalanobis_p: float = 0.001
    speed_z: float = 3.0
    seconds_per_item: float = 2.0
    match: float = 0.85
    families: int = 2

    def __post_init__(self) -> None:
        if not 1 <= self.families <= len(Family):
            raise QualityError(
                "bad_cutoff",
                name="families",
                value=self.families,
                expected_zh=f"为 1 至 {len(Family)}",
                expected_en=f"1 to {len(Family)}",
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Index:
    """One index: values (n,), nan where it says nothing; flagged (n,) beyond the cut-off on its side."""

    name: str
    family: Family
    values: FloatArray
    cutoff: float
    side: str
    is_flagged: BoolArray

    @property
    def n_undefined(self) -> int:
        """Respondents it says nothing about; they are not flagged by it."""
        return int(np.count_nonzero(~np.isfinite(self.values)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RespondentQuality(Result):
    """All indices of n respondents. Flags are information: nobody is deleted.

    Attributes
    ----------
    indices : those that could be computed; `status` says which could not and why
    families_flagged : (n,) number of families with at least one flag
    is_flagged : (n,) the combined flag: enough families agree
    least_families : how many that is
    """

    indices: tuple[Index, ...]
    families_flagged: IntArray
    is_flagged: BoolArray
    least_families: int

    def __getitem__(self, name: str) -> Index:
        """The index of that name."""
        for index in self.indices:
            if index.name == name:
                return index
        known = ", ".join(index.name for index in self.indices)
        raise InvalidInput("bad_option", name="index", value=name, choices=known)

    def effects(
        self, values: ArrayLike, *, design: BoundDesign, items: Sequence[str] | None = None
    ) -> tuple[FlagEffects, ...]:
        """What leaving out the flagged does to the means: the combined flag first, then each index that flags.

        An index that flags everybody with a value has nothing to compare with and is passed over.
        """
        flags = [("combined", self.is_flagged), *((index.name, index.is_flagged) for index in self.indices)]
        found = []
        for name, flagged in flags:
            try:
                found.append(effects_of(values, flagged, design=design, items=items, flag=name))
            except QualityError as problem:
                if problem.code != "nothing_left":
                    raise
        return tuple(found)

    def to_rows(self) -> list[Row]:
        """One row per index, the combined flag last."""
        rows: list[Row] = [
            {
                "index": index.name,
                "family": index.family.value,
                "cutoff": float(index.cutoff),
                "side": index.side,
                "flagged": int(index.is_flagged.sum()),
                "share": float(index.is_flagged.mean()),
                "undefined": index.n_undefined,
            }
            for index in self.indices
        ]
        rows.append(
            {
                "index": "combined",
                "family": f"{self.least_families} families or more",
                "cutoff": float(self.least_families),
                "side": "at least",
                "flagged": int(self.is_flagged.sum()),
                "share": float(self.is_flagged.mean()),
                "undefined": 0,
            }
        )
        return rows
