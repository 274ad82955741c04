"""Home of bands: counties are told apart from the provincial mean, and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Band(StrEnum):
    """Where an area's interval lies against the reference."""

    ABOVE = "above"
    WITHIN = "within"
    BELOW = "below"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """The band of each area against one reference."""

    reference: float
    bands: Mapping[str, Band]


def band(ci_low: float, ci_high: float, *, reference: float) -> Band:
    """Above or below only if the interval lies wholly on that side; everything else is within."""
    if ci_low > reference:
        return Band.ABOVE
    return Band.BELOW if ci_high < reference else Band.WITHIN


def bands(intervals: Mapping[str, tuple[float, float]], *, reference: float) -> Bands:
    """Bands of several areas; ``intervals`` holds (low, high) per area."""
    return Bands(
        reference=reference,
        bands={area: band(low, high, reference=reference) for area, (low, high) in intervals.items()},
    )
