"""Home of the R script that makes every number of a run again with survey, psych and lavaan, and compares."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np

from analysis._types import FloatArray, Lonely
from analysis.design import BoundDesign
from analysis.plan import (
    AnalysisPlan,
    DomainPlan,
    EstimatePlan,
    FactorPlan,
    IndexPlan,
    ModelPlan,
    RankPlan,
    ReliabilityPlan,
    Scale,
    SmallAreaPlan,
    StepPlan,
    TestPlan,
)

Row = Mapping[str, object]
REPLICATES = "replicates.csv"
QUALITY = "quality.csv"
_PARTS = (
    "data",
    "weights",
    "response",
    "estimates",
    "indices",
    "reliability",
    "hypotheses",
    "structure",
    "areas",
    "ranks",
    "answers",
    "comparing",
)
_RESPONSE = frozenset({"unknown_eligibility", "nonresponse", "propensity"})
_LONELY = {
    Lonely.REFUSE: "fail",
    Lonely.CERTAINTY: "certainty",
    Lonely.ADJUST: "adjust",
    Lonely.AVERAGE: "average",
    Lonely.REMOVE: "remove",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the script reproduces: the plan, the design it led to, and the rows it gave."""

    plan: AnalysisPlan
    design: BoundDesign
    results: Mapping[str, object]

    def rows(self, section: str) -> Sequence[Row]:
        """The rows of one section of the results."""
        found = self.results.get(section, [])
        assert isinstance(found, list)
        return found


def r_script(run: Run) -> str:
    """A script that is run as `Rscript reproduce.R DATA.csv results.json` and ends with 1 if a number differs.

    It needs the R packages survey and jsonlite; psych for reliability. Every text of the plan stands in it as an
    escaped literal, so none can become code.
    """
    folder = resources.files("analysis.export").joinpath("reproduce")
    helpers = "\n".join(folder.joinpath(f"{part}.R").read_text("utf-8") for part in _PARTS)
    head = [
        "# Made by `minyi analyse`: makes every number of results.json again with R and compares.",
        "#   Rscript reproduce.R [DATA.csv [results.json]]",
        f"missing_texts <- {_texts(run.plan.missing)}",
        f"level <- {run.plan.level!r}",
        'not_compared <- c("iterations", "seed")  # how long an algorithm took; what a generator was started with',
        "",
    ]
    parts = [_design(run), _weighting(run), _replicates(run), _sections(run)]
    body = [line for part in parts for line in part]
    return "\n".join([*head, helpers, "# --- this run " + "-" * 103, *body, "finish()", ""])


def replicate_table(design: BoundDesign) -> dict[str, FloatArray]:
    """Columns of the file of replicate factors: a row of the data that stands for each unit, one column a replicate.

    Where the rows themselves are the units there is one line a row and no such column.
    """
    assert design.replicates is not None
    made = design.replicates
    factors = np.concatenate(list(made.factors.blocks(made.n_replicates)))
    columns: dict[str, FloatArray] = {}
    if made.unit is not None:
        columns["row"] = np.unique(made.unit, return_index=True)[1].astype(np.float64) + 1.0
    return columns | {f"r{place + 1}": factors[place] for place in range(made.n_replicates)}


def _design(run: Run) -> Iterator[str]:
    plan = run.plan.design
    yield f'options(survey.lonely.psu = "{_LONELY[plan.lonely]}")'
    if plan.probability is not None:
        weight = f"1 / numbers_of({_text(plan.probability)}, character())"
    elif plan.weight is not None:
        weight = f"numbers_of({_text(plan.weight)}, character())"
    else:
        weight = "rep(1, nrow(d))"
    columns = [f".w = {weight}"]
    formulas = ["ids = ~1"]
    if plan.psu is not None:
        columns.append(f".psu = d[[{_text(plan.psu)}]]")
        formulas = ["ids = ~.psu"]
    if plan.strata is not None:
        columns.append(f".strata = d[[{_text(plan.strata)}]]")
        formulas.append("strata = ~.strata")
    if plan.fpc is not None:
        columns.append(f".fpc = numbers_of({_text(plan.fpc)}, character())")
        formulas.append("fpc = ~.fpc")
    yield f"frame <- data.frame({', '.join(columns)})"
    nest = "TRUE" if plan.nested else "FALSE"
    yield f"base <- svydesign({', '.join(formulas)}, weights = ~.w, nest = {nest}, data = frame)"
    yield "df <- degf(base)"
    yield ""


def _weighting(run: Run) -> Iterator[str]:
    """The chain as one function of weights, its report, and the residuals that the variance carries."""
    yield "reports <- list(); entries <- list(); carries <- list(); steps <- list(); now <- frame$.w"
    for step in run.plan.weighting:
        yield f"margins <- list({', '.join(_margins(step))})"
        yield from _step(step)
        yield "before <- now; now <- step(before)"
        yield from _carried(step)
        reported = "margins" if step.method in ("rake", "poststratify") else "list()"
        yield f"reports <- c(reports, list(step_report(before, now, {reported}))); steps <- c(steps, step)"
    yield "final_weights <- now"
    yield "chain <- function(w) { for (step in steps) w <- step(w); w }"
    yield ""


def _carried(step: StepPlan) -> Iterator[str]:
    """What the step does to a variance; the last step acts first."""
    if step.method in _RESPONSE:
        yield "carries <- c(list(carry(before, now)), carries)"
    elif step.method != "trim":
        yield "entries <- c(list(calibration_entry(regressors, before, now)), entries)"
        yield "carries <- c(list(calibration_carry(regressors, before, now)), carries)"


def _response(step: StepPlan) -> Iterator[str]:
    codes = ", ".join(f"{_text(label)} = {_text(meaning)}" for label, meaning in step.codes.items())
    yield f"status <- dispositions_of({_text(step.status)}, list({codes}))"
    yield 'eligible <- status %in% c("respondent", "nonrespondent"); responded <- status == "respondent"'
    if step.method == "propensity":
        yield f"x <- predictors_of({_texts(step.by)})"
        if step.use == "inverse":
            yield (
                "step <- local({ x <- x; e <- eligible; r <- responded; "
                "function(w) ifelse(r, w / response_model(w, x, e, r), 0) })"
            )
            yield (
                "carry <- local({ x <- x; e <- eligible; r <- responded; "
                "function(before, after) propensity_carry(x, e, r, before, response_model(before, x, e, r)) })"
            )
            return
        yield (
            "class <- local({ x <- x; e <- eligible; r <- responded; "
            f"function(w) propensity_classes(response_model(w, x, e, r), e & w > 0, {step.strata}) }})"
        )
    else:
        yield f"class <- local({{ found <- classes_of({_texts(step.by)}); function(w) found }})"
    known = step.method == "unknown_eligibility"
    giving, taking = ("rep(TRUE, nrow(d))", 'status != "unknown"') if known else ("eligible", "responded")
    yield f"giving <- {giving}; taking <- {taking}"
    yield "step <- local({ k <- class; g <- giving; t <- taking; function(w) class_weights(w, k(w), g, t) })"
    yield "carry <- local({ k <- class; g <- giving; function(before, after) class_carry(k(before), g, before, after) })"


def _margins(step: StepPlan) -> Iterator[str]:
    for margin in step.margins:
        keys = ", ".join(_texts(category) for category in margin.targets)
        people = ", ".join(repr(number) for number in margin.targets.values())
        yield (
            f"margin({_text(margin.name)}, {_texts(margin.columns)}, list({keys}), c({people}), "
            f"unknown = {_texts(margin.unknown)})"
        )


def _step(step: StepPlan) -> Iterator[str]:
    if step.method in _RESPONSE:
        yield from _response(step)
        return
    yield (
        "regressors <- cbind(1, dummies(margins))"
        if step.method in ("rake", "poststratify")
        else "regressors <- NULL"
    )
    if step.method == "trim":
        limit = repr(step.upper) if step.upper is not None else f"{step.largest_over_mean!r} * mean(w[w > 0])"
        yield f"step <- function(w) cut_weights(w, {limit})"
    elif step.method == "calibrate":
        parts = ["dummies(margins)"] if step.margins else []
        parts += [f"numbers_of({_text(column)})" for column in step.totals]
        parts += ["1"] if step.people is not None else []
        numbers = [number for margin in step.margins for number in margin.targets.values()]
        numbers += [*step.totals.values(), *([] if step.people is None else [step.people])]
        bounds = "c(-Inf, Inf)" if step.bounds is None else f"c({step.bounds[0]!r}, {step.bounds[1]!r})"
        yield f"regressors <- cbind({', '.join(parts)}); totals <- c({', '.join(repr(n) for n in numbers)})"
        yield (
            f'step <- local({{ x <- regressors; goal <- totals; function(w) calibrated_weights(w, x, goal, "{step.distance}", '
            f"{bounds}) }})"
        )
    else:
        fit = "fitted_weights(w, m)"
        if step.largest_over_mean is not None:
            fit = f"fitted_and_cut(w, m, {step.largest_over_mean!r})"
        yield f"step <- local({{ m <- margins; function(w) {fit} }})"


def _replicates(run: Run) -> Iterator[str]:
    made = run.design.replicates
    yield f"is_replicates <- {'FALSE' if made is None else 'TRUE'}"
    if made is None:
        if any(step.method in _RESPONSE for step in run.plan.weighting):
            yield "carried_by_hand(carries)"
        yield "design <- base; design$prob <- 1 / final_weights; if (length(entries)) design$postStrata <- entries"
        yield ""
        return
    mse = "TRUE" if made.centre.value == "estimate" else "FALSE"
    yield f'factors <- read.csv(file.path(dirname(results_file), "{REPLICATES}"), check.names = FALSE)'
    if made.unit is not None:
        keys = ["frame$.strata"] if run.plan.design.strata is not None else []
        keys += ["frame$.psu"] if run.plan.design.psu is not None else []
        yield f'unit <- paste({", ".join(keys)}, sep = "\\u0001")'
        yield "factors <- as.matrix(factors[match(unit, unit[factors$row]), -1])"
    else:
        yield "factors <- as.matrix(factors)"
    yield f"replicate_scale <- {made.scale!r}; replicate_mse <- {mse}"
    yield f"replicate_rscales <- {_numbers(made.rscales.tolist())}"
    yield "replicate_weights <- apply(factors, 2, function(one) chain(frame$.w * one))"
    yield (
        "design <- svrepdesign(data = frame, weights = final_weights, repweights = replicate_weights, combined.weights = TRUE, "
        'type = "other", scale = replicate_scale, rscales = replicate_rscales, mse = replicate_mse)'
    )
    wanted = run.plan.design.replicates
    assert wanted is not None
    if wanted.kind == "bootstrap":
        yield "df <- min(df, ncol(factors) - 1)"
    elif wanted.kind in ("given", "sdr"):
        yield "df <- qr(factors, tol = 1e-5)$rank - 1"
    yield "design$degf <- df"
    yield ""


def _sections(run: Run) -> Iterator[str]:
    design = "list(n = nrow(d), strata = length(unique(base$strata[, 1])), psus = nrow(unique(base$cluster[, 1, drop = FALSE])), "
    replicates = (
        "" if run.design.replicates is None else f", replicates = {run.design.replicates.n_replicates}"
    )
    yield f'agree("design", {design}df = df, weight_sum = sum(final_weights){replicates}))'
    yield 'agree("weighting", reports)'
    plan = run.plan
    yield from _section("estimates", [_estimates(block) for block in plan.estimates])
    yield from _section("tests", [_tests(family) for family in plan.tests], rtol=1e-5)
    yield from _section("reliability", [_reliability(one) for one in plan.reliability], rtol=1e-4)
    yield from _section("factors", [_factors(one) for one in plan.factors])
    yield from _section("models", [_model(one) for one in plan.models])
    yield from _section("indices", [_index(one) for one in plan.indices])
    yield from _section("small_areas", [_small_area(one) for one in plan.small_areas])
    yield from _section("ranks", [_rank(one, run.rows("ranks")) for one in plan.ranks])
    yield from _section("quality", [f"quality_of({_text(one.name)})" for one in plan.quality])


def _section(name: str, blocks: Sequence[str], *, rtol: float = 1e-6) -> Iterator[str]:
    if blocks:
        yield "found <- list()"
        for block in blocks:
            yield f"found <- c(found, {block})"
        yield f'agree("{name}", found, rtol = {rtol!r})'


def _estimates(block: EstimatePlan) -> str:
    scale = _scale(block.scale)
    items = _texts(block.items)
    make = {
        "mean": f'one_mean(values_of(item), inside, "{block.interval.value}", level)',
        "share": f'one_mean(values_of(item), inside, "{block.interval.value}", level)',
        "total": 'one_total(values_of(item), inside, "t", level)',
        "quantile": f"quantile_rows(values_of(item), inside, {_numbers(block.probabilities)}, level)",
        "ratio": "one_ratio(values_of(item)[[1]], values_of(item)[[2]], inside, level)",
    }[block.kind]
    values = f"scores_of(item, {scale})" if block.kind == "mean" else "numbers_of(item)"
    if block.kind == "share":
        values = f"chosen(item, {_texts(block.values)})"
    if block.kind == "ratio":
        values = f"list(numbers_of({_text(block.numerator)}), numbers_of({_text(block.denominator)}))"
        items = _texts([f"{block.numerator} / {block.denominator}"])
    contrasts = ", ".join(_texts(pair) for pair in block.contrasts)
    return (
        f'{{ values_of <- function(item) {values}; estimates_of("{block.kind}", {items}, {_domains(block.domains)}, '
        f"make = function(item, inside) {make}, contrasts = list({contrasts})) }}"
    )


def _tests(family: TestPlan) -> str:
    where, items = _where(family.where), _texts(family.items)
    by = _text(family.by) if family.by else "NULL"
    if family.kind == "t":
        return f"t_of({items}, {by}, {family.null!r}, {where}, {_text(family.adjust)})"
    if family.kind == "rank":
        return f"ranks_test_of({items}, {by}, {_text(family.score)}, {where}, {_text(family.adjust)})"
    made = f"independence_of({items}, {by}, {_text(family.correction)}, where = {where})"
    return f"adjusted({made}, {_text(family.adjust)})"


def _factors(one: FactorPlan) -> str:
    return f"factors_of({_texts(one.items)}, {one.factors}, {_text(one.extraction)}, {_text(one.rotation)})"


def _model(one: ModelPlan) -> str:
    blocks = ", ".join(f"{_text(factor)} = {_texts(items)}" for factor, items in one.factors.items())
    group = "NULL" if one.group is None else _text(one.group)
    weighted = "TRUE" if one.weighted else "FALSE"
    return f"model_of({_text(one.name)}, list({blocks}), {_text(one.estimator)}, {group}, {weighted})"


def _small_area(one: SmallAreaPlan) -> str:
    rows = ", ".join(_numbers(row[name] for name in one.covariates) for row in one.areas.values())
    covariates = f"rbind({rows})" if one.covariates else "NULL"
    return (
        f"areas_of({_text(one.item)}, {_text(one.area)}, {_scale(one.scale)}, {_texts(one.areas)}, {covariates}, "
        f"{_text(one.method)}, level)"
    )


def _reliability(one: ReliabilityPlan) -> str:
    return f"reliability_of({_texts(one.items)}, {_texts(one.coefficients)}, groups = {one.groups}, level = level)"


def _index(one: IndexPlan) -> str:
    def items(shares: Mapping[str, float]) -> str:
        return ", ".join(f"{_text(item)} = {share!r}" for item, share in shares.items())

    indicators = ", ".join(
        f"list(name = {_text(part.name)}, weight = {part.weight!r}, items = list({items(part.items)}))"
        for part in one.indicators
    )
    return (
        f"index_of({_text(one.name)}, {_scale(one.scale)}, list({indicators}), {_domains(one.domains)}, "
        f"minimum_present = {one.minimum_present!r}, level = level)"
    )


def _rank(one: RankPlan, rows: Sequence[Row]) -> str:
    """Simulated critical values are taken over: no generator of R draws what ours drew."""
    same = {"name": one.name, "item": one.item, "by": one.by, "method": one.method}
    critical = next(row["critical_value"] for row in rows if same.items() <= row.items())
    return (
        f"ranks_of({_text(one.item)}, {_text(one.by)}, {_scale(one.scale)}, {_text(one.method)}, level, "
        f"critical_value = {critical!r})"
    )


def _domains(domains: DomainPlan) -> str:
    return f"by = {_texts(domains.by)}, where = {_where(domains.where)}"


def _where(where: Mapping[str, tuple[str, ...]]) -> str:
    return (
        "list(" + ", ".join(f"{_text(column)} = {_texts(labels)}" for column, labels in where.items()) + ")"
    )


def _scale(scale: Scale | None) -> str:
    return "NULL" if scale is None else f"c({scale.low!r}, {scale.high!r})"


def _numbers(values: Iterable[float]) -> str:
    return "c(" + ", ".join(repr(float(value)) for value in values) + ")"


def _texts(texts: Iterable[str]) -> str:
    found = [_text(one) for one in texts]
    return f"c({', '.join(found)})" if found else "character()"


def _text(text: str) -> str:
    """A literal of R in plain ASCII, whatever the text holds."""
    return '"' + "".join(_character(one) for one in text) + '"'


def _character(one: str) -> str:
    if one in '"\\':
        return f"\\{one}"
    if " " <= one <= "~":
        return one
    return f"\\u{{{ord(one):x}}}" if ord(one) <= 0xFFFF else f"\\U{{{ord(one):x}}}"
