# lavaan: polyserial correlations of overall (0-10, taken as continuous) with q1 and with a binary q3, with their errors.
suppressMessages({library(lavaan); library(jsonlite)})
d <- na.omit(read.csv("../../data/citizens.csv")[, c("overall", "q1", "q3")])
d$q3 <- as.integer(d$q3 > 3)
one <- function(item) {
  fit <- lavCor(d[, c("overall", item)], ordered = item, output = "fit", se = "robust.sem", estimator = "WLSMV")
  r <- lavInspect(fit, "sampstat")
  p <- standardizedSolution(fit); p <- p[p$op == "~~" & p$lhs != p$rhs, ]
  g <- lavInspect(fit, "gamma")
  list(n = nrow(d), correlation = p$est.std, thresholds = as.numeric(r$th), se = p$se, gamma = unname(unclass(g)), names = rownames(g), covariance = unname(unclass(r$cov)))
}
write_json(list(q1 = one("q1"), q3 = one("q3")), "lavaan-polyserial.json", digits = 12, auto_unbox = TRUE)
