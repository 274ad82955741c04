"""Home of draws in two stages: primary units in proportion to size, and units inside them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.sampling.allocation import Allocation
from analysis.sampling.drawn import Draw, Method, drawn_sample
from analysis.sampling.draws import draw
from analysis.sampling.errors import SamplingError, require
from analysis.sampling.seed import Seed, frame_digest, unit_ids
from analysis.sampling.selection import simple_rows


def draw_two_stage(
    ids: ArrayLike,
    n_psu: int | Mapping[str, int] | Allocation,
    *,
    psu: ArrayLike,
    n_each: int,
    seed: Seed,
    method: str = "systematic",
    sizes: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> Draw:
    """Primary units in proportion to size, then a simple random sample of the same number in each.

    Where the size is the number of units (default), every unit has the same probability n_psu n_each / N.

    Parameters
    ----------
    ids : (N,) ids of the final units; PSUs stand in the order of their first unit.
    n_psu : primary units to draw, per stratum where there are strata.
    psu : (N,) primary unit of each unit; ids of PSUs are unique over strata.
    n_each : units to draw in each primary unit; a smaller one is taken in full.
    method : of the first stage: `systematic`, `pareto` or `brewer` in proportion to size, `simple` with equal
        probabilities.
    sizes : (N,) size of the unit's PSU, the same for all its units; None: its number of units.

    Other parameters and errors as for `draw`.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 6.2-6.3 (self-weighting two-stage samples).
    """
    kind = _check.choice("method", method, among=Method)
    require("n_each", n_each, least=1)
    names = unit_ids(ids)
    code, labels = _ordered(psu, len(names))
    first_row = np.array([np.flatnonzero(code == k)[0] for k in range(len(labels))])
    count = np.bincount(code).astype(np.float64)
    _refuse_psu_in_two_strata(strata, code, labels, first_row)
    size = count if sizes is None else _psu_sizes(sizes, code, labels)[first_row]
    stratum = None if strata is None else np.asarray(strata)[first_row]
    stage = draw(
        labels, n_psu, seed=seed, method=kind, sizes=None if kind is Method.SIMPLE else size, strata=stratum
    )
    second = np.minimum(n_each / count, 1.0)
    taken = np.zeros(len(names), dtype=np.bool_)
    for place in stage.rows:
        members = np.flatnonzero(code == place)
        own = [names[row] for row in members]
        uniforms = seed.uniforms(own, purpose=f"stage 2/{labels[place]}")
        taken[members[simple_rows(uniforms, min(n_each, len(own)))]] = True
    columns = [column for column in (psu, strata, sizes) if column is not None]
    return drawn_sample(
        names,
        taken,
        stage.probabilities[code] * second[code],
        first_stage=stage.probabilities[code],
        strata=tuple(stage.strata[k] for k in code),
        psu=tuple(labels[k] for k in code),
        kind=kind,
        seed=seed,
        frame=frame_digest(names, *columns),
        plan=f"{stage.plan}; then {n_each} in each",
        definition="sampling.two_stage",
    )


def _ordered(psu: ArrayLike, n: int) -> tuple[IntArray, list[str]]:
    """Codes and names of PSUs in the order of their first unit."""
    code, labels = _check.labels("psu", np.asarray(psu), n=n)
    first = np.full(len(labels), n)
    np.minimum.at(first, code, np.arange(n))
    order = np.argsort(first)
    place = np.empty(len(labels), dtype=np.int64)
    place[order] = np.arange(len(labels))
    return place[code], [labels[k] for k in order]


def _refuse_psu_in_two_strata(
    strata: ArrayLike | None, code: IntArray, labels: list[str], first_row: IntArray
) -> None:
    if strata is None:
        return
    stratum, names = _check.labels("strata", np.asarray(strata), n=len(code))
    odd = np.flatnonzero(stratum != stratum[first_row][code])
    if odd.size:
        place = int(code[odd[0]])
        first, second = names[stratum[first_row[place]]], names[stratum[odd[0]]]
        raise SamplingError("psu_in_two_strata", psu=labels[place], first=first, second=second)


def _psu_sizes(sizes: ArrayLike, code: IntArray, labels: list[str]) -> FloatArray:
    """(N,) sizes, one value in every primary unit."""
    size = _check.complete("sizes", sizes, n=len(code))
    known = np.zeros(len(labels))
    known[code] = size
    odd = np.flatnonzero(known[code] != size)
    if odd.size:
        place = int(code[odd[0]])
        raise SamplingError("size_varies", psu=labels[place], first=size[odd[0]], second=known[place])
    return size
