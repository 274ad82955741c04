"""Home of the design that a plan declares, and of its weighting chain, step by step."""

from collections.abc import Callable, Mapping

import numpy as np

from analysis._planned.source import PlannedColumns, Row
from analysis.dataset import Labels, Table
from analysis.design import BoundDesign
from analysis.plan import AnalysisPlan, MarginPlan, ReplicatePlan, StepPlan
from analysis.weighting import (
    Distance,
    Margin,
    PropensityUse,
    base_weights,
    calibrate,
    margin_from_labels,
    nonresponse,
    rake,
    rake_trimmed,
    response_propensity,
    trim,
    unknown_eligibility,
)


def weighted_design(plan: AnalysisPlan, table: Table) -> BoundDesign:
    """The design with its replicates, after every weighting step of the plan."""
    design = bind_design(plan, table)
    if plan.design.replicates is not None:
        design = _replicated(design, plan.design.replicates, table=table)
    for step in plan.weighting:
        design = _STEPS[step.method](design, step, table, plan)
    return design


def bind_design(plan: AnalysisPlan, table: Table) -> BoundDesign:
    """The design before weighting, from the columns that the plan names."""
    wanted = plan.design
    if wanted.probability is not None:
        weights = base_weights(table.numbers(wanted.probability, required=True))
    elif wanted.weight is not None:
        weights = table.numbers(wanted.weight, required=True)
    else:
        weights = np.ones(table.n)
    return BoundDesign(
        weights=weights,
        strata=None if wanted.strata is None else table.labels(wanted.strata, required=True),
        psu=None if wanted.psu is None else table.labels(wanted.psu, required=True),
        fpc=None if wanted.fpc is None else table.numbers(wanted.fpc, required=True),
        lonely=wanted.lonely,
        nested=wanted.nested,
    )


def _replicated(design: BoundDesign, wanted: ReplicatePlan, *, table: Table) -> BoundDesign:
    from analysis import replicates

    centre = replicates.Centre(wanted.centre)
    if wanted.kind == "given":
        weights = np.column_stack([table.numbers(column, required=True) for column in wanted.columns])
        return replicates.given(
            design, weights, method=wanted.method, scale=wanted.scale, rho=wanted.rho, centre=centre
        )
    if wanted.kind == "bootstrap":
        return replicates.bootstrap(design, wanted.replicates, seed=wanted.seed, centre=centre)
    if wanted.kind == "sdr":
        return replicates.sdr(design, wanted.replicates, centre=centre)
    if wanted.kind == "jk2":
        return replicates.jk2(design, seed=wanted.seed, centre=centre)
    if wanted.kind == "fay":
        return replicates.fay(design, rho=wanted.rho, centre=centre)
    makers = {"jk1": replicates.jk1, "jkn": replicates.jkn, "brr": replicates.brr}
    return makers[wanted.kind](design, centre=centre)


def _margins(step: StepPlan, table: Table, plan: AnalysisPlan) -> list[Margin]:
    return [_margin(margin, table, plan) for margin in step.margins]


def _margin(margin: MarginPlan, table: Table, plan: AnalysisPlan) -> Margin:
    return margin_from_labels(
        margin.name,
        [table.labels(column, missing=plan.missing) for column in margin.columns],
        targets=margin.targets,
        unknown=margin.unknown,
    )


def _rake(design: BoundDesign, step: StepPlan, table: Table, plan: AnalysisPlan) -> BoundDesign:
    margins = _margins(step, table, plan)
    if step.largest_over_mean is None:
        return rake(design, margins, tolerance=step.tolerance, max_iterations=step.max_iterations)
    return rake_trimmed(
        design,
        margins,
        largest_over_mean=step.largest_over_mean,
        tolerance=step.tolerance,
        max_iterations=step.max_iterations,
    )


def _calibrate(design: BoundDesign, step: StepPlan, table: Table, plan: AnalysisPlan) -> BoundDesign:
    """Counts of every category and totals of numeric columns at once; `people` adds the number of people."""
    columns, totals, names = [], [], []
    for margin in _margins(step, table, plan):
        for code, label in enumerate(margin.labels):
            columns.append((margin.codes == code).astype(np.float64))
            totals.append(float(margin.targets[code]))
            names.append(f"{margin.name}: {label}")
    for column, total in step.totals.items():
        columns.append(table.numbers(column, missing=plan.missing, required=True))
        totals.append(total)
        names.append(column)
    if step.people is not None:
        columns.append(np.ones(design.n))
        totals.append(step.people)
        names.append("people")
    return calibrate(
        design,
        np.column_stack(columns),
        totals=np.array(totals),
        names=names,
        distance=Distance(step.distance),
        tolerance=max(step.tolerance, 1e-12),
        max_iterations=step.max_iterations,
        bounds=step.bounds,
    )


def _trim(design: BoundDesign, step: StepPlan, table: Table, plan: AnalysisPlan) -> BoundDesign:
    return trim(design, upper=step.upper, over_mean=step.largest_over_mean)


def _eligible(design: BoundDesign, step: StepPlan, table: Table, plan: AnalysisPlan) -> BoundDesign:
    return unknown_eligibility(
        design, _status(step, table, plan), classes=_classes(step, table, plan), codes=step.codes or None
    )


def _respond(design: BoundDesign, step: StepPlan, table: Table, plan: AnalysisPlan) -> BoundDesign:
    return nonresponse(
        design, _status(step, table, plan), classes=_classes(step, table, plan), codes=step.codes or None
    )


def _propensity(design: BoundDesign, step: StepPlan, table: Table, plan: AnalysisPlan) -> BoundDesign:
    return response_propensity(
        design,
        _status(step, table, plan),
        variables=step.by,
        use=PropensityUse(step.use),
        strata=step.strata,
        codes=step.codes or None,
        columns=PlannedColumns(table, missing=plan.missing),
    )


def _status(step: StepPlan, table: Table, plan: AnalysisPlan) -> Labels:
    return table.labels(step.status, missing=() if step.codes else plan.missing)


def _classes(step: StepPlan, table: Table, plan: AnalysisPlan) -> list[Labels]:
    return [table.labels(column, missing=plan.missing) for column in step.by]


Step = Callable[[BoundDesign, StepPlan, Table, AnalysisPlan], BoundDesign]
_STEPS: Mapping[str, Step] = {
    "unknown_eligibility": _eligible,
    "nonresponse": _respond,
    "propensity": _propensity,
    "poststratify": _rake,
    "rake": _rake,
    "calibrate": _calibrate,
    "trim": _trim,
}


def design_row(design: BoundDesign) -> Row:
    """What the results say of the design."""
    row: Row = {
        "n": design.n,
        "strata": design.layout.n_strata,
        "psus": design.layout.n_psu,
        "df": design.df,
        "lonely": design.layout.lonely.value,
        "weight_sum": float(design.weights.sum()),
        "variance": design.variance_method,
    }
    if design.replicates is not None:
        row |= {"replicates": design.replicates.n_replicates, "seed": design.replicates.seed}
    return row
