"""Home of an estimated participation model: what it makes of weights and of influence values."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.weighting.reference import Reference


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Participation:
    """Pseudo-weights per unit of start weight, and what the variance needs.

    Attributes
    ----------
    ratio : (n,) pseudo-weight of a row of start weight 1.
    decline : (n,) relative decline of that weight per unit of the linear predictor.
    score : (n,) part of each row in the score of the model, start weight included.
    inverse : (p, p) inverse information.
    outside : (m, p) influence of the reference's rows on the coefficients' scores.
    level : (m, p) influence of the reference's rows on the logarithm of all weights by each variable (p,), or None.
    """

    ratio: FloatArray
    decline: FloatArray
    score: FloatArray
    inverse: FloatArray
    outside: FloatArray
    level: FloatArray | None
    iterations: int
    propensities: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PseudoCarried:
    """Pseudo-weights as a step of the variance: the volunteers' own part, and the reference's, which is independent.

    A weight changes with the coefficients by -w decline x; these change with the volunteers by H^-1 score x and with
    the reference by -H^-1 sum of its `outside` rows.

    References
    ----------
    Chen, Li, Wu (2020), JASA 115, 2011-2021, sec. 3.2; Wang, Valliant, Li (2021), Statistics in Medicine 40, 5237-5250;
    Elliott, Valliant (2017), Statistical Science 32, 249-264.
    """

    x: FloatArray
    fit: Participation
    after: FloatArray
    reference: Reference
    scaled: bool

    def carry(self, influence: FloatArray) -> FloatArray:
        """(n, k) influence values of the volunteers before the step."""
        values = self._centred(influence)
        pull = self.fit.inverse @ (self.x.T @ (values * self.fit.decline[:, None]))
        return np.asarray(values - self.fit.score[:, None] * (self.x @ pull))

    def outside(self, influence: FloatArray) -> FloatArray | None:
        """(k, k) variance that the reference sample adds."""
        values = self._centred(influence)
        pull = self.fit.inverse @ (self.x.T @ (values * self.fit.decline[:, None]))
        rows = self.fit.outside @ pull
        if self.fit.level is not None:
            rows = rows + self.fit.level @ (self.x.T @ values)
        if self.scaled:
            theirs = self.reference.design.weights[:, None]
            rows = rows + theirs * (influence.sum(axis=0) / self.after.sum())
        return self.reference.design.covariance(rows)

    def _centred(self, influence: FloatArray) -> FloatArray:
        """Influence values once the weights are scaled to a total that does not depend on them."""
        if not self.scaled:
            return influence
        return np.asarray(influence - self.after[:, None] * (influence.sum(axis=0) / self.after.sum()))
