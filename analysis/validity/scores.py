"""Home of score tests: what freeing an element, or letting it differ between groups, would do to the fit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from analysis._types import FloatArray
from analysis.results import Result, Row
from analysis.validity.errors import ValidityError
from analysis.validity.fitting import ConfirmatoryFit
from analysis.validity.measures import chi_square_tail
from analysis.validity.parameters import element_names, element_unit
from analysis.validity.pattern import HELD_KINDS, Element, Kind, Release, by_kind
from analysis.validity.robust import inverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """An element that the model fixes, and what freeing it would do.

    Attributes
    ----------
    kind, group, left, right : which element, as in `Parameter`.
    index : how much the statistic would fall (one degree of freedom).
    change : the value it would take; standardised_change the same in standard deviations.
    """

    kind: Kind
    group: str
    left: str
    right: str
    index: float
    p_value: float
    change: float
    standardised_change: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Modifications(Result):
    """Modification indices, the largest first."""

    entries: tuple[Modification, ...]

    def to_rows(self) -> list[Row]:
        """One row per element."""
        return [
            {
                "kind": entry.kind.value,
                "group": entry.group,
                "left": entry.left,
                "right": entry.right,
                "index": entry.index,
                "p_value": entry.p_value,
                "change": entry.change,
                "standardised_change": entry.standardised_change,
            }
            for entry in self.entries
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTest:
    """Score test that one element (of an item or factor) is the same in all groups."""

    kind: Kind
    name: str
    chi_square: float
    df: int
    p_value: float


def modification_indices(fit: ConfirmatoryFit) -> Modifications:
    """Score tests of every loading on another factor and every covariance of residuals that the model leaves out.

    The indices use the expected information and are not scaled: they rank, they do not decide.

    References
    ----------
    Sörbom (1989), Psychometrika 54, 371-384.
    """
    candidates = _absent(fit)
    slope, information = _extended(fit, candidates)
    k = fit.pattern.parameters
    inside = inverse(information[:k, :k])
    cross = information[k:, :k]
    left = np.diag(information)[k:] - np.einsum("rk,kj,rj->r", cross, inside, cross, optimize=True)
    own = np.diag(information)[k:]
    total = float(fit.sample.n.sum())
    entries = []
    for at, element in enumerate(candidates):
        if not left[at] > 1e-8 * own[at]:
            continue  # it cannot be told apart from what is free already
        change = float(slope[k + at] / left[at])
        index = total * float(slope[k + at]) * change
        names = element_names(fit.pattern, element)
        entries.append(
            Modification(
                kind=element.kind,
                group=fit.groups[element.group],
                left=names[0],
                right=names[1],
                index=index,
                p_value=chi_square_tail(index, 1),
                change=change,
                standardised_change=change / element_unit(fit.pattern, fit.solution.theta, element=element),
            )
        )
    return Modifications(
        method="score test, expected information",
        definition="validity.modification_indices",
        entries=tuple(sorted(entries, key=lambda entry: -entry.index)),
    )


def release_tests(fit: ConfirmatoryFit, kinds: Sequence[Kind] = ()) -> tuple[ReleaseTest, ...]:
    """Score test for each element that the model holds equal over groups; the largest first.

    Parameters
    ----------
    fit : of two or more groups.
    kinds : which kinds of elements; by default all that are held equal.

    References
    ----------
    Bentler and Chou (1992), Sociological Methods and Research 21, 259-282 (Lagrange multiplier tests of equalities).
    """
    held = {kind for kind, equal in HELD_KINDS.items() if equal in fit.pattern.equal}
    wanted = held & set(kinds) if kinds else held
    found = []
    for release in _releasable(fit, wanted):
        extra = _elements_of(fit, release)
        chi_square, df = _score(fit, extra)
        if df == 0:
            continue  # freeing it would change nothing that can be seen
        found.append(
            ReleaseTest(
                kind=release[0],
                name=release[1],
                chi_square=chi_square,
                df=df,
                p_value=chi_square_tail(chi_square, df),
            )
        )
    # Tests of different sizes (items with more steps) are compared by what they exceed their size.
    return tuple(sorted(found, key=lambda test: -test.chi_square / test.df))


def _absent(fit: ConfirmatoryFit) -> list[Element]:
    p, m = len(fit.items), len(fit.factors)
    present = {(e.kind, e.group, e.row, e.column) for e in fit.pattern.elements}
    places = [(Kind.LOADING, item, factor) for item in range(p) for factor in range(m)]
    places += [(Kind.RESIDUAL, second, first) for first, second in combinations(range(p), 2)]
    return [
        Element(kind=kind, group=g, row=row, column=column, free=-1, value=0.0)
        for g in range(fit.pattern.groups)
        for kind, row, column in places
        if (kind, g, row, column) not in present
    ]


def _extended(fit: ConfirmatoryFit, extra: Sequence[Element]) -> tuple[FloatArray, FloatArray]:
    """Score (k+r,) and expected information (k+r, k+r) of one respondent, the r extra elements after the parameters."""
    k, r = fit.pattern.parameters, len(extra)
    score, information = np.zeros(k + r), np.zeros((k + r, k + r))
    for g, target in enumerate(fit.sample.targets()):
        free, added = (
            fit.pattern.free[g],
            [(at, element) for at, element in enumerate(extra) if element.group == g],
        )
        more = [replace(part, at=part.at + free.count) for part in by_kind([element for _, element in added])]
        count = free.count + len(added)
        part = target.linear(fit.matrices(g), [*free.kinds, *more], count=count)
        chosen = np.zeros((count, k + r))
        chosen[: free.count, :k] = free.chosen
        for row, (at, _) in enumerate(added):
            chosen[free.count + row, k + at] = 1.0
        score += target.share * (chosen.T @ (part.weighted @ part.residual))
        information += target.share * (chosen.T @ (part.slope @ part.weighted.T) @ chosen)
    return score, information


def _score(fit: ConfirmatoryFit, extra: Sequence[Element]) -> tuple[float, int]:
    """Score test of freeing some elements, and how many of them can be told apart from what is free already."""
    k = fit.pattern.parameters
    slope, information = _extended(fit, extra)
    inside = inverse(information[:k, :k])
    left = information[k:, k:] - information[k:, :k] @ inside @ information[:k, k:]
    unit = np.sqrt(np.maximum(np.diag(information)[k:], 1e-300))
    values, vectors = np.linalg.eigh(left / np.outer(unit, unit))
    seen = values > 1e-8
    turned = (vectors.T @ (slope[k:] / unit))[seen]
    return float(fit.sample.n.sum() * (turned**2 / values[seen]).sum()), int(seen.sum())


def _releasable(fit: ConfirmatoryFit, kinds: set[Kind]) -> list[Release]:
    names = [(kind, fit.factors if kind is Kind.MEAN else fit.items) for kind in Kind if kind in kinds]
    pairs = [(kind, name) for kind, labels in names for name in labels]
    return [release for release in pairs if release not in fit.pattern.released]


def _elements_of(fit: ConfirmatoryFit, release: Release) -> list[Element]:
    """The elements of the groups after the first that a release would free."""
    kind, name = release
    names = fit.factors if kind is Kind.MEAN else fit.items
    if name not in names:
        raise ValidityError("not_released", item=name, kind=kind.value)
    at = names.index(name)
    return [
        element
        for element in fit.pattern.elements
        if element.kind is kind
        and element.group > 0
        and element.row == at
        and (kind is not Kind.RESIDUAL or element.column == at)
    ]
