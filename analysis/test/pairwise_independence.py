"""Home of what follows a test of independence: which pairs of rows of the table differ, adjusted as the family they are."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.estimate.cell_table import cell_table
from analysis.results import HypothesisTest, Result, Row
from analysis.test.errors import HypothesisError
from analysis.test.families import Adjust, adjust
from analysis.test.independence import Correction, independence, refuse_one_level


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairwiseTests(Result):
    """One test per pair of rows; p and p_adjusted (m,), nan where the two rows have a single answer together."""

    pairs: tuple[tuple[str, str], ...]
    tests: tuple[HypothesisTest | None, ...]
    p: FloatArray
    p_adjusted: FloatArray

    def to_rows(self) -> list[Row]:
        """One row per pair."""
        rows: list[Row] = []
        for place, ((first, second), found) in enumerate(zip(self.pairs, self.tests, strict=True)):
            row: Row = {"first": first, "second": second}
            row |= {} if found is None else found.to_rows()[0]
            known = np.isfinite(self.p[place])
            rows.append(row | {"p_adjusted": float(self.p_adjusted[place]) if known else None})
        return rows


def pairwise_independence(
    rows: ArrayLike,
    columns: ArrayLike,
    *,
    design: BoundDesign,
    correction: Correction = Correction.RAO_SCOTT_2,
    adjust_by: Adjust = Adjust.HOLM,
    domain: ArrayLike | None = None,
    missing: object = None,
    names: tuple[str, str] = ("rows", "columns"),
) -> PairwiseTests:
    """Test every pair of levels of the first variable for the same distribution of the second.

    Parameters
    ----------
    rows, columns, correction, domain, missing, names : as for `independence`; a pair is a domain of the design.
    adjust_by : see `Adjust`; the family is all pairs.

    Raises
    ------
    HypothesisError
        ``one_level`` if one of the variables has a single level in the domain.
    """
    how = _check.choice("adjust_by", adjust_by, among=Adjust)
    table = cell_table(rows, columns, design=design, domain=domain, missing=missing, names=names)
    refuse_one_level(table, names=names)
    counted = table.cell >= 0
    row = np.where(counted, table.cell // table.shape[1], -1)
    column = np.where(counted, (table.cell % table.shape[1]).astype(np.float64), np.nan)
    tests: list[HypothesisTest | None] = []
    pairs = list(combinations(range(table.shape[0]), 2))
    for first, second in pairs:
        inside = (row == first) | (row == second)
        try:
            tests.append(
                independence(row, column, design=design, correction=correction, domain=inside, names=names)
            )
        except HypothesisError:  # both rows have the same single answer: there is nothing to tell apart
            tests.append(None)
    p = np.array([np.nan if found is None else found.p for found in tests])
    return PairwiseTests(
        method=f"pairwise independence, {how.value}, {design.variance_method}",
        definition="test.pairwise_independence",
        pairs=tuple((table.row_labels[a], table.row_labels[b]) for a, b in pairs),
        tests=tuple(tests),
        p=p,
        p_adjusted=adjust(p, method=how),
    )
