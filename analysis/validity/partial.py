"""Home of the search for partial invariance: which few elements differ between groups where a step of the ladder fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.validity.fitting import ConfirmatoryFit
from analysis.validity.pattern import HELD_KINDS, Kind, Release
from analysis.validity.scores import ReleaseTest, release_tests

LEAST_INVARIANT = 2
"""Items of each factor that keep what a step holds equal; with fewer the groups share no unit or origin."""

_FOLLOWS = {
    Kind.LOADING: (Kind.INTERCEPT, Kind.RESIDUAL),
    Kind.THRESHOLD: (Kind.LOADING, Kind.INTERCEPT),
    Kind.INTERCEPT: (Kind.RESIDUAL,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStep:
    """One release: the score test that chose it, and CFI and RMSEA of the model with it."""

    test: ReleaseTest
    cfi: float
    rmsea: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is searched: how a model is fitted, what it holds equal, releases of earlier steps, and the declared limit."""

    fit: Callable[[Sequence[str], Sequence[Release]], ConfirmatoryFit]
    equal: Sequence[str]
    inherited: Sequence[Release]
    most: int


def released_fit(
    search: Search, is_within: Callable[[ConfirmatoryFit], bool]
) -> tuple[ConfirmatoryFit, tuple[ReleaseStep, ...]]:
    """The model of a step, freed element by element until it is within the criteria, the limit is reached, or no element
    may be freed any more.

    What an earlier step released stays free in later ones, and takes along what has no meaning without it: the intercept
    of an item whose loading differs.
    """
    released = [*search.inherited, *_following(search)]
    fit = search.fit(search.equal, released)
    trail: list[ReleaseStep] = []
    while len(trail) < search.most and fit.is_converged and fit.is_identified and not is_within(fit):
        candidates = [test for test in release_tests(fit) if _may_go(fit, (test.kind, test.name))]
        if not candidates:
            break
        chosen = candidates[0]
        released.append((chosen.kind, chosen.name))
        released += [release for release in _following(search, released) if release not in released]
        fit = search.fit(search.equal, released)
        trail.append(ReleaseStep(test=chosen, cfi=fit.measures.cfi, rmsea=fit.measures.rmsea))
    return fit, tuple(trail)


def _following(search: Search, released: Sequence[Release] | None = None) -> list[Release]:
    """Releases that follow from others, as far as this step holds their kind equal."""
    given = search.inherited if released is None else released
    held = {kind for kind, equal in HELD_KINDS.items() if equal in search.equal}
    return [
        (follower, name)
        for kind, name in given
        for follower in _FOLLOWS.get(kind, ())
        if follower in held and (follower, name) not in given
    ]


def _may_go(fit: ConfirmatoryFit, release: Release) -> bool:
    """Whether every factor keeps enough items that hold this kind equal."""
    kind, name = release
    if kind is Kind.MEAN:
        return True
    for members in fit.pattern.blocks.members:
        names = [fit.items[at] for at in members]
        left = [item for item in names if (kind, item) not in fit.pattern.released and item != name]
        if name in names and len(left) < LEAST_INVARIANT:
            return False
    return True
