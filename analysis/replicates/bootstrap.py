"""Home of the bootstrap of survey samples: PSUs drawn again inside strata, factors rescaled for finite populations."""

import hashlib

import numpy as np

from analysis import _check
from analysis._types import Centre
from analysis.design import BoundDesign
from analysis.replicates import _ground
from analysis.variance.replicates import Drawn, Replicates, kept


def bootstrap(
    design: BoundDesign,
    replicates: int = 500,
    *,
    seed: int,
    centre: Centre = Centre.REPLICATES,
    ignore_fpc: bool = False,
) -> BoundDesign:
    """The Rao-Wu-Yue-Beaumont bootstrap: n_h - 1 of n_h PSUs drawn with replacement in every stratum.

    Factors are `1 - a + a n_h / (n_h - 1) times drawn` with a = sqrt(1 - f_h), never negative. They depend on the seed
    and the stratum's label only, so every part of the data makes the same ones.

    Parameters
    ----------
    replicates : R, at least 2; a few hundred for a standard error.
    seed : a whole number; part of every result.
    centre : deviations from the mean of the replicates (then 1 / (R - 1)), or from the full estimate (then 1 / R).
    ignore_fpc : treat the sample as drawn with replacement where stages below the first were declared.

    Raises
    ------
    DesignError
        Replicates exist already; stages below the first; a lonely PSU that is not certain.

    References
    ----------
    Rao, Wu, Yue (1992), Survey Methodology 18, 209-217; Beaumont, Patak (2012), International Statistical Review 80,
    127-148.
    """
    ground = _ground.of(design, kind="bootstrap", carries_fpc=True, ignore_fpc=ignore_fpc)
    _ground.check_number(replicates)
    about = _check.choice("centre", centre, among=Centre)
    order = np.argsort(ground.stratum, kind="stable")
    members = np.split(order, np.cumsum(ground.count.astype(np.int64))[:-1])
    drawn = [stratum for stratum in range(len(members)) if ground.varies[stratum]]
    factors = Drawn(
        n_replicates=replicates,
        members=tuple(members[stratum] for stratum in drawn),
        keys=tuple(_key(seed, ground.labels[stratum]) for stratum in drawn),
        shrink=np.sqrt(1.0 - ground.fraction)[drawn],
        n_units=ground.stratum.shape[0],
    )
    made = Replicates(
        kind="bootstrap",
        factors=kept(factors),
        unit=ground.unit,
        scale=1.0 / (replicates if about is Centre.ESTIMATE else replicates - 1),
        rscales=np.ones(replicates),
        centre=about,
        df=int(min(design.layout.df, replicates - 1)),
        seed=seed,
    )
    return design.with_replicates(made)


def _key(seed: int, stratum: str) -> int:
    """A 128-bit key that differs for every seed and stratum."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{stratum}".encode()).digest()[:16], "big")
