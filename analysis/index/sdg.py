"""Home of SDG indicator 16.6.2, satisfaction with a public service, with its standard errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, Interval
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.estimate import comparisons
from analysis.estimate.estimates import Estimates, Named, collect
from analysis.estimate.proportions import proportion
from analysis.index.errors import IndexRefused, IndexStatus
from analysis.index.scales import answers, box
from analysis.results import Result, Row

ATTRIBUTES = 5
POSITIVE = 2  # the two best answers, on both scales


class SdgScale(IntEnum):
    """Points of the answer scale, the best answer highest: four is official, five is "16.6.2-style"."""

    FOUR = 4
    FIVE = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SdgService(Result):
    """One service.

    Attributes
    ----------
    estimates : part "positive" of each attribute, item "attributes" part "average", and item "overall" part
        "satisfied", with their covariance. The last two are the indicator; they are reported apart.
    group : the people it is about, such as "sex: f"; empty for everybody.
    is_official_scale : False for the five-point variant, which may not be called the indicator.
    """

    service: str
    estimates: Estimates = field(repr=False)
    is_official_scale: bool
    group: str = ""

    def to_rows(self) -> list[Row]:
        """One row per attribute, the average and the overall share."""
        return [
            {
                "service": self.service,
                "group": self.group,
                **row,
                "official_scale": int(self.is_official_scale),
                "definition": self.definition,
                "version": self.version,
                "status": ";".join(filter(None, (str(row["status"]), *(item.code for item in self.status)))),
            }
            for row in self.estimates.to_rows()
        ]


def sdg_16_6_2(
    attributes: ArrayLike,
    overall: ArrayLike,
    *,
    design: BoundDesign,
    service: str,
    users: ArrayLike,
    scale: int = SdgScale.FOUR,
    names: Sequence[str] | None = None,
    domain: ArrayLike | None = None,
    interval: Interval = Interval.LOGIT,
) -> SdgService:
    """Share of positive answers per attribute, their simple average, and the share satisfied overall.

    Parameters
    ----------
    attributes : (n, 5) answers 1 to `scale`, the best highest; nan for don't know, refused, not applicable, which
        leave the base of that attribute only.
    overall : (n,) satisfaction with the service, on the same scale.
    service : "health", "education" or "government": each is reported by itself.
    users : (n,) bool, used the service in the last 12 months; everybody else is outside the domain.
    domain : (n,) bool for the breakdowns the metadata ask for (sex, income, place).

    Raises
    ------
    IndexRefused
        ``sdg_attributes``, ``answer_off_scale``.
    EstimationError
        ``empty_domain`` naming the attribute.

    References
    ----------
    UNDP Oslo Governance Centre, metadata of SDG indicator 16.6.2, 31 March 2023, "Method of computation".
    """
    if scale not in tuple(SdgScale):
        raise InvalidInput("bad_option", name="scale", value=scale, choices="4, 5")
    y, labels = answers(attributes, design, names=names, points=scale)
    if len(labels) != ATTRIBUTES:
        raise IndexRefused("sdg_attributes", actual=len(labels))
    whole, _ = answers(overall, design, names=["overall"], points=scale)
    inside = _check.mask("users", users, n=design.n) & _check.mask("domain", domain, n=design.n)
    lowest = scale - POSITIVE + 1
    shares = [
        proportion(box(y[:, j], low=lowest, high=scale), design, domain=inside, interval=interval, name=label)
        for j, label in enumerate(labels)
    ]
    satisfied = proportion(
        box(whole[:, 0], low=lowest, high=scale), design, domain=inside, interval=interval, name="overall"
    )
    average = comparisons.combine(
        shares, np.full(ATTRIBUTES, 1 / ATTRIBUTES), design=design, method="average of shares"
    )
    named = [Named(item=label, part="positive", estimate=e) for label, e in zip(labels, shares, strict=True)]
    named += [
        Named(item="attributes", part="average", estimate=average),
        Named(item="overall", part="satisfied", estimate=satisfied),
    ]
    official = scale == SdgScale.FOUR
    estimates = collect(
        named, design=design, cov=True, method=f"SDG 16.6.2, {scale} points", definition="index.sdg_16_6_2"
    )
    return SdgService(
        method=estimates.method,
        definition=estimates.definition,
        seed=estimates.seed,
        status=() if official else (IndexStatus(code="not_the_indicator"),),
        service=service,
        estimates=estimates,
        is_official_scale=official,
    )


def sdg_16_6_2_by(
    attributes: ArrayLike,
    overall: ArrayLike,
    *,
    by: Mapping[str, ArrayLike],
    design: BoundDesign,
    service: str,
    users: ArrayLike,
    scale: int = SdgScale.FOUR,
    names: Sequence[str] | None = None,
) -> tuple[SdgService, ...]:
    """The indicator for everybody and then for each group of each variable, as the metadata ask (sex, income, place).

    Parameters
    ----------
    by : variable -> (n,) labels, none missing; each group is a domain and the design stays whole.
    attributes, overall, design, service, users, scale, names : as for `sdg_16_6_2`.

    Raises
    ------
    EstimationError
        ``empty_domain`` where a group has no user who answered an attribute.
    """
    asked = _check.mask("users", users, n=design.n)

    def one(domain: BoolArray | None, group: str) -> SdgService:
        found = sdg_16_6_2(
            attributes,
            overall,
            design=design,
            service=service,
            users=asked,
            scale=scale,
            names=names,
            domain=domain,
        )
        return replace(found, group=group)

    services = [one(None, "")]
    for variable, values in by.items():
        codes, labels = _check.labels(variable, values, n=design.n)
        services += [one(codes == code, f"{variable}: {label}") for code, label in enumerate(labels)]
    return tuple(services)
