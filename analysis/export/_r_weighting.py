"""Home of the weighting chain in R: every step as a function of weights, its report, what it does to a variance."""

from collections.abc import Iterator, Sequence

from analysis.export._r_literals import r_text, r_texts
from analysis.plan import StepPlan

RESPONSE = frozenset({"unknown_eligibility", "nonresponse", "propensity"})
"""Steps that R's survey package does not know in a variance."""


def weighting_lines(steps: Sequence[StepPlan]) -> Iterator[str]:
    """The chain as one function of weights, its report, and the residuals that the variance carries."""
    yield "reports <- list(); entries <- list(); carries <- list(); steps <- list(); now <- frame$.w"
    for step in steps:
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
    if step.method in RESPONSE:
        yield "carries <- c(list(carry(before, now)), carries)"
    elif step.method != "trim":
        yield "entries <- c(list(calibration_entry(regressors, before, now)), entries)"
        yield "carries <- c(list(calibration_carry(regressors, before, now)), carries)"


def _response(step: StepPlan) -> Iterator[str]:
    codes = ", ".join(f"{r_text(label)} = {r_text(meaning)}" for label, meaning in step.codes.items())
    yield f"status <- dispositions_of({r_text(step.status)}, list({codes}))"
    yield 'eligible <- status %in% c("respondent", "nonrespondent"); responded <- status == "respondent"'
    if step.method == "propensity":
        yield f"x <- predictors_of({r_texts(step.by)})"
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
        yield f"class <- local({{ found <- classes_of({r_texts(step.by)}); function(w) found }})"
    known = step.method == "unknown_eligibility"
    giving, taking = ("rep(TRUE, nrow(d))", 'status != "unknown"') if known else ("eligible", "responded")
    yield f"giving <- {giving}; taking <- {taking}"
    yield "step <- local({ k <- class; g <- giving; t <- taking; function(w) class_weights(w, k(w), g, t) })"
    yield "carry <- local({ k <- class; g <- giving; function(before, after) class_carry(k(before), g, before, after) })"


def _margins(step: StepPlan) -> Iterator[str]:
    for margin in step.margins:
        keys = ", ".join(r_texts(category) for category in margin.targets)
        people = ", ".join(repr(number) for number in margin.targets.values())
        yield (
            f"margin({r_text(margin.name)}, {r_texts(margin.columns)}, list({keys}), c({people}), "
            f"unknown = {r_texts(margin.unknown)})"
        )


def _step(step: StepPlan) -> Iterator[str]:
    if step.method in RESPONSE:
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
        parts += [f"numbers_of({r_text(column)})" for column in step.totals]
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
