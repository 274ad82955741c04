"""Home of the overlap of waves: which primary sampling units of several designs are the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.trend.errors import TrendError
from analysis.variance import taylor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedUnits:
    """The PSUs of one wave: (m,) `unit` among the `labels` that all waves share."""

    unit: IntArray
    labels: tuple[str, ...]


def link(designs: Sequence[BoundDesign], links: Sequence[ArrayLike] | None) -> list[LinkedUnits]:
    """The PSUs of every wave under common numbers; without `links` no two waves share any.

    Parameters
    ----------
    links : per wave, (n of the wave,) labels that name the PSU of each row across waves (of the person, where rows
        are PSUs).

    Raises
    ------
    TrendError
        ``waves_differ``, ``psu_two_links``, ``link_not_psu`` or ``not_plain``.
    """
    for wave, design in enumerate(designs, start=1):
        refuse_special(design, wave=wave)
    if links is None:
        count = np.cumsum([0, *(design.layout.n_psu for design in designs)])
        labels = tuple(
            f"{wave}:{unit}"
            for wave, design in enumerate(designs, start=1)
            for unit in range(design.layout.n_psu)
        )
        return [
            LinkedUnits(unit=np.arange(low, high), labels=labels) for low, high in pairwise(count.tolist())
        ]
    if len(links) != len(designs):
        raise TrendError(
            "waves_differ", designs=len(designs), others=len(links), name_zh="标识列", name_en="link columns"
        )
    named = [
        _unit_names(given, design, wave=wave)
        for wave, (given, design) in enumerate(zip(links, designs, strict=True), start=1)
    ]
    kinds, code = np.unique(np.concatenate(named), return_inverse=True)
    parts = np.split(code.astype(np.int64), np.cumsum([part.size for part in named])[:-1])
    return [LinkedUnits(unit=part, labels=tuple(str(kind) for kind in kinds)) for part in parts]


def refuse_special(design: BoundDesign, *, wave: int) -> None:
    """Replicates, unequal probabilities without replacement and later stages have no common PSU sums."""
    layout = design.layout
    if design.replicates is not None:
        raise TrendError("not_plain", wave=wave, why_zh="复制权重", why_en="replicate weights")
    if layout.pps is not None:
        raise TrendError("not_plain", wave=wave, why_zh="不等概率无放回抽样", why_en="unequal probabilities")
    if layout.later:
        raise TrendError("not_plain", wave=wave, why_zh="多阶段有限总体校正", why_en="later stages with fpc")


def _unit_names(
    given: ArrayLike, design: BoundDesign, *, wave: int
) -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    """(m,) the link of each PSU, checked to be one to one."""
    code, labels = _check.labels(f"links of wave {wave}", given, n=design.n)
    layout = design.layout
    unit = np.arange(design.n) if layout.psu is None else layout.psu
    name = np.zeros(layout.n_psu, dtype=np.int64)
    name[unit] = code
    differing = np.flatnonzero(name[unit] != code)
    if differing.size:
        row = int(differing[0])
        raise TrendError("psu_two_links", wave=wave, first=labels[name[unit[row]]], second=labels[code[row]])
    used = np.bincount(name, minlength=len(labels))
    if used.max() > 1:
        raise TrendError("link_not_psu", wave=wave, link=labels[int(np.argmax(used > 1))])
    return np.array(labels)[name]


def scores(influence: FloatArray, design: BoundDesign) -> FloatArray:
    """(m,) values per PSU whose sum of squares is the variance of the estimate."""
    layout = design.layout
    totals = taylor.psu_totals(design.carry(influence[:, None]), layout)
    centred = totals - taylor.centres(totals, layout)[layout.stratum]
    factor = np.sqrt(taylor.stratum_factors(layout) * taylor.average_inflation(layout))
    return np.asarray(centred[:, 0] * factor[layout.stratum])
