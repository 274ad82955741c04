"""Home of the dominance rules: totals from which a large contributor could be worked out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.disclosure.errors import DisclosureError
from analysis.disclosure.evidence import Check
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class DominanceRules:
    """When a total is sensitive.

    Attributes
    ----------
    contributors : least number of contributors
    n_k : pairs (n, k): the n largest may carry at most the share k
    p : in percent; whoever knows the cell but the largest two must not estimate the largest to within p percent
    q : in percent, how closely the second largest could be estimated before publication; 100 makes it the p% rule
    """

    contributors: int = 3
    n_k: tuple[tuple[int, float], ...] = ((1, 0.70), (2, 0.85))
    p: float = 10.0
    q: float = 100.0

    def __post_init__(self) -> None:
        shares = all(n >= 1 and 0 < k <= 1 for n, k in self.n_k)
        if not (shares and self.contributors >= 1 and 0 <= self.p < self.q <= 100):
            raise DisclosureError("bad_dominance_rules", n_k=self.n_k, p=self.p, q=self.q)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sensitivity(Result):
    """Whether a total is sensitive, with every rule looked at.

    Attributes
    ----------
    total : of the contributions
    protection : how far an attacker's bounds must stay from the total on each side once it is hidden (p% rule)
    """

    total: float
    protection: float
    checks: tuple[Check, ...]

    @property
    def is_sensitive(self) -> bool:
        """Whether the total may not be shown."""
        return not all(check.is_met for check in self.checks)

    @property
    def reason(self) -> str | None:
        """The first rule that is not met."""
        return next((check.name for check in self.checks if not check.is_met), None)

    def to_rows(self) -> list[Row]:
        """One row per rule."""
        return [check.to_row() for check in self.checks]


def dominance(
    contributions: ArrayLike, *, weights: ArrayLike | None = None, rules: DominanceRules | None = None
) -> Sensitivity:
    """Apply the threshold, (n, k) and p% (or prior-posterior) rules to the contributions of one cell.

    Parameters
    ----------
    contributions : (m,) at least 0, one per contributor (firm, unit); those of 0 do not count as contributors.
    weights : (m,) of a sample, at least 1: the total is the weighted sum, and a contributor of weight w stands for w
        of its size, of which an intruder knows only the one (the contribution itself is what can be disclosed).

    Raises
    ------
    InvalidInput
        For a negative or missing contribution, with its row.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, sec. 4.2 (sensitivity rules and required protection);
    Cox (1981), Journal of Statistical Planning and Inference 5, 153-164; weighted samples: Willenborg and de Waal
    (2001), Elements of Statistical Disclosure Control, sec. 6.2.
    """
    limits = rules or DominanceRules()
    x = _check.complete("contributions", contributions)
    w = np.ones(len(x)) if weights is None else _check.complete("weights", weights, n=len(x))
    order = np.argsort(-x, kind="stable")
    x, w = x[order], w[order]
    total = float(x @ w)
    contributors = int(np.count_nonzero(x * w))
    largest = np.append(x, (0.0, 0.0))[:2]
    remainder = total - float(largest.sum())
    checks = [
        Check(
            name="contributors",
            value=float(contributors),
            threshold=float(limits.contributors),
            is_met=contributors >= limits.contributors,
        ),
        *_concentration(x, total, limits.n_k),
    ]
    # An intruder subtracts what is known of the others; what is left unknown must cover p percent of the largest.
    needed = limits.p / 100.0 * float(largest[0]) * 100.0 / limits.q
    checks.append(
        Check(
            name="p_percent",
            value=100.0 * remainder / float(largest[0]) if largest[0] > 0 else None,
            threshold=100.0 * limits.p / limits.q,
            is_met=remainder >= needed * (1 - 1e-12) or largest[0] == 0,
        )
    )
    return Sensitivity(
        method="threshold, (n, k) and p% rules",
        definition="disclosure.dominance",
        total=total,
        protection=max(needed - remainder, 0.0),
        checks=tuple(checks),
    )


def _concentration(x: FloatArray, total: float, n_k: Sequence[tuple[int, float]]) -> list[Check]:
    return [
        Check(
            name=f"n_k_{n}",
            value=float(x[:n].sum()) / total if total > 0 else None,
            threshold=k,
            is_met=total == 0 or float(x[:n].sum()) <= k * total * (1 + 1e-12),
        )
        for n, k in n_k
    ]
