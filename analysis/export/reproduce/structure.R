# --- factors ------------------------------------------------------------------------------------------------------
factors_of <- function(items, count, extraction, rotation) {
  moments <- covariance_of(sapply(items, numbers_of), final_weights)
  found <- suppressWarnings(suppressMessages(psych::fa(moments$cor, nfactors = count, n.obs = moments$n, fm = extraction, rotate = rotation)))
  loading <- unclass(found$loadings); between <- if (is.null(found$Phi)) diag(count) else found$Phi
  order <- order(-diag(between %*% crossprod(loading)))
  loading <- loading[, order, drop = FALSE]; loading <- sweep(loading, 2, sign(colSums(loading)), "*")
  lapply(seq_along(items), function(i) c(list(item = items[i]), as.list(setNames(loading[i, ], paste0("factor_", seq_len(count)))),
    list(communality = unname(found$communality[i]), uniqueness = unname(found$uniquenesses[i]), complexity = unname(found$complexity[i]),
      n = moments$n, .rtol = 5e-3, .atol = 5e-3)))
}

# --- models -------------------------------------------------------------------------------------------------------
# lavaan fits the weighted moments of the complete answers, or the answers themselves where the plan says `weighted: false`.
equal_over_groups <- list(configural = NULL, metric = "loadings", scalar = c("loadings", "intercepts"),
  strict = c("loadings", "intercepts", "residuals"), means = c("loadings", "intercepts", "residuals", "means"))
model_of <- function(name, factors, estimator, group, weighted) {
  suppressPackageStartupMessages(library(lavaan))
  mine <- Filter(function(row) row$name == name, expected$models)
  if (estimator == "wlsmv" && (weighted || !is.null(group))) return(lapply(mine, function(row) list(.skip = TRUE)))
  items <- unique(unlist(factors)); y <- sapply(items, numbers_of)
  text <- paste(names(factors), "=~", vapply(factors, paste, "", collapse = " + "), collapse = "\n")
  label <- if (is.null(group)) rep("all", nrow(y)) else labels_of(group)
  known <- label != ""; groups <- unique(label[known]); rows <- stats::complete.cases(y) & known & (final_weights > 0 | !weighted)
  fit_of <- function(equal = "") {
    if (estimator == "wlsmv") return(cfa(text, data = as.data.frame(y[rows, ]), ordered = TRUE, estimator = "WLSMV"))
    if (estimator == "mlr" && !weighted) {
      frame <- data.frame(y[rows, ], group = label[rows])
      return(cfa(text, data = frame, group = if (is.null(group)) NULL else "group", group.equal = equal, estimator = "MLR", meanstructure = length(groups) > 1))
    }
    w <- if (weighted) final_weights else rep(1, nrow(y))
    parts <- lapply(groups, function(one) { here <- rows & label == one; stats::cov.wt(y[here, ], w[here] / sum(w[here]), method = "ML") })
    many <- length(groups) > 1; means <- many; n <- sum(rows) * vapply(groups, function(one) sum(w[rows & label == one]), 0) / sum(w[rows])  # groups count by their weight
    cov <- lapply(parts, function(one) one$cov); mean <- lapply(parts, function(one) one$center)
    if (!many) { cov <- cov[[1]]; mean <- mean[[1]] }
    cfa(text, sample.cov = cov, sample.mean = if (means) mean else NULL, sample.nobs = unname(n), sample.cov.rescale = FALSE,
      group.equal = equal, meanstructure = means)
  }
  near <- if (weighted && length(groups) > 1) 5e-3 else 1e-3  # lavaan counts groups in whole respondents
  fit <- fit_of(); measures <- fitMeasures(fit); design_robust <- estimator == "mlr" && weighted
  scaled <- if (estimator %in% c("mlr", "wlsmv") && !weighted) ".scaled" else ""
  robust <- if (estimator == "mlr" && !weighted) ".robust" else ""
  plain <- function(what) { x <- unname(measures[what]); if (is.na(x)) NULL else x }
  head <- list(part = "fit", n = sum(rows), chi_square = plain("chisq"), df = plain("df"), p = plain("pvalue"),
    scaled_chi_square = plain(paste0("chisq", scaled)), scaled_p = plain(paste0("pvalue", scaled)), cfi = plain("cfi"), tli = plain("tli"),
    rmsea = plain("rmsea"), rmsea_low = plain("rmsea.ci.lower"), rmsea_high = plain("rmsea.ci.upper"), srmr = plain("srmr"),
    cfi_scaled = plain(paste0("cfi", scaled)), rmsea_scaled = plain(paste0("rmsea", scaled)),
    cfi_robust = plain(paste0("cfi", robust)), rmsea_robust = plain(paste0("rmsea", robust)), .rtol = near, .atol = near / 10)
  if (design_robust) head$.skip <- c("scaled_chi_square", "scaled_p", "cfi_scaled", "rmsea_scaled", "cfi_robust", "rmsea_robust")
  table <- parameterEstimates(fit); standard <- standardizedSolution(fit)
  if (is.null(table$group)) { table$group <- 1; standard$group <- 1 }
  number_of <- function(row) {
    op <- c(loading = "=~", factor = "~~", residual = "~~", intercept = "~1", mean = "~1", threshold = "|", scale = "~*~")[[row$kind]]
    right <- if (row$kind == "threshold") paste0("t", row$right) else if (row$kind == "scale") row$left else if (op == "~1") "" else row$right
    here <- function(x) which(x$group == max(match(row$group, groups), 1, na.rm = TRUE) & x$op == op &
      ((x$lhs == row$left & x$rhs == right) | (op == "~~" & x$lhs == right & x$rhs == row$left)))[1]
    a <- here(table); b <- here(standard)
    if (is.na(a)) return(list(free = 0, estimate = 0, standardised = 0, standardised_se = 0))
    number <- function(x) if (length(x) == 0 || is.na(x)) NULL else x
    found <- list(free = as.numeric(table$se[a] > 0), estimate = table$est[a], se = number(table$se[a]), ci_low = number(table$ci.lower[a]),
      ci_high = number(table$ci.upper[a]), p_value = number(table$pvalue[a]), standardised = standard$est.std[b],
      standardised_se = if (is.na(standard$se[b])) 0 else standard$se[b], .rtol = near, .atol = near / 10)
    if (design_robust) found$.skip <- c("se", "ci_low", "ci_high", "p_value", "standardised_se")
    found
  }
  parameters <- lapply(Filter(function(row) row$part == "parameter", mine), number_of)
  steps <- list(); before <- NULL
  for (row in Filter(function(row) row$part == "invariance", mine)) {
    if (estimator != "ml" || !row$level %in% names(equal_over_groups)) { steps <- c(steps, list(list(.skip = TRUE))); next }
    equal <- equal_over_groups[[row$level]]; now <- fitMeasures(fit_of(if (is.null(equal)) "" else equal))
    get <- function(what) unname(now[what]); away <- function(what) if (is.null(before)) NULL else unname(now[what] - before[what])
    step <- list(chi_square = get("chisq"), scaled_chi_square = get("chisq"), df = get("df"), p_value = get("pvalue"), cfi = get("cfi"), tli = get("tli"),
      rmsea = get("rmsea"), srmr = get("srmr"), delta_cfi = away("cfi"), delta_rmsea = away("rmsea"), delta_srmr = away("srmr"),
      difference_chi_square = away("chisq"), difference_df = away("df"), .rtol = near, .atol = near / 10)
    if (!is.null(before)) step$difference_p_value <- pchisq(step$difference_chi_square, step$difference_df, lower.tail = FALSE)
    step$holds <- as.numeric(if (is.null(before)) step$cfi >= 0.90 && step$rmsea <= 0.08 else step$delta_cfi >= -0.010 && step$delta_rmsea <= 0.015)
    steps <- c(steps, list(step)); before <- now
  }
  c(list(head), parameters, steps)
}

