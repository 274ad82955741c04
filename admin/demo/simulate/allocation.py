"""Home of sample sizes: completes per stratum and mode, invitations behind them, inclusion probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate import assumptions
from admin.demo.simulate.facts import Content, apportion

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A part of a frame sampled on its own."""

    name: str
    population: float
    completes: int
    mode_shares: Mapping[str, float]
    propensity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Per stratum: modes of the completes (shuffled later) and the inclusion probability."""

    modes: list[NDArray[np.str_]]
    probability: Floats
    invited: dict[str, int]


def invited_per_complete(content: Content) -> dict[str, float]:
    """Cases drawn for one completed interview, by mode.

    A telephone sample of RR3 = r has D = I / r estimated eligible cases, of which a share u stays unresolved;
    with a share e of the unresolved eligible it takes (1 − u)·D + u·D / e numbers to get I interviews.
    """
    records = content["simulation"]["fieldwork_records"]
    unresolved = assumptions.CATI_UNRESOLVED_SHARE_OF_ELIGIBLE
    eligible = 1.0 / records["cati"]["response_rate_rr3"]
    cati = eligible * (1.0 - unresolved + unresolved / records["cati"]["unknown_eligible_share"])
    web = float(records["web"]["invited_per_complete"])
    return {"cati": cati, "capi": assumptions.CAPI_INVITED_PER_COMPLETE, "web": web, "sms_link": web}


def allocate(content: Content, strata: Sequence[Stratum]) -> Allocation:
    """Split each stratum's completes over its modes and find how many had to be drawn.

    Where people answer less readily (a low propensity) more are drawn for the same number of completes; a
    stratum never draws more than it has.
    """
    per_complete = invited_per_complete(content)
    modes, probability, invited = [], [], dict.fromkeys(per_complete, 0)
    mean = np.average([s.propensity for s in strata], weights=[s.population for s in strata])
    for stratum in strata:
        split = apportion(stratum.completes, list(stratum.mode_shares.values()))
        counts = dict(zip(stratum.mode_shares, split, strict=True))
        drawn = {
            mode: max(n, round(n * per_complete[mode] * float(mean) / stratum.propensity))
            for mode, n in counts.items()
        }
        total = sum(drawn.values())
        if total > stratum.population:
            drawn = dict(zip(drawn, apportion(int(stratum.population), list(drawn.values())), strict=True))
        for mode, n in drawn.items():
            invited[mode] += n
        modes.append(np.repeat(np.array(list(counts)), list(counts.values())))
        probability.append(sum(drawn.values()) / stratum.population)
    return Allocation(
        modes=modes, probability=np.array(probability), invited={mode: n for mode, n in invited.items() if n}
    )


def shuffled_modes(allocation: Allocation, rng: np.random.Generator) -> NDArray[np.str_]:
    """Mode of every complete, stratum after stratum, in random order inside a stratum."""
    return np.concatenate([rng.permutation(modes) for modes in allocation.modes])


def systematic(rng: np.random.Generator, counts: Floats, n: int) -> NDArray[np.intp]:
    """Categories of n units drawn systematically from a frame sorted by category.

    Sorting the frame spreads the sample over its categories, as registers are drawn in practice.
    """
    edges = np.cumsum(counts) / counts.sum()
    points = (np.arange(n) + rng.random()) / n
    return np.minimum(np.searchsorted(edges, points, side="right"), len(counts) - 1)


def spread(values: Sequence[Any], sizes: Sequence[int]) -> NDArray[Any]:
    """One value per stratum, repeated for every complete of the stratum."""
    return np.repeat(np.array(values), sizes)
