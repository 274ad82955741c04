# Polychoric correlations, thresholds and their sampling covariance (Gamma) by lavaan, three item sets:
# citizens q1..q4 complete; the same with thinned categories and a binary item; pairwise missing correlations.
suppressMessages({library(lavaan); library(psych); library(jsonlite)})
d <- read.csv("../../data/citizens.csv")
plain <- na.omit(d[, paste0("q", 1:4)])
mixed <- transform(na.omit(d[, paste0("q", 1:4)]), q1 = as.integer(q1 > 3), q2 = pmin(q2, 3))
moments <- function(x) {
  fit <- lavCor(x, ordered = names(x), output = "fit", se = "robust.sem", estimator = "WLSMV")
  list(n = nrow(x), correlation = unclass(unname(as.matrix(lavInspect(fit, "sampstat")$cov))),
       thresholds = as.numeric(lavInspect(fit, "sampstat")$th), gamma = unname(unclass(lavInspect(fit, "gamma"))))
}
pairwise <- lavCor(d[, paste0("q", 1:4)], ordered = paste0("q", 1:4), missing = "pairwise")
set.seed(3)
z <- matrix(rnorm(60 * 3), 60); z[, 2] <- z[, 2] * .4 + z[, 1]; z[, 3] <- z[, 3] * .5 + z[, 1]
sparse <- apply(z, 2, function(v) as.integer(cut(v, c(-Inf, -1, 0, 1, Inf))))
out <- list(plain = moments(plain), mixed = moments(mixed), pairwise = unname(unclass(pairwise)),
  sparse = sparse,
  psych_half = unname(polychoric(sparse, correct = .5, smooth = FALSE, global = FALSE)$rho),
  psych_none = unname(polychoric(sparse, correct = 0, smooth = FALSE, global = FALSE)$rho),
  tetrachoric_zero = tetrachoric(matrix(c(30, 0, 12, 25), 2), correct = .5, smooth = FALSE)$rho,
  tetrachoric = tetrachoric(matrix(c(44268, 193, 14, 0) + 20, 2), correct = 0, smooth = FALSE)$rho,
  smooth_in = matrix(c(1, .9, .2, .9, 1, .9, .2, .9, 1), 3),
  smooth_out = unname(suppressWarnings(cor.smooth(matrix(c(1, .9, .2, .9, 1, .9, .2, .9, 1), 3)))))
write_json(out, "lavaan-ordinal.json", digits = 12, auto_unbox = TRUE)
