"""Home of the calls by column name: a bound design and names in, what the rooms below compute from arrays out.

`from analysis import named`; the name each call has in R's survey or psych stands in its docstring. Estimates by name are
in `analysis.estimate`, weighting by name in `analysis.weighting`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis import _check
from analysis._types import FloatArray, Interval
from analysis.columns import Columns, Labels
from analysis.design import BoundDesign
from analysis.errors import DataError, InvalidInput
from analysis.estimate.by_name import Where, rows_of
from analysis.estimate.crosstabs import CrossTable
from analysis.estimate.crosstabs import crosstab as _crosstab
from analysis.model import Regression
from analysis.model import formula as _formula
from analysis.model import glm as _glm
from analysis.model import ordered_logit as _ordered_logit
from analysis.reliability import Reliability, design_alpha, design_omega
from analysis.results import HypothesisTest
from analysis.test import (
    Correction,
    PairAdjust,
    PairwiseComparison,
    RankScore,
)
from analysis.test import independence as _independence
from analysis.test import pairwise_means as _pairwise_means
from analysis.test import rank_test as _rank_test
from analysis.test import t_test as _t_test

__all__ = [
    "alpha",
    "crosstab",
    "glm",
    "independence",
    "omega",
    "ordered_logit",
    "pairwise_means",
    "rank_test",
    "t_test",
]


def crosstab(
    design: BoundDesign,
    rows: str,
    columns: str,
    *,
    where: Where = None,
    interval: Interval = Interval.LOGIT,
) -> CrossTable:
    """Cross-tabulation of two columns with errors; R: `svytable`, `svymean(~interaction)`.

    Parameters
    ----------
    design : bound to a table.
    where : column -> labels that are kept, or (n,) bool. A row without a label leaves the table, never the design.
    interval : of the shares.

    Raises
    ------
    InvalidInput
        A column that the table lacks, by name.
    """
    first, second = _labels(design, rows), _labels(design, columns)
    inside = rows_of(design, where)
    return _crosstab(
        first, second, design=design, domain=inside, missing="", interval=interval, names=(rows, columns)
    )


def independence(
    design: BoundDesign,
    rows: str,
    columns: str,
    *,
    correction: Correction | str = Correction.RAO_SCOTT_2,
    where: Where = None,
) -> HypothesisTest:
    """Test of independence of two columns, second-order Rao-Scott by default; R: `svychisq`.

    Parameters and errors as for `crosstab`; `correction` as in `analysis.test.independence`.
    """
    first, second = _labels(design, rows), _labels(design, columns)
    return _independence(
        first,
        second,
        design=design,
        correction=_one_of(Correction, correction),
        domain=rows_of(design, where),
        missing="",
        names=(rows, columns),
    )


def t_test(
    design: BoundDesign,
    item: str,
    *,
    by: str | None = None,
    paired_with: str | None = None,
    null: float = 0.0,
    where: Where = None,
) -> HypothesisTest:
    """Design-based t test of one mean, of two groups, or of two paired columns; R: `svyttest`.

    Parameters
    ----------
    by : a column with two labels; rows without one take no part.
    paired_with : a second column of numbers.
    """
    columns = _columns(design)
    domain, groups = rows_of(design, where), None
    if by is not None:
        groups = _labels(design, by)
        domain = domain & (groups != "")
    return _t_test(
        columns.numbers(item),
        design,
        by=groups,
        paired_with=None if paired_with is None else columns.numbers(paired_with),
        null=null,
        domain=domain,
        name=item,
    )


def rank_test(
    design: BoundDesign,
    item: str,
    by: str,
    *,
    test: RankScore | str = RankScore.WILCOXON,
    where: Where = None,
) -> HypothesisTest:
    """Design-based rank test of two or more groups (Wilcoxon or Kruskal-Wallis, ...); R: `svyranktest`."""
    groups = _labels(design, by)
    return _rank_test(
        _columns(design).numbers(item),
        groups,
        design=design,
        test=_one_of(RankScore, test),
        domain=rows_of(design, where) & (groups != ""),
        name=item,
    )


def pairwise_means(
    design: BoundDesign,
    item: str,
    by: str,
    *,
    adjust: PairAdjust | str = PairAdjust.HOLM,
    where: Where = None,
) -> PairwiseComparison:
    """All differences of the means of groups, adjusted together; R: `svyby` with `svycontrast` and `p.adjust`."""
    groups = _labels(design, by)
    return _pairwise_means(
        _columns(design).numbers(item),
        groups,
        design=design,
        adjust=_one_of(PairAdjust, adjust),
        domain=rows_of(design, where) & (groups != ""),
        name=item,
    )


def glm(
    design: BoundDesign,
    formula: str,
    *,
    family: str = "gaussian",
    link: str | None = None,
    where: Where = None,
) -> Regression:
    """Regression with design-based errors; R: `svyglm`.

    Parameters
    ----------
    formula : such as "overall ~ age + sex"; columns of text are factors against their first level.
    """
    y, regressors = _formula(formula, _variables(design, formula))
    return _glm(
        y,
        regressors,
        design=design,
        family=family,
        link=link,
        domain=rows_of(design, where),
        name=formula.split("~")[0].strip(),
    )


def ordered_logit(design: BoundDesign, formula: str, *, where: Where = None) -> Regression:
    """Proportional odds with design-based errors; R: `svyolr`. Parameters as for `glm`."""
    y, regressors = _formula(formula, _variables(design, formula))
    return _ordered_logit(
        y, regressors, design=design, domain=rows_of(design, where), name=formula.split("~")[0].strip()
    )


def alpha(
    design: BoundDesign, items: Sequence[str], *, where: Where = None, level: float = 0.95
) -> Reliability:
    """Cronbach's alpha, weighted and with the design's error; R: `survey::svycralpha` for the value."""
    return design_alpha(
        _matrix(design, items), design, domain=rows_of(design, where), names=list(items), level=level
    )


def omega(
    design: BoundDesign, items: Sequence[str], *, where: Where = None, level: float = 0.95
) -> Reliability:
    """Omega of one factor, weighted and with the design's error."""
    return design_omega(
        _matrix(design, items), design, domain=rows_of(design, where), names=list(items), level=level
    )


def _matrix(design: BoundDesign, items: Sequence[str]) -> FloatArray:
    columns = _columns(design)
    return np.column_stack([columns.numbers(item) for item in items])


def _labels(design: BoundDesign, name: str) -> Labels:
    return _columns(design).labels(name)


def _columns(design: BoundDesign) -> Columns:
    if design.columns is None:
        raise InvalidInput("no_table", column="")
    return design.columns


def _variables(design: BoundDesign, formula: str) -> Mapping[str, Any]:  # Any: numbers or texts
    """The columns that a formula names: as numbers where they are numbers, else as texts."""
    columns = _columns(design)
    named = [name for name in columns.columns if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", formula)]
    found: dict[str, Any] = {}
    for name in named:
        try:
            found[name] = columns.numbers(name)
        except (DataError, InvalidInput):
            found[name] = columns.labels(name)
    return found


def _one_of(kind: Any, value: Any) -> Any:  # Any: a closed choice and its member or text
    return _check.choice(kind.__name__.lower(), value, among=kind)
