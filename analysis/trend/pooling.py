"""Home of pooled waves: several designs stacked into one that knows which clusters they share."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis import _check
from analysis._types import FloatArray, IntArray, Lonely
from analysis.design import BoundDesign
from analysis.trend._links import LinkedUnits, link
from analysis.trend.errors import TrendError
from analysis.variance.residuals import Carried


class PoolWeights(StrEnum):
    """`average`: weights divided by the number of waves, so that totals describe one average population; `sum`: as
    they are, so that totals add up over waves. Means, shares and tests are the same where waves weigh alike."""

    AVERAGE = "average"
    SUM = "sum"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledWaves:
    """Stacked waves: one `design`, and (n,) `wave` of each row, from 0."""

    design: BoundDesign
    wave: IntArray

    def stack(self, *columns: ArrayLike) -> NDArray[np.generic]:
        """A column of every wave, one below the other."""
        return np.concatenate([np.asarray(column) for column in columns])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _OneWave:
    """A weighting step of one wave inside the stack: it touches the rows of that wave only."""

    step: Carried
    rows: slice

    def carry(self, influence: FloatArray) -> FloatArray:
        values = influence.copy()
        values[self.rows] = self.step.carry(influence[self.rows])
        return values

    def outside(self, influence: FloatArray) -> FloatArray | None:
        return self.step.outside(influence[self.rows])


def pool(
    designs: Sequence[BoundDesign],
    *,
    links: Sequence[ArrayLike] | None = None,
    weights: PoolWeights = PoolWeights.AVERAGE,
    lonely: Lonely | None = None,
) -> PooledWaves:
    """One design of several waves.

    Independent waves become strata: wave by stratum. Linked PSUs stay one PSU over all waves they are in, and a
    stratum is split by the waves in which its PSUs take part (the rotation groups), so that a PSU's absence from a
    wave is no variation.

    Parameters
    ----------
    links : per wave, (n of the wave,) labels of the PSUs across waves; None: independent samples.
    lonely : for super-strata with one PSU; the policy of the first design if None.

    Raises
    ------
    TrendError
        ``link_changes_stratum`` and those of linking.
    DesignError
        ``lonely_psu`` with the super-stratum.

    References
    ----------
    Korn, Graubard (1999), Analysis of Health Surveys, sec. 8.1-8.2 (combining surveys); Lohr (2022), sec. 7.6
    (rotation groups).
    """
    if len(designs) < 2:
        raise TrendError("too_few_points", actual=len(designs), least=2)
    how = _check.choice("weights", weights, among=PoolWeights)
    units = link(designs, links)
    stratum, fraction = _super_strata(designs, units)
    scale = 1.0 / len(designs) if how is PoolWeights.AVERAGE else 1.0
    unit = np.concatenate(
        [_per_row(linked.unit, design) for linked, design in zip(units, designs, strict=True)]
    )
    begin = np.cumsum([0, *(design.n for design in designs)])
    steps = tuple(
        _OneWave(step=step, rows=slice(int(begin[wave]), int(begin[wave + 1])))
        for wave, design in enumerate(designs)
        for step in design.calibrations
    )
    stacked = BoundDesign(
        weights=np.concatenate([design.weights for design in designs]) * scale,
        strata=np.array(stratum)[unit],
        psu=unit,
        fpc=fraction[unit] if fraction.any() else None,
        lonely=designs[0].lonely if lonely is None else lonely,
        calibrations=steps,
    )
    return PooledWaves(design=stacked, wave=np.repeat(np.arange(len(designs)), np.diff(begin)))


def _per_row(unit: IntArray, design: BoundDesign) -> IntArray:
    return unit if design.layout.psu is None else unit[design.layout.psu]


def _super_strata(
    designs: Sequence[BoundDesign], units: Sequence[LinkedUnits]
) -> tuple[list[str], FloatArray]:
    """Label and sampling fraction (the smallest of its waves, which is safe) of every unit's super-stratum."""
    count = len(units[0].labels)
    own, waves = [""] * count, [""] * count
    fraction = np.ones(count)
    for wave, (design, linked) in enumerate(zip(designs, units, strict=True), start=1):
        layout = design.layout
        for unit, stratum in zip(linked.unit.tolist(), layout.stratum.tolist(), strict=True):
            name = layout.labels[stratum]
            if waves[unit] and own[unit] != name:
                raise TrendError(
                    "link_changes_stratum", link=linked.labels[unit], first=own[unit], second=name
                )
            own[unit] = name
            waves[unit] += f"+{wave}" if waves[unit] else str(wave)
            fraction[unit] = min(fraction[unit], float(layout.fraction[stratum]))
    labels = [f"{name} | wave {seen}" for name, seen in zip(own, waves, strict=True)]
    smallest: dict[str, float] = {}
    for label, share in zip(labels, fraction.tolist(), strict=True):
        smallest[label] = min(share, smallest.get(label, 1.0))
    return labels, np.array([smallest[label] for label in labels])
