"""Home of the links and distributions of generalised linear models."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.errors import InvalidInput
from analysis.model.errors import ModelError

_TINY = float(np.finfo(np.float64).eps)


class Link(StrEnum):
    """How the linear predictor eta depends on the mean."""

    IDENTITY = "identity"
    LOG = "log"
    LOGIT = "logit"
    PROBIT = "probit"
    CLOGLOG = "cloglog"
    CAUCHIT = "cauchit"
    INVERSE = "inverse"
    SQRT = "sqrt"


class Distribution(StrEnum):
    """The family; a quasi family has the coefficients and design-based standard errors of its relative."""

    GAUSSIAN = "gaussian"
    BINOMIAL = "binomial"
    QUASIBINOMIAL = "quasibinomial"
    POISSON = "poisson"
    QUASIPOISSON = "quasipoisson"
    GAMMA = "gamma"
    QUASI = "quasi"


class Variance(StrEnum):
    """The variance of a response as a function of its mean, for the `quasi` family."""

    CONSTANT = "constant"
    MEAN = "mu"
    MEAN_SQUARED = "mu^2"
    SHARE = "mu(1-mu)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkFunction:
    """A link, its inverse, and the derivative of the mean by eta."""

    name: Link
    of_mean: Callable[[FloatArray], FloatArray]
    mean: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]


def link_function(link: Link) -> LinkFunction:
    """The functions of a link."""
    from scipy import special

    Curve = Callable[[FloatArray], FloatArray]
    made: dict[Link, tuple[Curve, Curve, Curve]] = {
        Link.IDENTITY: (lambda mu: mu, lambda eta: eta, lambda eta: np.ones_like(eta)),
        Link.LOG: (np.log, _exp, _exp),
        Link.LOGIT: (special.logit, _share(special.expit), _logistic_slope),
        Link.PROBIT: (special.ndtri, _share(special.ndtr), _normal_density),
        Link.CLOGLOG: (
            lambda mu: np.log(-np.log1p(-mu)),
            _share(lambda eta: -np.expm1(-np.exp(np.minimum(eta, 700.0)))),
            lambda eta: np.maximum(np.exp(np.minimum(eta, 700.0) - np.exp(np.minimum(eta, 700.0))), _TINY),
        ),
        Link.CAUCHIT: (
            lambda mu: np.tan(np.pi * (mu - 0.5)),
            _share(lambda eta: 0.5 + np.arctan(eta) / np.pi),
            lambda eta: 1.0 / (np.pi * (1.0 + eta**2)),
        ),
        Link.INVERSE: (lambda mu: 1.0 / mu, lambda eta: 1.0 / eta, lambda eta: -1.0 / eta**2),
        Link.SQRT: (np.sqrt, lambda eta: eta**2, lambda eta: 2.0 * eta),
    }
    of_mean, mean, slope = made[link]
    return LinkFunction(name=link, of_mean=of_mean, mean=mean, slope=slope)


def _exp(eta: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(np.exp(np.minimum(eta, 700.0)), _TINY))


def _share(inverse: Callable[[FloatArray], FloatArray]) -> Callable[[FloatArray], FloatArray]:
    """Keep a mean inside 0 to 1, so that a perfectly predicted row does not stop the fit."""
    return lambda eta: np.clip(inverse(eta), _TINY, 1.0 - _TINY)


def _logistic_slope(eta: FloatArray) -> FloatArray:
    e = np.exp(-np.abs(eta))
    return np.maximum(e / (1.0 + e) ** 2, _TINY)


def _normal_density(eta: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(np.exp(-0.5 * eta**2) / np.sqrt(2.0 * np.pi), _TINY))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family:
    """A distribution with its link.

    Attributes
    ----------
    variance : of a response by its mean. deviance : (n,) contributions of responses and means.
    start : first means. valid : which means are possible. low, high : range of the response (low itself is outside
        where `open_low`).
    """

    name: str
    link: LinkFunction
    variance: Callable[[FloatArray], FloatArray]
    deviance: Callable[[FloatArray, FloatArray], FloatArray]
    start: Callable[[FloatArray], FloatArray]
    valid: Callable[[FloatArray], BoolArray]
    low: float
    high: float
    open_low: bool = False

    def refuse_outside(
        self, y: FloatArray, *, name: str, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    ) -> None:
        """Name the first response that this family cannot produce; `rows` are the row numbers of `y`."""
        bad = (y < self.low) | (y > self.high) | (self.open_low & (y == self.low))
        if bad.any():
            at = int(np.argmax(bad))
            shown = f"{'>' if self.open_low else '>='} {self.low:g}"
            shown += f", <= {self.high:g}" if np.isfinite(self.high) else ""
            raise ModelError(
                "bad_response",
                name=name,
                row=int(rows[at]) + 1,
                value=float(y[at]),
                family=self.name,
                range=shown,
            )


def _entropy(y: FloatArray, mu: FloatArray) -> FloatArray:
    """y log(y / mu), 0 where y is 0."""
    ratio = np.divide(y, mu, out=np.ones_like(y), where=y > 0)
    return np.asarray(y * np.log(ratio))


def _gaussian(link: LinkFunction) -> Family:
    start = (
        (lambda y: y)
        if link.name is Link.IDENTITY
        else (lambda y: np.full_like(y, max(float(y.mean()), 1e-3)))
    )
    return Family(
        name="gaussian",
        link=link,
        variance=np.ones_like,
        deviance=lambda y, mu: (y - mu) ** 2,
        start=start,
        valid=np.isfinite,
        low=-np.inf,
        high=np.inf,
    )


def _binomial(link: LinkFunction) -> Family:
    return Family(
        name="binomial",
        link=link,
        variance=lambda mu: mu * (1.0 - mu),
        deviance=lambda y, mu: 2.0 * (_entropy(y, mu) + _entropy(1.0 - y, 1.0 - mu)),
        start=lambda y: (y + 0.5) / 2.0,
        valid=lambda mu: (mu > 0.0) & (mu < 1.0),
        low=0.0,
        high=1.0,
    )


def _poisson(link: LinkFunction) -> Family:
    return Family(
        name="poisson",
        link=link,
        variance=lambda mu: mu,
        deviance=lambda y, mu: 2.0 * (_entropy(y, mu) - (y - mu)),
        start=lambda y: y + 0.1,
        valid=lambda mu: mu > 0.0,
        low=0.0,
        high=np.inf,
    )


def _gamma(link: LinkFunction) -> Family:
    return Family(
        name="gamma",
        link=link,
        variance=lambda mu: mu**2,
        deviance=lambda y, mu: 2.0 * ((y - mu) / mu - np.log(y / mu)),
        start=lambda y: y,
        valid=lambda mu: mu > 0.0,
        low=0.0,
        high=np.inf,
        open_low=True,
    )


_MADE = {
    Distribution.GAUSSIAN: (_gaussian, Link.IDENTITY),
    Distribution.BINOMIAL: (_binomial, Link.LOGIT),
    Distribution.QUASIBINOMIAL: (_binomial, Link.LOGIT),
    Distribution.POISSON: (_poisson, Link.LOG),
    Distribution.QUASIPOISSON: (_poisson, Link.LOG),
    Distribution.GAMMA: (_gamma, Link.INVERSE),
}
_LINKS = {
    Distribution.GAUSSIAN: (Link.IDENTITY, Link.LOG, Link.INVERSE),
    Distribution.BINOMIAL: (Link.LOGIT, Link.PROBIT, Link.CLOGLOG, Link.CAUCHIT, Link.LOG, Link.IDENTITY),
    Distribution.POISSON: (Link.LOG, Link.IDENTITY, Link.SQRT),
    Distribution.GAMMA: (Link.INVERSE, Link.LOG, Link.IDENTITY),
}
_RELATIVE = {
    Variance.CONSTANT: Distribution.GAUSSIAN,
    Variance.MEAN: Distribution.POISSON,
    Variance.MEAN_SQUARED: Distribution.GAMMA,
    Variance.SHARE: Distribution.BINOMIAL,
}
_WITHOUT_QUASI = {
    Distribution.QUASIBINOMIAL: Distribution.BINOMIAL,
    Distribution.QUASIPOISSON: Distribution.POISSON,
}


def family(name: str, *, link: str | None, variance: str | None) -> Family:
    """The family `name` with its canonical link or the one given.

    Raises
    ------
    InvalidInput
        If the family does not exist or does not go with the link.
    ModelError
        ``quasi_needs_variance``.
    """
    kind = _check.choice("family", name, among=Distribution)
    if kind is Distribution.QUASI:
        if variance is None:
            raise ModelError("quasi_needs_variance", choices=", ".join(item.value for item in Variance))
        kind = _RELATIVE[_check.choice("variance", variance, among=Variance)]
        possible: tuple[Link, ...] = tuple(Link)
        link = link or Link.IDENTITY.value  # as a quasi family has no canonical link
    else:
        possible = _LINKS[_WITHOUT_QUASI.get(kind, kind)]
    make, canonical = _MADE[kind]
    chosen = canonical if link is None else _check.choice("link", link, among=Link)
    if chosen not in possible:
        raise InvalidInput(
            "bad_option", name="link", value=chosen.value, choices=", ".join(item.value for item in possible)
        )
    return make(link_function(chosen))
