"""Home of the sections of a run in R: estimates, tests, factors and the rest, each as one call to be compared."""

from collections.abc import Iterator, Mapping, Sequence

from analysis.export._r_literals import r_domains, r_numbers, r_scale, r_text, r_texts, r_where
from analysis.plan import (
    AnalysisPlan,
    EstimatePlan,
    FactorPlan,
    IndexPlan,
    ModelPlan,
    RankPlan,
    ReliabilityPlan,
    SmallAreaPlan,
    TestPlan,
)

Row = Mapping[str, object]


def rows_of(results: Mapping[str, object], section: str) -> Sequence[Row]:
    """The rows of one section of the results."""
    found = results.get(section, [])
    assert isinstance(found, list)
    return found


def section_lines(plan: AnalysisPlan, results: Mapping[str, object]) -> Iterator[str]:
    """One comparison per section of the results that the plan fills."""
    yield from _section("estimates", [_estimates(block) for block in plan.estimates])
    yield from _section("tests", [_tests(family) for family in plan.tests], rtol=1e-5)
    yield from _section("reliability", [_reliability(one) for one in plan.reliability], rtol=1e-4)
    yield from _section("factors", [_factors(one) for one in plan.factors])
    yield from _section("models", [_model(one) for one in plan.models])
    yield from _section("indices", [_index(one) for one in plan.indices])
    yield from _section("small_areas", [_small_area(one) for one in plan.small_areas])
    yield from _section("ranks", [_rank(one, rows_of(results, "ranks")) for one in plan.ranks])
    yield from _section("quality", [f"quality_of({r_text(one.name)})" for one in plan.quality])


def _section(name: str, blocks: Sequence[str], *, rtol: float = 1e-6) -> Iterator[str]:
    if blocks:
        yield "found <- list()"
        for block in blocks:
            yield f"found <- c(found, {block})"
        yield f'agree("{name}", found, rtol = {rtol!r})'


def _estimates(block: EstimatePlan) -> str:
    scale = r_scale(block.scale)
    items = r_texts(block.items)
    make = {
        "mean": f'one_mean(values_of(item), inside, "{block.interval.value}", level)',
        "share": f'one_mean(values_of(item), inside, "{block.interval.value}", level)',
        "total": 'one_total(values_of(item), inside, "t", level)',
        "quantile": f"quantile_rows(values_of(item), inside, {r_numbers(block.probabilities)}, level)",
        "ratio": "one_ratio(values_of(item)[[1]], values_of(item)[[2]], inside, level)",
    }[block.kind]
    values = f"scores_of(item, {scale})" if block.kind == "mean" else "numbers_of(item)"
    if block.kind == "share":
        values = f"chosen(item, {r_texts(block.values)})"
    if block.kind == "ratio":
        values = f"list(numbers_of({r_text(block.numerator)}), numbers_of({r_text(block.denominator)}))"
        items = r_texts([f"{block.numerator} / {block.denominator}"])
    contrasts = ", ".join(r_texts(pair) for pair in block.contrasts)
    return (
        f'{{ values_of <- function(item) {values}; estimates_of("{block.kind}", {items}, {r_domains(block.domains)}, '
        f"make = function(item, inside) {make}, contrasts = list({contrasts})) }}"
    )


def _tests(family: TestPlan) -> str:
    where, items = r_where(family.where), r_texts(family.items)
    by = r_text(family.by) if family.by else "NULL"
    if family.kind == "t":
        return f"t_of({items}, {by}, {family.null!r}, {where}, {r_text(family.adjust)})"
    if family.kind == "rank":
        return f"ranks_test_of({items}, {by}, {r_text(family.score)}, {where}, {r_text(family.adjust)})"
    made = f"independence_of({items}, {by}, {r_text(family.correction)}, where = {where})"
    return f"adjusted({made}, {r_text(family.adjust)})"


def _factors(one: FactorPlan) -> str:
    return (
        f"factors_of({r_texts(one.items)}, {one.factors}, {r_text(one.extraction)}, {r_text(one.rotation)})"
    )


def _model(one: ModelPlan) -> str:
    blocks = ", ".join(f"{r_text(factor)} = {r_texts(items)}" for factor, items in one.factors.items())
    group = "NULL" if one.group is None else r_text(one.group)
    weighted = "TRUE" if one.weighted else "FALSE"
    return f"model_of({r_text(one.name)}, list({blocks}), {r_text(one.estimator)}, {group}, {weighted})"


def _small_area(one: SmallAreaPlan) -> str:
    rows = ", ".join(r_numbers(row[name] for name in one.covariates) for row in one.areas.values())
    covariates = f"rbind({rows})" if one.covariates else "NULL"
    return (
        f"areas_of({r_text(one.item)}, {r_text(one.area)}, {r_scale(one.scale)}, {r_texts(one.areas)}, {covariates}, "
        f"{r_text(one.method)}, level)"
    )


def _reliability(one: ReliabilityPlan) -> str:
    return f"reliability_of({r_texts(one.items)}, {r_texts(one.coefficients)}, groups = {one.groups}, level = level)"


def _index(one: IndexPlan) -> str:
    def items(shares: Mapping[str, float]) -> str:
        return ", ".join(f"{r_text(item)} = {share!r}" for item, share in shares.items())

    indicators = ", ".join(
        f"list(name = {r_text(part.name)}, weight = {part.weight!r}, items = list({items(part.items)}))"
        for part in one.indicators
    )
    return (
        f"index_of({r_text(one.name)}, {r_scale(one.scale)}, list({indicators}), {r_domains(one.domains)}, "
        f"minimum_present = {one.minimum_present!r}, level = level)"
    )


def _rank(one: RankPlan, rows: Sequence[Row]) -> str:
    """Simulated critical values are taken over: no generator of R draws what ours drew."""
    same = {"name": one.name, "item": one.item, "by": one.by, "method": one.method}
    critical = next(row["critical_value"] for row in rows if same.items() <= row.items())
    return (
        f"ranks_of({r_text(one.item)}, {r_text(one.by)}, {r_scale(one.scale)}, {r_text(one.method)}, level, "
        f"critical_value = {critical!r})"
    )
