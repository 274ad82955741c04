"""Home of the factor analyses that a plan asks for: exploratory ones, and models with the ladder of invariance."""

from collections.abc import Iterator

from analysis import validity
from analysis._planned.source import Row, Source, finite
from analysis.plan import FactorPlan, ModelPlan
from analysis.reliability import efa, moments
from analysis.validity import ConfirmatoryFit, GroupedMoments, OrderedMoments

_MEASURES = (
    "cfi",
    "tli",
    "rmsea",
    "rmsea_low",
    "rmsea_high",
    "srmr",
    "cfi_scaled",
    "rmsea_scaled",
    "cfi_robust",
    "rmsea_robust",
)


def factor_rows(source: Source) -> list[Row]:
    """One row per item of every exploratory analysis: loadings, communality, uniqueness, complexity."""
    return [row for wanted in source.plan.factors for row in _factors(source, wanted)]


def _factors(source: Source, wanted: FactorPlan) -> Iterator[Row]:
    state = moments(source.matrix(wanted.items), weights=source.design.weights, names=wanted.items)
    found = efa(state, wanted.factors, extract=wanted.extraction, rotate=wanted.rotation)
    status = ";".join(item.code for item in found.status)
    for row in found.to_rows():
        yield {"name": wanted.name, **_plain(row), "n": state.n, "method": found.method, "status": status}


def model_rows(source: Source) -> list[Row]:
    """Of every model: one row on its fit, one per parameter, one per step of the ladder."""
    return [row for wanted in source.plan.models for row in _model(source, wanted)]


def _model(source: Source, wanted: ModelPlan) -> Iterator[Row]:
    items = list(dict.fromkeys(item for block in wanted.factors.values() for item in block))
    state = _state(source, wanted, items)
    robust = "none" if wanted.estimator == "ml" else wanted.estimator
    fit = validity.cfa(state, wanted.factors, robust=robust)
    yield {"name": wanted.name, "part": "fit", **_fit(fit)}
    for row in fit.to_rows():
        yield {"name": wanted.name, "part": "parameter", **_plain(row)}
    if wanted.group is not None:
        ladder = validity.ladder(state, wanted.factors, levels=wanted.invariance or None, robust=robust)
        for row in ladder.to_rows():
            yield {"name": wanted.name, "part": "invariance", **_plain(row)}


def _state(source: Source, wanted: ModelPlan, items: list[str]) -> GroupedMoments | OrderedMoments:
    answers = source.matrix(items)
    groups = None if wanted.group is None else source.table.labels(wanted.group, missing=source.plan.missing)
    if wanted.estimator == "wlsmv":
        design = source.design if wanted.weighted else None
        return validity.ordered_moments(answers, items, groups=groups, design=design)
    if wanted.estimator == "mlr" and wanted.weighted:
        return validity.design_moments(answers, items, design=source.design, groups=groups)
    weights = source.design.weights if wanted.weighted else None
    return validity.moments(answers, items, groups=groups, weights=weights, spread=wanted.estimator == "mlr")


def _fit(fit: ConfirmatoryFit) -> Row:
    return {
        "n": int(sum(fit.n)),
        "chi_square": finite(fit.test.chi_square),
        "df": fit.test.df,
        "p": finite(fit.test.p_value),
        "scaled_chi_square": finite(fit.test.scaled),
        "scaled_p": finite(fit.test.scaled_p_value),
        **{name: finite(getattr(fit.measures, name)) for name in _MEASURES},
        "method": fit.method,
        "status": ";".join(item.code for item in fit.status),
    }


def _plain(row: object) -> Row:
    assert isinstance(row, dict)
    return {key: finite(value) for key, value in row.items()}
