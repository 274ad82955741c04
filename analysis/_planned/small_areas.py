"""Home of the small-area models that a plan asks for: direct means by area, then the area-level model."""

from collections.abc import Iterator

import numpy as np

from analysis._planned.source import Row, Source, finite
from analysis.estimate.domains import means
from analysis.plan import DomainPlan, SmallAreaPlan
from analysis.smallarea import fay_herriot


def small_area_rows(source: Source) -> list[Row]:
    """One row per area of every model; an area without respondents gets its synthetic value."""
    return [row for wanted in source.plan.small_areas for row in _model(source, wanted)]


def _model(source: Source, wanted: SmallAreaPlan) -> Iterator[Row]:
    domains = source.domains(DomainPlan(by=(wanted.area,), where={wanted.area: tuple(wanted.areas)}))
    scores = source.scores(wanted.item, wanted.scale)
    found = means(scores[:, None], source.design, by=domains.codes, n_domains=len(domains.names))
    place = {name: code for code, name in enumerate(domains.names)}
    areas = list(wanted.areas)
    direct, variance = np.full(len(areas), np.nan), np.full(len(areas), np.nan)
    for row, area in enumerate(areas):
        if area in place and found.n[place[area], 0] > 0:
            direct[row] = found.value[place[area], 0]
            variance[row] = found.se[place[area], 0] ** 2
    covariates = np.array([[wanted.areas[area][name] for name in wanted.covariates] for area in areas])
    fit = fay_herriot(
        direct,
        variance,
        covariates=covariates if wanted.covariates else None,
        method=wanted.method,
        areas=areas,
        names=wanted.covariates or None,
    )
    for row_of_area in fit.to_rows():
        head: Row = {"name": wanted.name, "item": wanted.item, "area_variance": fit.area_variance}
        yield {**head, **{key: finite(value) for key, value in row_of_area.items() if key != "version"}}
