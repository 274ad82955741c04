"""Home of the drawn sample as nonresponse analysis sees it: design weights inside a domain, and who responded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.nonresponse.errors import NonresponseError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """The sampled cases of a domain.

    Attributes
    ----------
    design : all sampled cases; its rows are never cut
    inside : (n,) cases of the domain with a weight above 0
    d : (n,) design weights, 0 outside
    answered : (n,) who responded, False outside
    is_census : no design was given: the cases are the population
    """

    design: BoundDesign
    inside: BoolArray
    d: FloatArray
    answered: BoolArray
    is_census: bool

    @property
    def n(self) -> int:
        """Cases inside."""
        return int(np.count_nonzero(self.inside))

    @property
    def population(self) -> float:
        """Sum of their weights."""
        return float(self.d.sum())

    def weights(self, weights: FloatArray) -> FloatArray:
        """(n,) other weights of the same cases, 0 outside: those of a replicate."""
        return np.where(self.inside, weights, 0.0)


def sample_of(responded: ArrayLike, *, design: BoundDesign | None, domain: ArrayLike | None) -> Sample:
    """The checked sample; without a design its cases are the whole population and nothing was sampled.

    Raises
    ------
    NonresponseError
        ``empty_domain``, ``everybody_responded``, ``nobody_responded``.
    """
    given = np.asarray(responded)
    if given.ndim != 1:
        raise InvalidInput("wrong_shape", name="responded", expected="(n,)", actual=given.shape)
    n = len(given)
    bound = BoundDesign(weights=np.ones(n), fpc=np.full(n, float(n))) if design is None else design
    answered = _check.mask("responded", given, n=bound.n)
    inside = _check.mask("domain", domain, n=bound.n) & (bound.weights > 0)
    if not inside.any():
        raise NonresponseError("empty_domain")
    if not answered[inside].any():
        raise NonresponseError("nobody_responded")
    if answered[inside].all():
        raise NonresponseError("everybody_responded")
    return Sample(
        design=bound,
        inside=inside,
        d=np.where(inside, bound.weights, 0.0),
        answered=answered & inside,
        is_census=design is None,
    )
