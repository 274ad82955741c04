"""Home of cross-tabulation: weighted counts and shares of a two-way table, each with its standard error and interval."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check, _intervals
from analysis._types import BoolArray, FloatArray, IntArray, Interval
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.estimate import cell_table
from analysis.estimate._build import statuses
from analysis.estimate.cell_table import CellTable
from analysis.results import Result, Row


class Of(StrEnum):
    """What a cell is expressed in: people, or a share of everybody, of its row, or of its column."""

    COUNT = "count"
    TOTAL = "total"
    ROW = "row"
    COLUMN = "column"


_NAMES = {Of.COUNT: "count", Of.TOTAL: "share", Of.ROW: "row_share", Of.COLUMN: "column_share"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """One reading of the table: (I, J) values, their standard errors and the (I * J, I * J) covariance.

    `base_n`, `base_n_effective` : (I, J) respondents, and their Kish effective size, that the value is a share of.
    """

    value: FloatArray
    se: FloatArray
    covariance: FloatArray = field(repr=False)
    base_n: FloatArray = field(repr=False)
    base_n_effective: FloatArray = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossTable(Result):
    """A two-way table with its last row and column holding the margins ("all").

    Attributes
    ----------
    row_labels, column_labels : I and J names.
    n : (I + 1, J + 1) respondents, unweighted.
    panels : counts, and shares of the total, of the row, of the column.
    df : of the design. `interval` : how shares get an interval; counts always get a symmetric one with t.
    """

    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    n: IntArray
    panels: dict[Of, Panel]
    df: float
    interval: Interval = Interval.LOGIT

    def value(self, of: Of = Of.TOTAL) -> FloatArray:
        """(I + 1, J + 1) values with the margins."""
        return self.panels[Of(of)].value

    def se(self, of: Of = Of.TOTAL) -> FloatArray:
        """(I + 1, J + 1) standard errors with the margins."""
        return self.panels[Of(of)].se

    def covariance(self, of: Of = Of.TOTAL) -> FloatArray:
        """Covariance of all values of `value(of)`, row by row."""
        return self.panels[Of(of)].covariance

    def ci(self, of: Of = Of.TOTAL, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """(I + 1, J + 1) lower and upper limits; a share of 0 or 1 gets a Korn-Graubard limit.

        A margin that is its own base (a row total as a share of the row) is 1 by definition, with limits 1 and 1.
        """
        kind, panel = Of(of), self.panels[Of(of)]
        wanted, held = _check.confidence(level), np.empty((2, *panel.value.shape))
        own = _own_base(kind, panel.value.shape)
        for at in np.ndindex(*panel.value.shape):
            basis = _intervals.Basis(
                value=float(panel.value[at]),
                se=float(panel.se[at]),
                df=self.df,
                n=int(panel.base_n[at]),
                n_effective=float(panel.base_n_effective[at]),
            )
            how = Interval.T if kind is Of.COUNT else self.interval
            held[(slice(None), *at)] = (1.0, 1.0) if own[at] else _intervals.bounds(how, basis, level=wanted)
        return held[0], held[1]

    def to_rows(self) -> list[Row]:
        """One row per cell and margin with all four readings."""
        limits = {of: self.ci(of) for of in Of}
        return [self._row(place, names, limits) for place, names in self._places()]

    def _places(self) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
        for row, first in enumerate((*self.row_labels, "all")):
            for column, second in enumerate((*self.column_labels, "all")):
                yield (row, column), (first, second)

    def _row(
        self, at: tuple[int, int], names: tuple[str, str], limits: dict[Of, tuple[FloatArray, FloatArray]]
    ) -> Row:
        row: Row = {"row": names[0], "column": names[1], "n": int(self.n[at])}
        for of, panel in self.panels.items():
            numbers = (panel.value[at], panel.se[at], limits[of][0][at], limits[of][1][at])
            keys = tuple(f"{_NAMES[of]}{end}" for end in ("", "_se", "_ci_low", "_ci_high"))
            row |= {key: float(x) if np.isfinite(x) else None for key, x in zip(keys, numbers, strict=True)}
        return row | {"df": self.df, "status": ";".join(item.code for item in self.status)}


def crosstab(
    rows: ArrayLike,
    columns: ArrayLike,
    *,
    design: BoundDesign,
    domain: ArrayLike | None = None,
    missing: object = None,
    interval: Interval = Interval.LOGIT,
    names: tuple[str, str] = ("rows", "columns"),
) -> CrossTable:
    """Weighted two-way table: counts and shares of the total, of each row and of each column.

    Parameters
    ----------
    rows, columns : (n,) numbers or text; nan, None and `missing` leave the table, never the design.
    domain : (n,) bool, None for everybody.
    missing : one more value that means missing.
    interval : for the shares, as for `proportion`.
    names : what messages call the two variables.

    Returns
    -------
    CrossTable whose arrays are (I + 1, J + 1): the last row and column are the margins.

    Raises
    ------
    EstimationError
        ``empty_domain`` if no row of the domain has both values and a weight.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 10.1 and 9.1 (shares as ratios of totals).
    """
    kind = _check.choice("interval", interval, among=Interval)
    table = cell_table.cell_table(rows, columns, design=design, domain=domain, missing=missing, names=names)
    grow = _margins(table.shape)
    shape = (table.shape[0] + 1, table.shape[1] + 1)
    bases = {of: _base(of, shape) @ grow for of in Of}
    status = statuses(constant=False, df=design.df, one_psu=False)
    if table.dropped:
        status += (AnalysisWarning(code="levels_dropped", context={"levels": ", ".join(table.dropped)}),)
    return CrossTable(
        method=f"cross-tabulation, {design.variance_method}",
        definition="crosstab",
        status=status,
        row_labels=table.row_labels,
        column_labels=table.column_labels,
        n=(grow @ table.n.ravel()).reshape(shape).astype(np.int64),
        panels={of: _panel(table, design, grow=grow, base=bases[of]) for of in Of},
        df=float(design.df),
        interval=kind,
    )


def _panel(table: CellTable, design: BoundDesign, *, grow: FloatArray, base: FloatArray) -> Panel:
    """Values `grow T / base T` of the cell totals T; a base of no cells means 1, which leaves counts."""
    shape = (table.shape[0] + 1, table.shape[1] + 1)
    plain = not base.any()
    value = _ratios(grow, base, plain=plain)(table.totals[None, :])[0]
    under = np.ones(grow.shape[0]) if plain else base @ table.totals
    jacobian = (grow - value[:, None] * base) / under[:, None]
    found = cell_table.covariance(table, design, function=_ratios(grow, base, plain=plain), jacobian=jacobian)
    held = np.ones_like(base) if plain else base
    return Panel(
        value=value.reshape(shape),
        se=np.sqrt(np.maximum(np.diag(found), 0.0)).reshape(shape),
        covariance=found,
        base_n=(held @ table.n.ravel()).reshape(shape),
        base_n_effective=((held @ table.totals) ** 2 / (held @ table.squares)).reshape(shape),
    )


def _ratios(grow: FloatArray, base: FloatArray, *, plain: bool) -> Callable[[FloatArray], FloatArray]:
    def function(totals: FloatArray) -> FloatArray:
        above = totals @ grow.T
        return np.asarray(above if plain else above / (totals @ base.T))

    return function


def _margins(shape: tuple[int, int]) -> FloatArray:
    """((I + 1)(J + 1), I J) zeros and ones that add cells up to cells and margins."""
    row = np.vstack([np.eye(shape[0]), np.ones((1, shape[0]))])
    column = np.vstack([np.eye(shape[1]), np.ones((1, shape[1]))])
    return np.asarray(np.kron(row, column), dtype=np.float64)


def _base(of: Of, shape: tuple[int, int]) -> FloatArray:
    """Zeros and ones that pick, for each cell and margin, the margin that it is a share of; zeros for counts."""
    place = np.arange(shape[0] * shape[1]).reshape(shape)
    base = np.zeros((place.size, place.size))
    if of is Of.COUNT:
        return base
    over = {
        Of.TOTAL: np.full(shape, place[-1, -1]),
        Of.ROW: np.broadcast_to(place[:, -1:], shape),
        Of.COLUMN: np.broadcast_to(place[-1:, :], shape),
    }[of]
    base[place.ravel(), over.ravel()] = 1.0
    return base


def _own_base(of: Of, shape: tuple[int, ...]) -> BoolArray:
    """Which margins are their own base, and therefore 1 by definition."""
    own = np.zeros(shape, dtype=np.bool_)
    if of is not Of.COUNT:
        own[-1, -1] = True
    if of is Of.ROW:
        own[:, -1] = True
    if of is Of.COLUMN:
        own[-1, :] = True
    return own
