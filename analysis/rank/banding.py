"""Home of bands: counties are told apart from the provincial mean, and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analysis._check import complete, confidence
from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.rank._noise import checked, unit_names
from analysis.rank.intervals import normal_quantile
from analysis.results import Result, Row


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BandSet(Result):
    """Each unit's difference from the reference, (p,), with its standard error, limits and band."""

    units: tuple[str, ...]
    estimate: FloatArray
    difference: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    bands: tuple[Band, ...]
    reference: float
    level: float

    def to_rows(self) -> list[Row]:
        """One row per unit."""
        return [
            {
                "unit": self.units[i],
                "estimate": float(self.estimate[i]),
                "reference": self.reference,
                "difference": float(self.difference[i]),
                "se": float(self.se[i]),
                "ci_low": float(self.low[i]),
                "ci_high": float(self.high[i]),
                "band": self.bands[i].value,
                "level": self.level,
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.units))
        ]


def band_units(
    estimates: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    shares: npt.ArrayLike | None = None,
    reference: float | None = None,
    level: float = 0.95,
    joint: bool = True,
    units: npt.ArrayLike | None = None,
) -> BandSet:
    """Band each unit by the interval of its difference from a reference.

    Parameters
    ----------
    estimates : (p,); covariance : (p, p) or (p,) variances.
    shares : (p,) weights of the mean that serves as reference (default equal); its covariance with each unit counts.
    reference : a fixed number instead of a mean.
    joint : with Sidak's level, so that all bands hold together; False: each by itself.
    """
    x, cov = checked(estimates, covariance)
    p = x.size
    if shares is not None and reference is not None:
        raise InvalidInput(
            "bad_option", name="reference", value=reference, choices="shares or reference, not both"
        )
    if reference is None:
        w = np.ones(p) if shares is None else complete("shares", shares, n=p)
        if not w.sum() > 0:
            raise InvalidInput("bad_option", name="shares", value=0, choices="a positive sum")
        contrasts = np.eye(p) - w / w.sum()
        middle = float(w @ x / w.sum())
    else:
        contrasts, middle = np.eye(p), float(reference)
    se = np.sqrt(np.maximum(np.einsum("ip,pq,iq->i", contrasts, cov, contrasts), 0.0))
    half = normal_quantile(confidence(level) ** (1 / p) if joint else level) * se
    low, high = x - middle - half, x - middle + half
    return BandSet(
        method="bands against " + ("a fixed value" if reference is not None else "the mean"),
        definition="rank.bands",
        units=unit_names(units, p=p),
        estimate=x,
        difference=x - middle,
        se=se,
        low=low,
        high=high,
        bands=tuple(band(a, b, reference=0.0) for a, b in zip(low.tolist(), high.tolist(), strict=True)),
        reference=middle,
        level=level,
    )
