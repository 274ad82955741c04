# Area-level model by metafor (rma) on areas.csv, and its MSE written out with full matrices.
# Run from tests/analysis/reference: Rscript own/smallarea/fay_herriot.R
library(metafor); library(jsonlite)
d <- read.csv("data/areas.csv")
control <- list(tau2.tol = 1e-13, threshold = 1e-13, tol = 1e-13, maxiter = 1000)
methods <- c(reml = "REML", ml = "ML", fh = "PM", pr = "HE")
mse <- function(A, how) {
  X <- cbind(1, d$x1, d$x2); m <- nrow(X); V <- diag(A + d$psi); W <- solve(V)
  Q <- solve(t(X) %*% W %*% X); B <- diag(d$psi) %*% W
  trace <- function(M) sum(diag(M))
  varA <- switch(how, reml = 2 / trace(W %*% W), ml = 2 / trace(W %*% W), fh = 2 * m / trace(W)^2, pr = 2 * trace(V %*% V) / m^2)
  bias <- switch(how, reml = 0, pr = 0, ml = -trace(Q %*% t(X) %*% W %*% W %*% X) / trace(W %*% W),
                 fh = 2 * (m * trace(W %*% W) - trace(W)^2) / trace(W)^3)
  g1 <- diag(A * B); g2 <- diag(B %*% X %*% Q %*% t(X) %*% B); g3 <- diag(B %*% B %*% W) * varA
  g1 + g2 + 2 * g3 - bias * diag(B)^2
}
one <- function(data, how) {
  r <- rma(direct, psi, mods = ~ x1 + x2, data = data, method = methods[[how]], control = control)
  list(area_variance = r$tau2, beta = as.numeric(r$beta), covariance = unname(vcov(r)), eblup = blup(r)$pred,
       log_likelihood = as.numeric(r$fit.stats["ll", "ML"]))
}
full <- lapply(setNames(names(methods), names(methods)), function(how) { r <- one(d, how); r$mse <- mse(r$area_variance, how); r })
# Between-area variation taken away: the direct estimates lie nearer to the line than their errors allow.
flat <- d; fit <- lm(direct ~ x1 + x2, data = d); flat$direct <- fitted(fit) + 0.3 * resid(fit)
zero <- lapply(setNames(names(methods), names(methods)), function(how) one(flat, how))
writeLines(toJSON(list(full = full, flat_direct = flat$direct, zero = zero,
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")))),
  digits = NA, auto_unbox = TRUE, pretty = TRUE), "own/smallarea/fay_herriot.json")
