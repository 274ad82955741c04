"""Home of a plan on more rows than memory holds: what adds up over partitions is computed, everything else is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis._planned.reliability import OF_STATE, diagnostics
from analysis._planned.source import Row, nothing, plain
from analysis._types import Interval
from analysis.errors import PlanError
from analysis.plan import AnalysisPlan, DomainPlan, EstimatePlan, MarginPlan, ReliabilityPlan
from analysis.reliability import Moments, alpha
from analysis.reliability._results import Reliability, few_df, log_complement_interval
from analysis.reliability.alphas_by_design import alpha_gradient
from analysis.reliability.items import negative_items
from analysis.results import Estimate
from analysis.scale import Declared, ScaledEstimates, run
from analysis.scale.derived import Derived, Hit, Score, Square
from analysis.scale.partitions import Partition
from analysis.workers import Workers

_ADDITIVE = ("mean", "share", "total")
_STEPS = ("rake", "poststratify")
_WITH_ERRORS = "alpha"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Large:
    """A plan and the partitions it is run on."""

    plan: AnalysisPlan
    parts: Sequence[Partition]
    workers: Workers


def large_results(large: Large) -> dict[str, object]:
    """The sections of the results document that a plan on partitions can fill.

    Raises
    ------
    PlanError
        For every block that needs the rows in memory, by name, before any data are read.
    """
    _refuse_beyond(large.plan)
    estimates, first = _estimates(large)
    reliability = [row for wanted in large.plan.reliability for row in _reliability(large, wanted)]
    if first is None:
        first = _run(large, DomainPlan(by=(), where={}), scales=large.plan.reliability)
    return {
        "design": _design_row(large.plan, first),
        "weighting": [first.weighting] if first.weighting else [],
        "estimates": estimates,
        "reliability": reliability,
    }


def _refuse_beyond(plan: AnalysisPlan) -> None:
    """Name the first block that does not add up over partitions."""
    design = plan.design
    if design.replicates is not None or design.probability is not None:
        raise _beyond(plan, "design", "replicates, probability")
    for step in plan.weighting:
        if step.method not in _STEPS or step.bounds is not None or len(plan.weighting) > 1:
            raise _beyond(plan, "weighting", step.method)
        for margin in step.margins:
            if len(margin.columns) > 1 or margin.unknown:
                raise _beyond(plan, "weighting", margin.name)
    for block in plan.estimates:
        if block.kind not in _ADDITIVE or block.contrasts:
            raise _beyond(plan, "estimates", block.name)
    for wanted in plan.reliability:
        for coefficient in wanted.coefficients:
            if coefficient != _WITH_ERRORS and coefficient not in OF_STATE:
                raise _beyond(plan, "reliability", coefficient)
    for section in ("tests", "factors", "models", "indices", "small_areas", "ranks", "quality"):
        if getattr(plan, section):
            raise _beyond(plan, section, section)


def _beyond(plan: AnalysisPlan, section: str, name: str) -> PlanError:
    return PlanError(
        "plan_invalid",
        file=plan.file,
        path=f"{section}: {name}",
        reason_zh="分块数据只能计算可相加的部分：均值、比例、合计、单列边际的 rake 或 poststratify、"
        "alpha、omega_hierarchical、split_half、kmo、bartlett、minimum_average_partial。请对内存中的数据运行，或删去此项",
        reason_en="partitions allow what adds up: means, shares, totals, rake or poststratify to single columns, alpha, "
        "omega_hierarchical, split_half, kmo, bartlett, minimum_average_partial. Run it on a file in memory, or leave "
        "it out",
    )


def _estimates(large: Large) -> tuple[list[Row], ScaledEstimates | None]:
    """Rows in the order of the plan; blocks of the same domains share their passes."""
    kinds: dict[tuple[object, ...], list[EstimatePlan]] = {}
    for block in large.plan.estimates:
        where = tuple(sorted(block.domains.where.items()))
        kinds.setdefault((block.domains.by, where, block.kind == "total"), []).append(block)
    found: dict[str, list[Row]] = {}
    first = None
    for (*_, totals), blocks in kinds.items():
        derived = {_name(block, item): _derived(block, item) for block in blocks for item in block.items}
        result = _run(large, blocks[0].domains, derived=derived, totals=bool(totals))
        first = first or result
        for block in blocks:
            found[block.name] = list(_rows(block, result, level=large.plan.level))
    return [row for block in large.plan.estimates for row in found[block.name]], first


def _name(block: EstimatePlan, item: str) -> str:
    return f"{block.name}/{item}"


def _derived(block: EstimatePlan, item: str) -> Derived:
    if block.kind == "share":
        return Hit(column=item, hits=block.values)
    scale = block.scale
    return Score(column=item) if scale is None else Score(column=item, low=scale.low, high=scale.high)


def _rows(block: EstimatePlan, result: ScaledEstimates, *, level: float) -> Iterator[Row]:
    names = [" × ".join(labels) for labels in result.domains]
    places = {name: place for place, name in enumerate(result.items)}
    for domain in sorted(range(len(names)), key=names.__getitem__):
        for item in block.items:
            estimate = result.means.estimate(domain, places[_name(block, item)])
            head: Row = {
                "name": block.name,
                "kind": block.kind,
                "item": item,
                "by": " × ".join(result.by),
                "domain": names[domain],
            }
            yield {**head, **_shown(estimate, block, level=level)}


def _shown(estimate: Estimate, block: EstimatePlan, *, level: float) -> Row:
    if estimate.n == 0:
        return nothing()
    method = estimate.method.replace("mean", "proportion") if block.kind == "share" else estimate.method
    return dict(replace(estimate, interval=Interval(block.interval), method=method).to_row(level))


def _run(
    large: Large,
    domains: DomainPlan,
    *,
    derived: dict[str, Derived] | None = None,
    scales: Sequence[ReliabilityPlan] = (),
    totals: bool = False,
) -> ScaledEstimates:
    plan, design = large.plan, large.plan.design
    margins: tuple[MarginPlan, ...] = plan.weighting[0].margins if plan.weighting else ()
    declared = Declared(
        items=tuple(derived or ()),
        derived=derived or {},
        totals=totals,
        by=domains.by,
        where=domains.where,
        weights=design.weight,
        strata=design.strata,
        psu=design.psu,
        fpc=design.fpc,
        lonely=design.lonely,
        missing=plan.missing,
        margins={
            margin.columns[0]: {labels[0]: people for labels, people in margin.targets.items()}
            for margin in margins
        },
        margin_names=tuple(margin.name for margin in margins),
        scales={wanted.name: wanted.items for wanted in scales},
    )
    if plan.weighting:
        step = plan.weighting[0]
        declared = replace(declared, tolerance=step.tolerance, max_iterations=step.max_iterations)
    return run(declared, list(large.parts), workers=large.workers)


def _reliability(large: Large, wanted: ReliabilityPlan) -> Iterator[Row]:
    everybody = DomainPlan(by=(), where={})
    state = _run(large, everybody, scales=[wanted]).scales[wanted.name]
    for coefficient in wanted.coefficients:
        row: Row = {"name": wanted.name, "coefficient": coefficient, "items": list(wanted.items)}
        if coefficient == _WITH_ERRORS:
            yield {**row, **_alpha(large, wanted, state), **diagnostics(state, wanted.items)}
        else:
            yield {**row, **OF_STATE[coefficient](state, wanted)}


def _alpha(large: Large, wanted: ReliabilityPlan, state: Moments) -> Row:
    """Alpha, whose error is that of the mean of its linearised values over the complete rows."""
    found = alpha(state)
    square = Square(items=wanted.items, mean=state.mean, gradient=alpha_gradient(state))
    linear = _run(large, DomainPlan(by=(), where={}), derived={"alpha": square})
    se, df, level = float(linear.means.se[0, 0]), linear.means.df, large.plan.level
    low, high = log_complement_interval(found.value, se, df=df, level=level)
    return plain(
        Reliability(
            method="alpha, Taylor",
            definition="reliability.alpha_design",
            status=(*negative_items(state), *few_df(df)),
            value=found.value,
            se=se,
            ci_low=low,
            ci_high=high,
            level=level,
            n=state.n,
            k=state.k,
            df=df,
        )
    )


def _design_row(plan: AnalysisPlan, result: ScaledEstimates) -> Row:
    return {
        "n": result.n,
        "strata": result.strata,
        "psus": result.units,
        "df": result.means.df if result.items else float(result.units - result.strata),
        "lonely": plan.design.lonely.value,
        "weight_sum": result.weight_sum,
        "variance": "Taylor",
        "partitions": result.partitions,
    }
