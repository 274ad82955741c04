"""Home of half-sample methods for strata of two PSUs: balanced repeated replication, Fay's variant, JK2."""

import numpy as np

from analysis import _check
from analysis._types import Centre, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.errors import DesignError
from analysis.replicates import _ground
from analysis.replicates._hadamard import hadamard
from analysis.variance.replicates import Dense, Replicates


def brr(design: BoundDesign, *, centre: Centre = Centre.REPLICATES, ignore_fpc: bool = False) -> BoundDesign:
    """Balanced repeated replication: each replicate doubles one PSU of every stratum; scale 1 / R.

    The half-samples are balanced by the columns 2 to H + 1 of a Hadamard matrix of the smallest order above H.

    Parameters
    ----------
    centre : deviations from the mean of the replicates, or from the full estimate.
    ignore_fpc : treat the sample as drawn with replacement on purpose.

    Raises
    ------
    DesignError
        A stratum without exactly two PSUs; population sizes, which half-samples cannot carry.

    References
    ----------
    McCarthy (1969), Review of the International Statistical Institute 37, 239-264; Wolter (2007), ch. 3.
    """
    return _half_samples(design, kind="BRR", rho=0.0, centre=centre, ignore_fpc=ignore_fpc)


def fay(
    design: BoundDesign,
    *,
    rho: float,
    centre: Centre = Centre.REPLICATES,
    ignore_fpc: bool = False,
) -> BoundDesign:
    """Fay's variant: factors 2 - rho and rho instead of 2 and 0, so that no domain ever empties; 1 / (R (1 - rho)^2).

    Parameters, errors as for `brr`; `rho` at least 0, below 1.

    References
    ----------
    Judkins (1990), Journal of Official Statistics 6, 223-239.
    """
    if not 0.0 <= rho < 1.0:
        raise DesignError("replicates_fay", value=rho)
    return _half_samples(design, kind=f"Fay ({rho:g})", rho=rho, centre=centre, ignore_fpc=ignore_fpc)


def jk2(
    design: BoundDesign,
    *,
    seed: int,
    centre: Centre = Centre.ESTIMATE,
    ignore_fpc: bool = False,
) -> BoundDesign:
    """Paired jackknife: one replicate per stratum, which drops one of its two PSUs (drawn by `seed`) and doubles the other.

    Deviations are taken from the full estimate by default: each stratum shows one of its two halves only.
    Parameters and errors as for `brr`.

    References
    ----------
    Rust, Rao (1996), Statistical Methods in Medical Research 5, 283-310.
    """
    ground = _ground.of(design, kind="JK2", carries_fpc=False, ignore_fpc=ignore_fpc)
    pairs = _pairs(ground, kind="JK2")
    side = np.random.default_rng(seed).integers(0, 2, size=pairs.shape[0])
    table = np.ones((pairs.shape[0], ground.stratum.shape[0]))
    rows = np.arange(pairs.shape[0])
    table[rows, pairs[rows, side]] = 0.0
    table[rows, pairs[rows, 1 - side]] = 2.0
    return _with(design, table, ground=ground, kind="JK2", scale=1.0, centre=centre, seed=seed)


def _half_samples(
    design: BoundDesign, *, kind: str, rho: float, centre: Centre, ignore_fpc: bool
) -> BoundDesign:
    ground = _ground.of(design, kind=kind, carries_fpc=False, ignore_fpc=ignore_fpc)
    pairs = _pairs(ground, kind=kind)
    signs = hadamard(pairs.shape[0] + 1)[:, 1 : pairs.shape[0] + 1]
    replicates = signs.shape[0]
    table = np.ones((replicates, ground.stratum.shape[0]))
    table[:, pairs[:, 0]] = 1.0 + (1.0 - rho) * signs
    table[:, pairs[:, 1]] = 1.0 - (1.0 - rho) * signs
    scale = 1.0 / (replicates * (1.0 - rho) ** 2)
    return _with(design, table, ground=ground, kind=kind, scale=scale, centre=centre)


def _pairs(ground: _ground.Ground, *, kind: str) -> IntArray:
    """(H', 2) the two units of each stratum that varies."""
    bad = np.flatnonzero(ground.varies & (ground.count != 2))
    if bad.size:
        stratum = int(bad[0])
        raise DesignError(
            "replicates_not_paired",
            kind=kind,
            stratum=ground.labels[stratum],
            count=int(ground.count[stratum]),
        )
    order = np.argsort(ground.stratum, kind="stable")
    paired = order[ground.varies[ground.stratum[order]]]
    _ground.check_number(paired.shape[0] // 2)
    return np.asarray(paired.reshape(-1, 2), dtype=np.int64)


def _with(
    design: BoundDesign,
    table: FloatArray,
    *,
    ground: _ground.Ground,
    kind: str,
    scale: float,
    centre: Centre,
    seed: int | None = None,
) -> BoundDesign:
    replicates = Replicates(
        kind=kind,
        factors=Dense(table=table),
        unit=ground.unit,
        scale=scale,
        rscales=np.ones(table.shape[0]),
        centre=_check.choice("centre", centre, among=Centre),
        df=int(np.count_nonzero(ground.varies)),
        seed=seed,
    )
    return design.with_replicates(replicates)
