"""Home of the one variance every standard error rests on: the variance of a total of influence values."""

import numpy as np

from analysis._sums import column_sums
from analysis._types import FloatArray, Lonely
from analysis.variance import unequal
from analysis.variance.layout import Layout


def covariance(influence: FloatArray, layout: Layout) -> FloatArray:
    """Covariance of the totals of k influence values under a stratified, clustered design.

    With PSU totals t_hi, `sum_h (1 - f_h) n_h / (n_h - 1) sum_i (t_hi - mean_h)(t_hi - mean_h)'`. Without later
    stages these are ultimate clusters: variation inside PSUs is in their totals. With them, the same sum over the
    units of each later stage is added, times the product of the sampling fractions of the stages before it.

    Parameters
    ----------
    influence : (n, k) weighted linearised values, 0 outside the domain; no missing values.
    layout : the sampling layout of the same n rows.

    Returns
    -------
    (k, k) covariance, in the squared unit of the estimate.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., eq. 9.4 and 9.7; later stages: Särndal, Swensson, Wretman
    (1992), Model Assisted Survey Sampling, result 4.3.1; Wolter (2007), Introduction to
    Variance Estimation, 2nd ed., sec. 6.11.
    """
    found = _one_stage(influence, layout)
    for stage in layout.later:
        found = found + _one_stage(influence, stage)
    return found


def _one_stage(influence: FloatArray, layout: Layout) -> FloatArray:
    totals = psu_totals(influence, layout)
    if layout.pps is not None and layout.probability is not None:
        return _unequal(totals, layout)
    factor = stratum_factors(layout)
    if layout.carried is not None:
        factor = factor * layout.carried
    centred = totals - centres(totals, layout)[layout.stratum]
    centred *= np.sqrt(factor)[layout.stratum][:, None]
    return np.asarray(centred.T @ centred * average_inflation(layout), dtype=np.float64)


def _unequal(totals: FloatArray, layout: Layout) -> FloatArray:
    assert layout.pps is not None
    assert layout.probability is not None
    if layout.joint is not None:
        return unequal.exact(totals, pps=layout.pps, probability=layout.probability, joint=layout.joint)
    return unequal.approximate(
        totals,
        pps=layout.pps,
        probability=layout.probability,
        stratum=layout.stratum,
        count=layout.psu_count,
    )


def psu_totals(influence: FloatArray, layout: Layout) -> FloatArray:
    """(m, k) totals of the influence values per PSU; the rows themselves in an element sample."""
    if layout.psu is None:
        return influence
    return column_sums(layout.psu, influence, size=layout.n_psu)


def stratum_factors(layout: Layout) -> FloatArray:
    """(H,) the factor (1 - f_h) n_h / (n_h - 1); for a lonely PSU what the design's policy says."""
    count = layout.psu_count.astype(np.float64)
    alone = layout.psu_count == 1
    factor = (1.0 - layout.fraction) * count / np.where(alone, 1.0, count - 1.0)
    return np.where(alone & (layout.lonely is not Lonely.ADJUST), 0.0, factor)


def average_inflation(layout: Layout) -> float:
    """Under `average` the lonely strata get the mean variance of the others: V times H / (H - lonely)."""
    if layout.lonely is not Lonely.AVERAGE:
        return 1.0
    alone = int(np.count_nonzero((layout.psu_count == 1) & (layout.fraction < 1.0)))
    return layout.n_strata / (layout.n_strata - alone)


def centres(totals: FloatArray, layout: Layout) -> FloatArray:
    """(H, k) mean PSU total of each stratum; of all PSUs for a lonely one under `adjust`."""
    centres = column_sums(layout.stratum, totals, size=layout.n_strata) / layout.psu_count[:, None]
    if layout.lonely is Lonely.ADJUST:
        centres[layout.psu_count == 1] = totals.mean(axis=0)
    return centres
