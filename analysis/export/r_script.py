"""Home of the R script that makes every number of a run again with survey, psych and lavaan, and compares."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

import numpy as np

from analysis._types import FloatArray, Lonely
from analysis.design import BoundDesign
from analysis.export._r_literals import r_numbers, r_text, r_texts
from analysis.export._r_sections import section_lines
from analysis.export._r_weighting import RESPONSE, weighting_lines
from analysis.plan import AnalysisPlan

REPLICATES = "replicates.csv"
MOST_FACTORS = 20_000_000
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
        f"missing_texts <- {r_texts(run.plan.missing)}",
        f"level <- {run.plan.level!r}",
        'not_compared <- c("iterations", "seed")  # how long an algorithm took; what a generator was started with',
        "",
    ]
    parts: list[Iterable[str]] = [
        _design(run),
        weighting_lines(run.plan.weighting),
        _replicates(run),
        _whole(run),
    ]
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


def too_many(design: BoundDesign) -> bool:
    """Whether the replicate factors are too many for a text file (elements drawn again in a large sample)."""
    return design.replicates is not None and math.prod(design.replicates.factors.shape) > MOST_FACTORS


def _design(run: Run) -> Iterator[str]:
    plan = run.plan.design
    yield f'options(survey.lonely.psu = "{_LONELY[plan.lonely]}")'
    if plan.probability is not None:
        weight = f"1 / numbers_of({r_text(plan.probability)}, character())"
    elif plan.weight is not None:
        weight = f"numbers_of({r_text(plan.weight)}, character())"
    else:
        weight = "rep(1, nrow(d))"
    columns = [f".w = {weight}"]
    formulas = ["ids = ~1"]
    if plan.psu is not None:
        columns.append(f".psu = d[[{r_text(plan.psu)}]]")
        formulas = ["ids = ~.psu"]
    if plan.strata is not None:
        columns.append(f".strata = d[[{r_text(plan.strata)}]]")
        formulas.append("strata = ~.strata")
    if plan.fpc is not None:
        columns.append(f".fpc = numbers_of({r_text(plan.fpc)}, character())")
        formulas.append("fpc = ~.fpc")
    yield f"frame <- data.frame({', '.join(columns)})"
    nest = "TRUE" if plan.nested else "FALSE"
    yield f"base <- svydesign({', '.join(formulas)}, weights = ~.w, nest = {nest}, data = frame)"
    yield "df <- degf(base)"
    yield ""


def _replicates(run: Run) -> Iterator[str]:
    made = run.design.replicates
    yield f"is_replicates <- {'FALSE' if made is None else 'TRUE'}"
    if made is None:
        if any(step.method in RESPONSE for step in run.plan.weighting):
            yield "carried_by_hand(carries)"
        yield "design <- base; design$prob <- 1 / final_weights; if (length(entries)) design$postStrata <- entries"
        yield ""
        return
    if too_many(run.design):
        yield f'stop("the run has {made.factors.shape[0]} x {made.factors.shape[1]} replicate factors, too many to be written")'
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
    yield f"replicate_rscales <- {r_numbers(made.rscales.tolist())}"
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


def _whole(run: Run) -> Iterator[str]:
    """The design and the weights, then every section."""
    design = "list(n = nrow(d), strata = length(unique(base$strata[, 1])), psus = nrow(unique(base$cluster[, 1, drop = FALSE])), "
    replicates = (
        "" if run.design.replicates is None else f", replicates = {run.design.replicates.n_replicates}"
    )
    yield f'agree("design", {design}df = df, weight_sum = sum(final_weights){replicates}))'
    yield 'agree("weighting", reports)'
    yield from section_lines(run.plan, run.results)
