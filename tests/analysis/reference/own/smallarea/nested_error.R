# Unit-level model by nlme (lme) on citizens.csv: overall ~ wait + used with an effect of the township.
# Run from tests/analysis/reference: Rscript own/smallarea/nested_error.R
library(nlme); library(jsonlite)
d <- read.csv("data/citizens.csv"); d <- d[complete.cases(d[, c("overall", "wait", "used")]), ]
control <- lmeControl(opt = "optim", optimMethod = "BFGS", reltol = 1e-14, msTol = 1e-12, tolerance = 1e-12, maxIter = 500, msMaxIter = 500)
towns <- sort(unique(d$township))
one <- function(method) {
  r <- lme(overall ~ wait + used, random = ~ 1 | township, data = d, method = method, control = control)
  u <- ranef(r)[towns, 1]
  list(beta = as.numeric(fixef(r)), covariance = unname(vcov(r)) , between = as.numeric(getVarCov(r)), within = r$sigma^2,
       effect = u, log_likelihood = as.numeric(logLik(r)))
}
# Analytic MSE for the population means given below, from the full covariance matrix of the units.
mse <- function(r, method, means) {
  X <- cbind(1, d$wait, d$used); Z <- outer(d$township, towns, "==") * 1; n <- colSums(Z)
  V <- r$within * diag(nrow(d)) + r$between * Z %*% t(Z); W <- solve(V); Q <- solve(t(X) %*% W %*% X)
  dV <- list(Z %*% t(Z), diag(nrow(d))); I <- matrix(0, 2, 2)
  for (i in 1:2) for (j in 1:2) I[i, j] <- sum((W %*% dV[[i]]) * t(W %*% dV[[j]])) / 2
  C <- solve(I); slope <- sapply(dV, function(D) -sum(diag(Q %*% t(X) %*% W %*% D %*% W %*% X)))
  bias <- if (method == "ML") C %*% slope / 2 else c(0, 0)
  xbar <- t(Z) %*% X / n; g <- r$between / (r$between + r$within / n); gap <- cbind(1, means) - g * xbar
  g1 <- (1 - g) * r$between; g2 <- rowSums((gap %*% Q) * gap)
  h <- function(v) v[2]^2 * C[1, 1] + v[1]^2 * C[2, 2] - 2 * v[1] * v[2] * C[1, 2]
  g3 <- n^-2 * (r$between + r$within / n)^-3 * h(c(r$between, r$within))
  leading <- function(v) v[1] * v[2] / (v[2] + n * v[1])
  step <- 1e-5; v <- c(r$between, r$within)
  slopes <- sapply(1:2, function(k) { e <- replace(c(0, 0), k, step * v[k]); (leading(v + e) - leading(v - e)) / (2 * step * v[k]) })
  as.numeric(g1 + g2 + 2 * g3 - slopes %*% bias)
}
means <- cbind(20 + seq_along(towns) / 4, 0.4 + seq_along(towns) / 200)
out <- lapply(c(REML = "REML", ML = "ML"), function(m) { r <- one(m); r$eblup <- as.numeric(cbind(1, means) %*% r$beta) + r$effect; r$mse <- mse(r, m, means); r })
writeLines(toJSON(list(towns = towns, means = means, fits = out,
  versions = list(R = as.character(getRversion()), nlme = as.character(packageVersion("nlme")))),
  digits = NA, auto_unbox = TRUE, pretty = TRUE), "own/smallarea/nested_error.json")
