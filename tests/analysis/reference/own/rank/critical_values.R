# Critical values of the largest studentised difference, by numerical integration of the normal law (mvtnorm).
# Run from tests/analysis/reference: Rscript own/rank/critical_values.R
library(mvtnorm); library(jsonlite); set.seed(1)
x <- c(74.1, 72.9, 72.2, 69.5, 66.0)
root <- matrix(c(1.1, .3, .2, 0, .1, 0, .9, .4, .2, 0, .2, 0, 1.2, .1, .3, .4, .1, 0, .8, .2, 0, .3, .1, .2, 1.0), 5)
cov <- crossprod(root)
pairs <- t(combn(5, 2))
D <- matrix(0, nrow(pairs), 5); for (i in seq_len(nrow(pairs))) { D[i, pairs[i, 1]] <- 1; D[i, pairs[i, 2]] <- -1 }
critical <- function(D, tail = "both.tails") {
  R <- cov2cor(D %*% cov %*% t(D))
  qmvnorm(0.95, tail = tail, corr = R, algorithm = GenzBretz(maxpts = 2e6, abseps = 1e-5))$quantile
}
own <- function(j) { k <- setdiff(1:5, j); E <- matrix(0, 4, 5); for (i in 1:4) { E[i, k[i]] <- 1; E[i, j] <- -1 }; E }
top <- function(k, draws = 2e6) { y <- rmvnorm(draws, x, cov); r <- apply(-y, 1, rank); rowMeans(r <= k) }
writeLines(toJSON(list(x = x, cov = cov, joint = critical(D), marginal = sapply(1:5, function(j) critical(own(j))),
  best = sapply(1:5, function(j) critical(own(j), "lower.tail")), top2 = top(2, 4e5),
  versions = list(R = as.character(getRversion()), mvtnorm = as.character(packageVersion("mvtnorm")))),
  digits = NA, auto_unbox = TRUE, pretty = TRUE), "own/rank/critical_values.json")
