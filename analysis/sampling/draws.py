"""Home of draws in one stage: simple, systematic, proportional to size, stratified, from a committed seed."""

from collections.abc import Mapping
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.sampling.allocation import Allocation, chosen_sizes
from analysis.sampling.drawn import Draw, Method, drawn_sample
from analysis.sampling.errors import SamplingError
from analysis.sampling.seed import Seed, frame_digest, unit_ids
from analysis.sampling.selection import (
    brewer_rows,
    inclusion_probabilities,
    pareto_rows,
    simple_rows,
    systematic_rows,
)


def draw(
    ids: ArrayLike,
    n: int | Mapping[str, int] | Allocation,
    *,
    seed: Seed,
    method: str = "simple",
    sizes: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> Draw:
    """One stage: simple, systematic or in proportion to size, in the whole frame or in every stratum.

    Parameters
    ----------
    ids : (N,) ids of the units, each once. Systematic draws follow this order: sort the frame beforehand.
    n : units to draw; with strata, stratum -> number or an `Allocation`.
    seed : the committed seed.
    method : `simple`, `systematic`, `pareto` or `brewer`.
    sizes : (N,) at least 0, for probabilities in proportion to size; not with `simple`.
    strata : (N,) names.

    Returns
    -------
    The draw; drawing again with the same seed and frame gives the same, on any machine.

    Raises
    ------
    SamplingError
        ``unit_twice``, ``unit_missing``, ``too_large``, ``no_size``, ``stratum_unknown``, ``stratum_not_in_frame``.
    """
    kind = _check.choice("method", method, among=Method)
    names = unit_ids(ids)
    size = _sizes(sizes, kind, len(names))
    codes, labels = _strata(strata, len(names))
    wanted = chosen_sizes(_counts(n, has_strata=strata is not None), labels)
    probabilities, taken = np.zeros(len(names)), np.zeros(len(names), dtype=np.bool_)
    for code, label in enumerate(labels):
        members = np.flatnonzero(codes == code)
        own = [names[row] for row in members]
        pi, drawn = _select(own, wanted[label], size[members], kind, seed=seed, purpose=f"stage 1/{label}")
        probabilities[members], taken[members[drawn]] = pi, True
    columns = [column for column in (strata, sizes) if column is not None]
    return drawn_sample(
        names,
        taken,
        probabilities,
        first_stage=probabilities,
        strata=tuple(labels[code] for code in codes),
        psu=("",) * len(names),
        kind=kind,
        seed=seed,
        frame=frame_digest(names, *columns),
        plan=_plan(kind, sizes is not None, wanted, strata is not None),
        definition="sampling.draw",
    )


def _select(
    own: list[str], n: int, size: FloatArray, kind: Method, *, seed: Seed, purpose: str
) -> tuple[FloatArray, IntArray]:
    """Probabilities of the units of one stratum, and the places drawn."""
    if n == 0:
        return np.zeros(len(own)), np.zeros(0, dtype=np.int64)
    try:
        pi = inclusion_probabilities(size, n)
    except SamplingError as problem:
        if problem.code in ("too_large", "no_size"):
            raise SamplingError(problem.code, **(problem.context | {"name": purpose})) from problem
        raise
    if kind is Method.SYSTEMATIC:
        return pi, systematic_rows(pi, float(seed.uniforms(["start"], purpose=purpose)[0]))
    if kind is Method.BREWER:
        draws = [f"draw {number + 1}" for number in range(ceil(float(pi.sum())))]
        return pi, brewer_rows(pi, seed.uniforms(draws, purpose=purpose))
    uniforms = seed.uniforms(own, purpose=purpose)
    return pi, simple_rows(uniforms, n) if kind is Method.SIMPLE else pareto_rows(pi, uniforms)


def _sizes(sizes: ArrayLike | None, kind: Method, n: int) -> FloatArray:
    if sizes is None:
        return np.ones(n)
    if kind is Method.SIMPLE:
        raise SamplingError(
            "out_of_range",
            name="sizes",
            value="simple",
            expected_zh="与 systematic、pareto 或 brewer 一同给出",
            expected_en="given with systematic, pareto or brewer",
        )
    return _check.complete("sizes", sizes, n=n)


def _counts(n: int | Mapping[str, int] | Allocation, *, has_strata: bool) -> Mapping[str, int] | Allocation:
    if isinstance(n, Mapping | Allocation) is not has_strata:
        words = ("按层给出", "given per stratum") if has_strata else ("一个数", "one number")
        raise SamplingError("out_of_range", name="n", value=n, expected_zh=words[0], expected_en=words[1])
    return n if isinstance(n, Mapping | Allocation) else {"all": n}


def _strata(strata: ArrayLike | None, n: int) -> tuple[IntArray, tuple[str, ...]]:
    if strata is None:
        return np.zeros(n, dtype=np.int64), ("all",)
    return _check.labels("strata", np.asarray(strata), n=n)


def _plan(kind: Method, has_sizes: bool, wanted: Mapping[str, int], has_strata: bool) -> str:
    how = f"{kind.value}, {'proportional to size' if has_sizes else 'equal probabilities'}"
    if not has_strata:
        return f"{how}: {wanted['all']}"
    return f"{how}: " + ", ".join(f"{name} {wanted[name]}" for name in sorted(wanted))
