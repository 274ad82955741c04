# CFA of continuous items by lavaan: normal theory, MLM, MLR, sampling weights, groups of unequal size, score tests,
# scaled differences, a design-based sandwich (survey), reliability and HTMT (semTools).
source("common.R")
short <- c("", "loadings", "intercepts", "residuals", "means")
ladder <- function(...) lapply(1:5, function(k) cfa(three, citizens, group.equal = if (k == 1) "" else short[2:k], ...))
differences <- function(f, method) {
  t <- unclass(do.call(lavTestLRT, c(unname(f), method = method)))
  list(chisq = t$`Chisq diff`[-1], df = t$`Df diff`[-1], p = t$`Pr(>Chisq)`[-1])
}
out <- list()
out$one_factor_3 <- laid_out(cfa("f =~ q1 + q2 + q3", citizens))
out$one_factor_4 <- laid_out(cfa("f =~ q1 + q2 + q4 + q7", citizens))
out$one_factor_4_std <- laid_out(cfa("f =~ q1 + q2 + q4 + q7", citizens, std.lv = TRUE, meanstructure = TRUE))
out$two_factors <- laid_out(cfa("a =~ q1 + q2 + q3\nb =~ q4 + q5", citizens))
out$cross_and_pair <- laid_out(cfa(paste0(three, "\nstaff =~ q6\nq1 ~~ q9"), citizens))
out$mlr_weights <- laid_out(cfa(three, citizens, estimator = "MLR", sampling.weights = "pw"))
out$mlm <- laid_out(cfa(three, citizens, estimator = "MLM"))
out$mlr_weights_groups <- laid_out(cfa(three, citizens, estimator = "MLR", sampling.weights = "pw", group = "urban",
  group.equal = c("loadings", "intercepts")))
age <- ladder(group = "age"); out$age <- lapply(age, laid_out)
out$age_differences <- differences(age[1:4], "default")
mlr <- ladder(group = "age", estimator = "MLR")[1:4]; out$age_mlr <- lapply(mlr, laid_out)
out$age_mlr_2001 <- differences(mlr, "satorra.bentler.2001")
out$age_mlr_2010 <- differences(mlr[1:2], "satorra.bentler.2010")
out$age_mlr_2000 <- differences(mlr, "satorra.2000")
mlm <- ladder(group = "age", estimator = "MLM")[1:4]
out$age_mlm <- lapply(mlm, laid_out)
for (m in c("satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"))
  out[[paste0("age_mlm_", sub("satorra(.bentler)?.", "", m))]] <- differences(mlm, m)
# Score tests. One group: modification indices. Four groups: each item's loading and intercept in all groups at once.
f <- cfa(three, citizens); mi <- modindices(f)
out$indices <- mi[, c("lhs", "op", "rhs", "mi", "epc", "sepc.all")]
scalar <- age[[3]]; pt <- parTable(scalar); eq <- pt[pt$op == "==", ]
first <- sub("^\\.p(\\d+)\\.$", "\\1", eq$lhs)
out$release <- lapply(split(seq_len(nrow(eq)), as.integer(first)), function(rows) {
  own <- pt[as.integer(first[rows[1]]), ]
  t <- lavTestScore(scalar, release = rows)$test
  list(op = own$op, item = if (own$op == "=~") own$rhs else own$lhs, chisq = t$X2, df = t$df, p = t$p.value)
})
names(out$release) <- NULL
# Partial: q6 freed in the intercepts of town and village.
part <- cfa(three, citizens, group = "urban", group.equal = c("loadings", "intercepts"), group.partial = "q6 ~ 1")
out$partial <- laid_out(part)
# The design-based sandwich: scores of the weighted fit as influence values, the variance of their total by survey.
plain <- cfa(three, citizens, estimator = "MLR", sampling.weights = "pw", meanstructure = TRUE)
influence <- lavScores(plain) * citizens$pw * nrow(citizens) / sum(citizens$pw)
stopifnot(max(abs(crossprod(influence) / nrow(citizens) - lavInspect(plain, "information.first.order"))) < 1e-8)
bread <- solve(lavInspect(plain, "information.observed") * nrow(citizens))
d <- svydesign(~township, strata = ~region, weights = rep(1, nrow(citizens)), data = citizens, nest = TRUE)
total <- vcov(svytotal(influence, d))
out$design <- list(names = names(coef(plain)), est = as.numeric(coef(plain)),
  se = as.numeric(sqrt(diag(bread %*% total %*% bread))))
# Summaries instead of rows: lavaan's own example matrix, divisor n - 1.
lower <- "1.36 .41 1.39 .58 .51 1.28 .51 .48 .29 1.35 .44 .21 .11 1.06 1.67"
m5 <- getCov(lower, names = c("a", "b", "c", "d", "e"), lower = TRUE)
out$summary <- laid_out(cfa("f =~ a + b + c\ng =~ d + e", sample.cov = m5, sample.nobs = 301))
out$summary_covariance <- unclass(unname(m5))
# semTools
out$reliability <- as.data.frame(suppressWarnings(reliability(f)))
out$reliability_rows <- rownames(out$reliability)
out$htmt <- unclass(htmt(three, citizens, htmt2 = FALSE)); out$htmt2 <- unclass(htmt(three, citizens))
out$r2 <- as.list(lavInspect(f, "r2"))
out$std_residual <- unclass(lavResiduals(f, type = "cor.bentler")$cov)
save_json(out, "continuous.json")
