"""Home of the delete-one jackknife: JK1 without strata, JKn with them."""

import numpy as np

from analysis import _check
from analysis._types import Centre
from analysis.design import BoundDesign
from analysis.errors import DesignError
from analysis.replicates import _ground
from analysis.variance.replicates import DropOne, Replicates


def jackknife(design: BoundDesign, *, centre: Centre = Centre.REPLICATES) -> BoundDesign:
    """JK1 for a design without strata, JKn for a stratified one."""
    return jk1(design, centre=centre) if design.layout.n_strata == 1 else jkn(design, centre=centre)


def jk1(design: BoundDesign, *, centre: Centre = Centre.REPLICATES, ignore_fpc: bool = False) -> BoundDesign:
    """The design with one replicate per PSU; scale (k - 1) / k, times 1 - f.

    Parameters
    ----------
    centre : deviations from the mean of the replicates, or from the full estimate.
    ignore_fpc : treat the sample as drawn with replacement where stages below the first were declared.

    Raises
    ------
    DesignError
        If the design has strata, replicates, a single PSU or stages below the first.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, 2nd ed., sec. 4.2 and 4.5.
    """
    if design.layout.n_strata > 1:
        raise DesignError("replicates_fractions", kind="JK1", count=design.layout.n_strata)
    return _drop_one(design, kind="JK1", centre=centre, ignore_fpc=ignore_fpc)


def jkn(design: BoundDesign, *, centre: Centre = Centre.REPLICATES, ignore_fpc: bool = False) -> BoundDesign:
    """The design with one replicate per PSU, inside strata; (n_h - 1) / n_h (1 - f_h) per replicate.

    A stratum taken in full, or of a single PSU under `certainty` or `remove`, has no replicates.
    Parameters, errors and references as for `jk1`.
    """
    return _drop_one(design, kind="JKn", centre=centre, ignore_fpc=ignore_fpc)


def _drop_one(design: BoundDesign, *, kind: str, centre: Centre, ignore_fpc: bool) -> BoundDesign:
    ground = _ground.of(design, kind=kind, carries_fpc=True, ignore_fpc=ignore_fpc)
    count, fraction = ground.count, ground.fraction
    dropped = np.flatnonzero(ground.varies[ground.stratum])
    strata = ground.stratum[dropped]
    _ground.check_number(dropped.shape[0])
    with np.errstate(divide="ignore"):
        rscales = ((count - 1.0) / count * (1.0 - fraction))[strata]
    replicates = Replicates(
        kind=kind,
        factors=DropOne(dropped=dropped, stratum=ground.stratum, count=design.layout.psu_count),
        unit=ground.unit,
        scale=1.0,
        rscales=rscales,
        centre=_check.choice("centre", centre, among=Centre),
        df=int(dropped.shape[0] - np.count_nonzero(ground.varies)),
    )
    return design.with_replicates(replicates)
