"""Home of effect sizes of two-way tables with design-based standard errors: Cramer's V, odds ratio."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.estimate import cell_table
from analysis.estimate._build import OfTotals
from analysis.estimate.cell_table import CellTable
from analysis.results import Estimate
from analysis.test._scalars import scalar
from analysis.test.effect_sizes import EffectSize, effect
from analysis.test.errors import HypothesisError
from analysis.test.independence import refuse_one_level


def cramer_v(
    rows: ArrayLike,
    columns: ArrayLike,
    *,
    design: BoundDesign,
    domain: ArrayLike | None = None,
    missing: object = None,
    names: tuple[str, str] = ("rows", "columns"),
) -> EffectSize:
    """Cramer's V of the weighted table, `sqrt(phi^2 / (min(I, J) - 1))` with phi^2 = sum (p - e)^2 / e.

    The sample V of independent variables is above 0; its interval is not a test of independence.

    Parameters
    ----------
    rows, columns, missing, domain : as for `independence`.

    References
    ----------
    Cramer (1946), Mathematical Methods of Statistics, sec. 21.9; standard error by linearisation.
    """
    table = cell_table.cell_table(rows, columns, design=design, domain=domain, missing=missing, names=names)
    refuse_one_level(table, names=names)
    least = min(table.shape) - 1

    def function(totals: FloatArray) -> FloatArray:
        shares = (totals / totals.sum(axis=1, keepdims=True)).reshape(-1, *table.shape)
        row, column = shares.sum(axis=2, keepdims=True), shares.sum(axis=1, keepdims=True)
        return np.asarray(
            np.sqrt(np.maximum((shares**2 / (row * column)).sum(axis=(1, 2)) - 1.0, 0.0))[:, None]
        )

    value = float(np.sqrt(max(_phi_squared(table) / least, 0.0)))
    jacobian = _phi_gradient(table) / (2.0 * value * least) if value > 0 else np.zeros((1, table.size))
    found = _of_cells(
        value,
        jacobian,
        table=table,
        design=design,
        function=lambda totals: function(totals) / np.sqrt(least),
        method="Cramer V",
    )
    return effect(found, "effect.cramer_v")


def _phi_squared(table: CellTable) -> float:
    shares = table.shares
    return float((shares**2 / np.outer(shares.sum(axis=1), shares.sum(axis=0))).sum() - 1.0)


def _phi_gradient(table: CellTable) -> FloatArray:
    """(1, K) derivative of phi^2 by the cell totals."""
    shares = table.shares
    row, column = shares.sum(axis=1), shares.sum(axis=0)
    part = shares**2 / np.outer(row, column)
    by_share = 2.0 * shares / np.outer(row, column)
    by_share = by_share - (part.sum(axis=1) / row)[:, None] - (part.sum(axis=0) / column)[None, :]
    centred = by_share - float((by_share * shares).sum())
    return np.asarray(centred.reshape(1, -1) / table.totals.sum())


def odds_ratio(
    rows: ArrayLike,
    columns: ArrayLike,
    *,
    design: BoundDesign,
    domain: ArrayLike | None = None,
    missing: object = None,
    names: tuple[str, str] = ("rows", "columns"),
) -> EffectSize:
    """Log odds ratio of a 2 x 2 table, `log(p11 p22 / (p12 p21))` with levels in sorted order.

    The estimate and its interval are on the log scale; `np.exp` of both gives the odds ratio. An empty cell gives
    nan with the status ``zero_cells``.

    Parameters
    ----------
    rows, columns, missing, domain : as for `independence`.

    Raises
    ------
    HypothesisError
        ``one_level`` or ``not_two_levels``.

    References
    ----------
    Korn, Graubard (1999), Analysis of Health Surveys, sec. 3.4; standard error by linearisation.
    """
    table = cell_table.cell_table(rows, columns, design=design, domain=domain, missing=missing, names=names)
    refuse_one_level(table, names=names)
    for name, labels in zip(names, (table.row_labels, table.column_labels), strict=True):
        if len(labels) != 2:
            raise HypothesisError("not_two_levels", name=name, count=len(labels), levels=", ".join(labels))
    sign = np.array([[1.0, -1.0, -1.0, 1.0]])
    empty = np.flatnonzero(table.totals == 0.0)
    if empty.size:
        cell = f"{table.row_labels[empty[0] // 2]} x {table.column_labels[empty[0] % 2]}"
        found = _of_cells(
            float("nan"),
            np.zeros((1, 4)),
            table=table,
            design=design,
            function=lambda t: t[:, :1],
            method="log odds ratio",
        )
        warning = AnalysisWarning(code="zero_cells", context={"count": int(empty.size), "cell": cell})
        unknown = replace(found, se=float("nan"), status=(*found.status, warning))
        return effect(unknown, "effect.odds_ratio", log_scale=True)
    found = _of_cells(
        float((sign @ np.log(table.totals))[0]),
        sign / table.totals,
        table=table,
        design=design,
        function=lambda totals: np.log(totals) @ sign.T,
        method="log odds ratio",
    )
    return effect(found, "effect.odds_ratio", log_scale=True)


def _of_cells(
    value: float,
    jacobian: FloatArray,
    *,
    table: CellTable,
    design: BoundDesign,
    function: Callable[[FloatArray], FloatArray],
    method: str,
) -> Estimate:
    """A function of the cell totals with its influence values."""
    inside = table.cell >= 0
    influence = np.zeros(design.n)
    influence[inside] = design.weights[inside] * jacobian[0, table.cell[inside]]
    return scalar(
        value,
        influence,
        design=design,
        of=OfTotals(columns=cell_table.indicators(table, design=design), function=function),
        inside=inside,
        method=method,
        df=float(design.df),
    )
