# Partial least squares on the data (scores, not matrices), weighted by pw, of invented answers 1-10; index 0-100.
# Run from tests/analysis/reference: Rscript own/index/path_model.R
library(jsonlite); set.seed(20261121)
n <- 260; cut10 <- function(x) pmin(10, pmax(1, round(5.8 + 1.9 * x)))
E <- rnorm(n); Q <- .5 * E + rnorm(n, 0, .8); V <- .6 * Q + .2 * E + rnorm(n, 0, .7); S <- .3 * E + .5 * Q + .4 * V + rnorm(n, 0, .6)
C <- .5 * S + rnorm(n, 0, .9); L <- .7 * S + .2 * C + rnorm(n, 0, .6)
make <- function(x, k, name) { m <- sapply(1:k, function(j) cut10(x + rnorm(n, 0, .5 + .1 * j))); colnames(m) <- paste0(name, 1:k); m }
d <- data.frame(town = sprintf("t%02d", rep(1:26, each = 10)), pw = round(runif(n, 10, 60), 1),
  make(E, 3, "e"), make(Q, 3, "q"), make(V, 2, "v"), make(S, 3, "s"), make(C, 1, "c"), make(L, 2, "l"))
write.csv(d, "own/index/path_model.csv", row.names = FALSE)
blocks <- list(expectations = paste0("e", 1:3), quality = paste0("q", 1:3), value = paste0("v", 1:2), satisfaction = paste0("s", 1:3), complaints = "c1", loyalty = paste0("l", 1:2))
paths <- rbind(c(1, 2), c(1, 3), c(1, 4), c(2, 3), c(2, 4), c(3, 4), c(4, 6), c(4, 5), c(5, 6))
wmean <- function(x) sum(d$pw * x) / sum(d$pw); wvar <- function(x) wmean((x - wmean(x))^2); std <- function(x) (x - wmean(x)) / sqrt(wvar(x)); wcor <- function(x, y) wmean(std(x) * std(y))
pls <- function(scheme, modes) {
  b <- length(blocks); Z <- lapply(blocks, function(v) sapply(d[v], std))
  Y <- sapply(Z, function(z) std(rowSums(z)))
  for (iter in 1:3000) {
    proxy <- matrix(0, n, b)
    for (i in 1:b) {
      after <- paths[paths[, 1] == i, 2]; before <- paths[paths[, 2] == i, 1]
      for (j in c(after, before)) { r <- wcor(Y[, i], Y[, j]); if (scheme == "centroid") proxy[, i] <- proxy[, i] + sign(r) * Y[, j] else if (scheme == "factorial" || j %in% after) proxy[, i] <- proxy[, i] + r * Y[, j] }
      if (scheme == "path" && length(before)) proxy[, i] <- proxy[, i] + Y[, before, drop = FALSE] %*% coef(lm(Y[, i] ~ Y[, before] - 1, weights = d$pw)) }
    w <- lapply(1:b, function(i) if (modes[i] == "A") apply(Z[[i]], 2, function(z) wmean(z * proxy[, i])) else as.numeric(coef(lm(proxy[, i] ~ Z[[i]] - 1, weights = d$pw))))
    new <- sapply(1:b, function(i) std(Z[[i]] %*% w[[i]])); done <- max(abs(new - Y)) < 1e-13; Y <- new; if (done) break }
  weights <- lapply(1:b, function(i) as.numeric(coef(lm(Y[, i] ~ Z[[i]] - 1, weights = d$pw))))
  loadings <- lapply(1:b, function(i) apply(Z[[i]], 2, function(z) wcor(z, Y[, i])))
  slopes <- matrix(0, b, b); r2 <- rep(NA, b)
  for (i in 1:b) { before <- paths[paths[, 2] == i, 1]; if (length(before)) { f <- lm(Y[, i] ~ Y[, before] - 1, weights = d$pw); slopes[before, i] <- coef(f); r2[i] <- 1 - wmean(resid(f)^2) } }
  index <- sapply(1:b, function(i) { v <- weights[[i]] / sqrt(sapply(d[blocks[[i]]], wvar)); 100 * sum(v * (sapply(d[blocks[[i]]], wmean) - 1)) / (9 * sum(v)) })
  list(weights = unlist(weights), loadings = as.numeric(unlist(loadings)), paths = slopes, r_squared = r2, index = index)
}
A <- rep("A", 6); B <- c("B", "A", "B", "A", "A", "A")
out <- list(blocks = blocks, path_A = pls("path", A), factorial_A = pls("factorial", A), centroid_A = pls("centroid", A), path_B = pls("path", B), centroid_B = pls("centroid", B), versions = list(R = as.character(getRversion())))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE, na = "null"), "own/index/path_model.json")
