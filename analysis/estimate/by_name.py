"""Home of the estimators as a statistician calls them: column names of a bound design in, tidy estimates out."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from analysis import _check
from analysis._types import BoolArray, FloatArray, Interval
from analysis.columns import Columns, Frame
from analysis.design import BoundDesign
from analysis.errors import EstimationError, InvalidInput
from analysis.estimate import domains, means, proportions, quantiles, ratios
from analysis.estimate.estimates import Domain, Estimates, Named, collect
from analysis.results import Estimate

Items = str | Sequence[str]
Where = Mapping[str, Sequence[str]] | BoolArray | None
_Make = Callable[[BoolArray, str], Estimate]


def mean(
    design: BoundDesign, items: Items, *, by: Items = (), where: Where = None, cov: bool = False
) -> Estimates:
    """Weighted means of columns, for everybody or by domain; R: `svymean`, `svyby(..., svymean)`.

    Parameters
    ----------
    design : bound to a table.
    items : columns of numbers; a missing answer leaves the domain, never the design.
    by : columns whose crossed labels are the domains; rows without a label are in none.
    where : a domain of the whole call: column -> labels that are kept, or (n,) bool.
    cov : keep influence values and the joint covariance, which contrasts need.

    Returns
    -------
    Estimates; domains without a valid answer are listed in `empty`.

    Raises
    ------
    InvalidInput
        A column that the table lacks, or that holds no numbers, by name and row.
    """
    if not cov:
        return _many_means(design, _list(items), by=_list(by), where=where)

    def make(item: str, values: FloatArray) -> _Make:
        return lambda domain, name: means.mean(values, design, domain=domain, name=name)

    return _each(design, _list(items), by=_list(by), where=where, cov=cov, make=make, method="mean")


def total(
    design: BoundDesign, items: Items, *, by: Items = (), where: Where = None, cov: bool = False
) -> Estimates:
    """Weighted totals; parameters as for `mean`. R: `svytotal`."""

    def make(item: str, values: FloatArray) -> _Make:
        return lambda domain, name: means.total(values, design, domain=domain, name=name)

    return _each(design, _list(items), by=_list(by), where=where, cov=cov, make=make, method="total")


def variance(
    design: BoundDesign, items: Items, *, by: Items = (), where: Where = None, cov: bool = False
) -> Estimates:
    """Population variances with n / (n - 1); parameters as for `mean`. R: `svyvar`."""

    def make(item: str, values: FloatArray) -> _Make:
        return lambda domain, name: means.variance(values, design, domain=domain, name=name)

    return _each(design, _list(items), by=_list(by), where=where, cov=cov, make=make, method="variance")


def proportion(
    design: BoundDesign,
    items: Items,
    *,
    values: Sequence[str | float] | None = None,
    top: int | None = None,
    by: Items = (),
    where: Where = None,
    interval: Interval | str = Interval.LOGIT,
    cov: bool = False,
) -> Estimates:
    """Weighted shares: of the named values, of the `top` highest ones, or of every label in turn.

    Parameters
    ----------
    values : labels or numbers that count as a hit.
    top : how many of the highest values of the column count as a hit, such as 2 for the top-2 box; the highest are
        those that occur in the column.
    interval : see `analysis.estimate.proportions.proportion`.

    The other parameters are those of `mean`. R: `svymean(~factor)`, `svyciprop`.

    Raises
    ------
    InvalidInput
        Both `values` and `top`, or a value that no row has.
    """
    if values is not None and top is not None:
        raise InvalidInput("bad_option", name="top", value=top, choices="values or top, not both")
    kind = _check.choice("interval", interval, among=Interval)
    groups, domain = _domains(design, _list(by), where)
    named: list[Named] = []
    empty: list[tuple[str, Domain]] = []
    for item in _list(items):
        for part, hits in _hits(design, item, values=values, top=top):
            for labels, rows in groups:
                name = _name(item, labels)
                try:
                    found = proportions.proportion(
                        hits, design, domain=rows & domain, interval=kind, name=name
                    )
                except EstimationError as problem:
                    _only_empty(problem)
                    empty.append((item, labels))
                    continue
                named.append(Named(item=item, part=part, domain=labels, estimate=found))
    return collect(
        named, design=design, cov=cov, method="proportion", definition="estimate.proportion", empty=empty
    )


def ratio(
    design: BoundDesign,
    numerator: str,
    denominator: str,
    *,
    by: Items = (),
    where: Where = None,
    cov: bool = False,
) -> Estimates:
    """Weighted total of one column over that of another; parameters as for `mean`. R: `svyratio`."""
    below = _columns(design).numbers(denominator)

    def make(item: str, values: FloatArray) -> _Make:
        return lambda domain, name: ratios.ratio(values, below, design=design, domain=domain, name=name)

    return _each(design, [numerator], by=_list(by), where=where, cov=cov, make=make, method="ratio")


def quantile(
    design: BoundDesign,
    item: str,
    probabilities: Sequence[float],
    *,
    by: Items = (),
    where: Where = None,
    rule: str = "lowest",
    level: float = 0.95,
) -> tuple[tuple[Domain, quantiles.Quantile], ...]:
    """Weighted quantiles with Woodruff intervals, per domain; R: `svyquantile(qrule = "math")`.

    Parameters
    ----------
    rule : "lowest", the lowest value whose cumulative weight share reaches the probability.

    Raises
    ------
    InvalidInput
        Another rule, a probability outside (0, 1), a column that holds no numbers.
    """
    if rule != "lowest":
        raise InvalidInput("bad_option", name="rule", value=rule, choices="lowest")
    values = _columns(design).numbers(item)
    groups, domain = _domains(design, _list(by), where)
    return tuple(
        (labels, one)
        for labels, rows in groups
        for one in quantiles.quantile(
            values,
            design,
            probabilities=probabilities,
            domain=rows & domain,
            level=level,
            name=_name(item, labels),
        )
    )


def _each(
    design: BoundDesign,
    items: Sequence[str],
    *,
    by: Sequence[str],
    where: Where,
    cov: bool,
    make: Callable[[str, FloatArray], _Make],
    method: str,
) -> Estimates:
    """One estimate per item and domain by a kernel of arrays."""
    groups, domain = _domains(design, by, where)
    named: list[Named] = []
    empty: list[tuple[str, Domain]] = []
    for item in items:
        estimate = make(item, _columns(design).numbers(item))
        for labels, rows in groups:
            try:
                found = estimate(rows & domain, _name(item, labels))
            except EstimationError as problem:
                _only_empty(problem)
                empty.append((item, labels))
                continue
            named.append(Named(item=item, domain=labels, estimate=found))
    return collect(named, design=design, cov=cov, method=method, definition=f"estimate.{method}", empty=empty)


def _many_means(design: BoundDesign, items: Sequence[str], *, by: Sequence[str], where: Where) -> Estimates:
    """All items and domains from sums per cell, without influence values."""
    columns = _columns(design)
    domain = rows_of(design, where)
    codes, found = _crossed(design, by)
    codes = np.where(domain, codes, -1)
    answers = columns.answers(items) if isinstance(columns, Frame) else None
    if answers is None:
        table = np.column_stack([columns.numbers(item) for item in items])
        result = domains.means(table, design, by=codes, n_domains=len(found))
    else:
        missing = columns.missing if isinstance(columns, Frame) else None
        result = domains.means(answers, design, by=codes, n_domains=len(found), missing=missing)
    named, empty = [], []
    for place, item in enumerate(items):
        for group, labels in enumerate(found):
            if result.n[group, place] == 0:
                empty.append((item, labels))
            else:
                named.append(Named(item=item, domain=labels, estimate=result.estimate(group, place)))
    return collect(named, design=design, cov=False, method="mean", definition="estimate.mean", empty=empty)


def _hits(
    design: BoundDesign, item: str, *, values: Sequence[str | float] | None, top: int | None
) -> list[tuple[str, FloatArray]]:
    """(n,) 1, 0 or nan for each share that is asked for, with its name."""
    columns = _columns(design)
    if top is not None:
        numbers = columns.numbers(item)
        kinds = np.unique(numbers[np.isfinite(numbers)])
        if not 0 < top <= kinds.shape[0]:
            raise InvalidInput("bad_option", name="top", value=top, choices=f"1 to {kinds.shape[0]}")
        hit = numbers >= kinds[-top]
        return [(f"top {top}", np.where(np.isfinite(numbers), hit, np.nan).astype(np.float64))]
    labels = columns.labels(item)
    known = labels != ""
    existing = sorted(set(labels[known].tolist()))
    wanted = existing if values is None else [str(value) for value in values]
    for value in wanted:
        if value not in existing:
            raise InvalidInput("bad_option", name=item, value=value, choices=", ".join(existing[:20]))
    if values is not None:
        hit = np.isin(labels, wanted)
        return [("|".join(wanted), np.where(known, hit, np.nan).astype(np.float64))]
    return [(value, np.where(known, labels == value, np.nan).astype(np.float64)) for value in wanted]


def _domains(
    design: BoundDesign, by: Sequence[str], where: Where
) -> tuple[list[tuple[Domain, BoolArray]], BoolArray]:
    """The domains with their rows, and the rows of the whole call."""
    codes, found = _crossed(design, by)
    return [(labels, codes == code) for code, labels in enumerate(found)], rows_of(design, where)


def _crossed(
    design: BoundDesign, by: Sequence[str]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], list[Domain]]:
    """(n,) codes of the crossed labels that occur, -1 where one is missing, and the labels of each code."""
    if not by:
        return np.zeros(design.n, dtype=np.int64), [()]
    columns = _columns(design)
    code, known, kinds_of = np.zeros(design.n, dtype=np.int64), np.ones(design.n, dtype=np.bool_), []
    for name in by:
        kinds, place = np.unique(columns.labels(name), return_inverse=True)
        known &= kinds[place] != ""
        code = code * len(kinds) + place
        kinds_of.append(kinds)
    values, code = np.unique(np.where(known, code, -1), return_inverse=True)
    if values[0] == -1:
        values, code = values[1:], code - 1
    places = np.unravel_index(values, tuple(len(kinds) for kinds in kinds_of))
    found = [
        tuple((name, str(kinds[place])) for name, kinds, place in zip(by, kinds_of, row, strict=True))
        for row in zip(*places, strict=True)
    ]
    return code.astype(np.int64), found


def rows_of(design: BoundDesign, where: Where) -> BoolArray:
    """(n,) the rows that a call is about."""
    if where is None:
        return np.ones(design.n, dtype=np.bool_)
    if not isinstance(where, Mapping):
        return _check.mask("where", where, n=design.n)
    kept = np.ones(design.n, dtype=np.bool_)
    for name, labels in where.items():
        kept &= np.isin(_columns(design).labels(name), [str(label) for label in labels])
    return kept


def _columns(design: BoundDesign) -> Columns:
    if design.columns is None:
        raise InvalidInput("no_table", column="")
    return design.columns


def _only_empty(problem: EstimationError) -> None:
    if problem.code != "empty_domain":
        raise problem


def _name(item: str, labels: Domain) -> str:
    return ".".join([item, *(label for _, label in labels)])


def _list(names: Items) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
