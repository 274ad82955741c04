"""Home of the scored sample of one group: its rows, its final weights and the design behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.index.cells import MICRO
from analysis.index.tree import Tree
from analysis.score.conversion import Conversion
from analysis.scoring_run.reading import Responses


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Rows of one group that are scored.

    Attributes
    ----------
    rows : Responses of the scored rows, ordered by response id
    design : BoundDesign with the history of its weights
    micro : (n,) final weights in millionths, rounded once; every published sum is made of these
    city, county : (n,) number of the area, -1 where the group has none
    scores : (n, k) item scores of the tree's items, nan where missing
    """

    group: str
    tree: Tree
    rows: Responses
    design: BoundDesign
    micro: IntArray
    city: IntArray
    county: IntArray
    scores: FloatArray
    factors: Mapping[str, IntArray] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Scored respondents."""
        return self.rows.n

    @property
    def weights(self) -> FloatArray:
        """Final weights, (n,)."""
        return self.micro / MICRO

    @property
    def answers(self) -> NDArray[np.int16]:
        """Answer codes of the tree's items, (n, k)."""
        places = [self.rows.items.index(item) for item in self.tree.items]
        return self.rows.answers[:, places]


def item_scores(answers: NDArray[np.int16], conversion: Conversion) -> FloatArray:
    """Item scores of answer codes of any shape; nan for every code outside the table."""
    table = np.full(int(max(answers.max(initial=0), 99)) + 2, np.nan)
    for code, score in conversion.values.items():
        table[code + 1] = score
    return np.asarray(table[answers + 1])


def kish(weights: FloatArray, *, code: IntArray, size: int, valid: BoolArray) -> tuple[IntArray, FloatArray]:
    """Respondents and Kish effective respondents per code, both (size,).

    Effective respondents are (sum w)^2 / sum w^2; 0 where there is nobody.
    """
    inside = valid & (code >= 0) & (weights > 0)
    n = np.bincount(code[inside], minlength=size).astype(np.int64)
    total = np.bincount(code[inside], weights=weights[inside], minlength=size)
    squares = np.bincount(code[inside], weights=weights[inside] ** 2, minlength=size)
    return n, np.where(squares > 0, total**2 / np.where(squares > 0, squares, 1.0), 0.0)
