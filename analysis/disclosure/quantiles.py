"""Home of the rule for quantiles and extremes: a quantile of few people is the answer of one of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis.disclosure.errors import DisclosureError
from analysis.disclosure.evidence import Check
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuantileCheck(Result):
    """Whether a quantile may be shown, and how.

    Attributes
    ----------
    q : the quantile, 0-1
    n : respondents with a value
    must_round : the value is that of too few people to be shown as it is; round it to a grid that more of them share
    """

    q: float
    n: int
    must_round: bool
    checks: tuple[Check, ...]

    @property
    def is_publishable(self) -> bool:
        """Whether it may be shown (rounded where `must_round`)."""
        return all(check.is_met for check in self.checks)

    def to_rows(self) -> list[Row]:
        """One row per rule."""
        return [check.to_row() | {"must_round": int(self.must_round)} for check in self.checks]


def quantile_check(
    values: ArrayLike, q: float, *, least: int = 10, base: int = 30, domain: ArrayLike | None = None
) -> QuantileCheck:
    """Judge whether quantile `q` of these values may be shown.

    Minimum and maximum (q of 0 and 1) never; any other only with enough respondents in all, and enough with a value
    at or below as well as at or above it.

    Parameters
    ----------
    values : (n,) float, nan where missing.
    least : respondents needed on each side; a value shared by fewer must be rounded.
    base : respondents needed in all, as for every estimate.
    domain : (n,) bool, None for everybody.

    Raises
    ------
    DisclosureError
        ``bad_quantile`` if q is not between 0 and 1.

    References
    ----------
    Brandt, Franconi, Guerke et al. (2010), Guidelines for the checking of output based on microdata research,
    ESSnet SDC, sec. 3.3.3 (percentiles) and 3.3.5 (maxima and minima); Hundepool et al. (2012), sec. 5.3.
    """
    if not 0.0 <= q <= 1.0:
        raise DisclosureError("bad_quantile", value=q)
    given = _check.numbers("values", values)
    inside = _check.mask("domain", domain, n=len(given)) & np.isfinite(given)
    y = np.sort(given[inside])
    n = len(y)
    if n:
        value = y[min(int(np.ceil(q * n - 1e-9)) - 1 if q > 0 else 0, n - 1)]
        below, above, at = (int((y <= value).sum()), int((y >= value).sum()), int((y == value).sum()))
    else:
        below = above = at = 0
    return QuantileCheck(
        method="counts on both sides of the quantile",
        definition="disclosure.quantile",
        q=q,
        n=n,
        must_round=at < least,
        checks=(
            Check(name="not_extreme", value=q, threshold=None, is_met=0.0 < q < 1.0),
            Check(name="base", value=float(n), threshold=float(base), is_met=n >= base),
            Check(name="at_or_below", value=float(below), threshold=float(least), is_met=below >= least),
            Check(name="at_or_above", value=float(above), threshold=float(least), is_met=above >= least),
        ),
    )
