"""Home of the rank sets that a plan asks for: domains of a column ordered by a mean, as sets and not as points."""

from collections.abc import Iterator

import numpy as np

from analysis import rank
from analysis._planned.source import Row, Source
from analysis.estimate.comparisons import covariance
from analysis.estimate.means import mean
from analysis.plan import DomainPlan, RankPlan


def rank_rows(source: Source) -> list[Row]:
    """One row per domain of every block."""
    return [row for wanted in source.plan.ranks for row in _ranks(source, wanted)]


def _ranks(source: Source, wanted: RankPlan) -> Iterator[Row]:
    domains = source.domains(DomainPlan(by=(wanted.by,), where={}))
    scores = source.scores(wanted.item, wanted.scale)
    found = [
        mean(scores, source.design, domain=domains.codes == code, name=f"{wanted.item}, {name}")
        for code, name in enumerate(domains.names)
    ]
    sets = rank.sets(
        np.array([one.value for one in found]),
        covariance(found, design=source.design),
        level=source.plan.level,
        method=wanted.method,
        seed=wanted.seed,
        draws=wanted.draws,
    )
    for code, name in enumerate(domains.names):
        yield {
            "name": wanted.name,
            "item": wanted.item,
            "by": wanted.by,
            "domain": name,
            "estimate": found[code].value,
            "se": found[code].se,
            "n": found[code].n,
            "rank": int(sets.point[code]),
            "rank_low": int(sets.low[code]),
            "rank_high": int(sets.high[code]),
            "critical_value": sets.critical_value,
            "method": str(sets.method),
            "seed": sets.seed,
            "status": ";".join(item.code for item in found[code].status),
        }
