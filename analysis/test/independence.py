"""Home of the test of independence of two categorical variables under a survey design."""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._tails import Tail, chi2_tail, f_tail, weighted_tail
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.estimate import cell_table
from analysis.estimate._build import statuses
from analysis.estimate.cell_table import CellTable
from analysis.results import HypothesisTest
from analysis.test import _rao_scott
from analysis.test._scalars import enough
from analysis.test.errors import HypothesisError


class Correction(StrEnum):
    """How the design enters the test; R's names ("F", "Chisq", "Wald", "adjWald") are understood too.

    `rao-scott-2`: X2 over the sum of the design effects, against F with matched moments (the default).
    `rao-scott-1`: X2 over the mean design effect, against chi-square.
    `lincom`, `saddlepoint`: X2 against the weighted sum of chi-squares itself, exact or by a saddlepoint.
    `wald`, `adjusted-wald`: Wald test of the residual totals `n_ij - n_i. n_.j / n_..`, linearised in the totals.
    """

    RAO_SCOTT_2 = "rao-scott-2"
    RAO_SCOTT_1 = "rao-scott-1"
    LINCOM = "lincom"
    SADDLEPOINT = "saddlepoint"
    WALD = "wald"
    ADJUSTED_WALD = "adjusted-wald"

    @classmethod
    def _missing_(cls, value: object) -> "Correction | None":
        return {
            "F": cls.RAO_SCOTT_2,
            "Chisq": cls.RAO_SCOTT_1,
            "Wald": cls.WALD,
            "adjWald": cls.ADJUSTED_WALD,
        }.get(str(value))


def independence(
    rows: ArrayLike,
    columns: ArrayLike,
    *,
    design: BoundDesign,
    correction: Correction = Correction.RAO_SCOTT_2,
    domain: ArrayLike | None = None,
    missing: object = None,
    names: tuple[str, str] = ("rows", "columns"),
) -> HypothesisTest:
    """Test that two categorical variables are independent in the population.

    Parameters
    ----------
    rows, columns : (n,) numbers or text; nan, None and `missing` leave the table, never the design.
    correction : see `Correction`.
    domain : (n,) bool, None for everybody. X2 is scaled to the rows of the domain.

    Returns
    -------
    HypothesisTest
        `statistic` is F for `rao-scott-2` and the Wald tests and the uncorrected X2 for the others; `details` holds
        X2 and the sum of the design effects, or Wald's X2.

    Raises
    ------
    HypothesisError
        ``one_level`` if one of the variables has a single level in the domain; ``no_degrees_of_freedom``.

    References
    ----------
    Rao, Scott (1984), Annals of Statistics 12, 46-60; Thomas, Rao (1987), JASA 82, 630-636 (F); Koch, Freeman,
    Freeman (1975), International Statistical Review 43, 59-78 (Wald); Fellegi (1980), JASA 75, 261-268 (adjusted);
    Lumley, Scott (2014), Australian & New Zealand Journal of Statistics 56, 1-14 (weighted sum of chi-squares).
    """
    how = _check.choice("correction", correction, among=Correction)
    table = cell_table.cell_table(rows, columns, design=design, domain=domain, missing=missing, names=names)
    refuse_one_level(table, names=names)
    enough(design.df, least=1)
    if how in (Correction.WALD, Correction.ADJUSTED_WALD):
        return _wald(table, design, adjusted=how is Correction.ADJUSTED_WALD)
    return _corrected(table, design, how=how)


def refuse_one_level(table: CellTable, *, names: tuple[str, str]) -> None:
    """Nothing can be compared where a variable has one level."""
    for name, labels in zip(names, (table.row_labels, table.column_labels), strict=True):
        if len(labels) < 2:
            raise HypothesisError("one_level", name=name, level=labels[0])


def table_status(table: CellTable, design: BoundDesign) -> tuple[AnalysisWarning, ...]:
    """What the reader of a test on this table must know."""
    found = statuses(constant=False, df=design.df, one_psu=False)
    if table.dropped:
        found += (AnalysisWarning(code="levels_dropped", context={"levels": ", ".join(table.dropped)}),)
    empty = np.argwhere(table.n == 0)
    if len(empty):
        cell = f"{table.row_labels[empty[0][0]]} x {table.column_labels[empty[0][1]]}"
        found += (AnalysisWarning(code="zero_cells", context={"count": len(empty), "cell": cell}),)
    return found


def _corrected(table: CellTable, design: BoundDesign, *, how: Correction) -> HypothesisTest:
    covariance = cell_table.covariance(
        table,
        design,
        function=lambda totals: totals / totals.sum(axis=1, keepdims=True),
        jacobian=(np.eye(table.size) - table.shares.reshape(-1, 1)) / table.totals.sum(),
    )
    effects = _rao_scott.design_effects(table.shares, covariance, n=table.rows_of_data)
    x2 = _rao_scott.pearson(table.shares, n=table.rows_of_data)
    statistic, df, p = corrected(x2, effects, ddf=design.df, how=how)
    return HypothesisTest(
        method=f"Pearson X2, {how.value}, {design.variance_method}",
        definition=f"test.independence.{how.value}",
        statistic=statistic,
        statistic_name="F" if how is Correction.RAO_SCOTT_2 else "chi2",
        df=df,
        p=p,
        n=int(table.n.sum()),
        details={"x2": x2, "design_effect": effects.trace / max(effects.size, 1)},
        status=table_status(table, design) + _no_variance(effects),
    )


def _no_variance(effects: _rao_scott.DesignEffects) -> tuple[AnalysisWarning, ...]:
    """Why there is no p where no estimate of the table varies, as in a census."""
    if effects.trace > 0.0:
        return ()
    context = {"what": "Rao-Scott", "size": effects.size, "rank": 0}
    return (AnalysisWarning(code="singular_covariance", context=context),)


def corrected(
    x2: float, effects: _rao_scott.DesignEffects, *, ddf: float, how: Correction
) -> tuple[float, tuple[float, ...], float]:
    """Statistic, degrees of freedom and p of Pearson's X2 corrected by its design effects; nan where they are 0."""
    trace, squares = effects.trace, effects.trace_of_square
    if not trace > 0.0:
        return float("nan"), (float(effects.size),), float("nan")
    df = trace**2 / squares
    if how is Correction.RAO_SCOTT_2:
        return x2 / trace, (df, df * ddf), f_tail(x2 / trace, df, df * ddf)
    if how is Correction.RAO_SCOTT_1:
        return x2, (float(effects.size),), chi2_tail(x2 * effects.size / trace, effects.size)
    tail = Tail.INTEGRATION if how is Correction.LINCOM else Tail.SADDLEPOINT
    p = weighted_tail(x2, effects.eigenvalues, ddf=df * ddf, method=tail)
    return x2, (float(effects.size), df * ddf), p


def _wald(table: CellTable, design: BoundDesign, *, adjusted: bool) -> HypothesisTest:
    found = _rao_scott.wald(table.totals, cell_table.totals_covariance(table, design), shape=table.shape)
    df, ddf = float(found.size), float(design.df)
    statistic = found.x2 / df
    if adjusted:
        ddf = ddf - df + 1.0
        statistic *= ddf / design.df
    exists = np.isfinite(statistic) and ddf > 0
    status = table_status(table, design)
    if not exists:
        context = {"what": "Wald", "size": found.size, "rank": min(found.rank, design.df)}
        status += (AnalysisWarning(code="singular_covariance", context=context),)
    name = "adjusted-wald" if adjusted else "wald"
    return HypothesisTest(
        method=f"{name} on residual totals, {design.variance_method}",
        definition=f"test.independence.{name}",
        statistic=statistic if exists else float("nan"),
        statistic_name="F",
        df=(df, ddf),
        p=f_tail(statistic, df, ddf) if exists else float("nan"),
        n=int(table.n.sum()),
        details={"x2": found.x2},
        status=status,
    )
