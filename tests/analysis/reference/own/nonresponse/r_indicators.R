# R-indicators of an invented sample after the formulas of the RISQ manual 2.1, with glm for the response model.
# Two designs: a simple random sample of N = 4000, and two strata with unequal weights (finite population both).
# Rscript r_indicators.R writes r_indicators.json.
library(jsonlite)
set.seed(99)
n <- 500
area <- sample(c("city", "town", "village"), n, TRUE, c(0.5, 0.3, 0.2))
age <- sample(c("a18", "b30", "c45", "d60"), n, TRUE)
stratum <- ifelse(seq_len(n) <= 200, "s1", "s2")
eta <- -0.3 + 0.8 * (area == "village") - 0.5 * (age == "a18") + 0.4 * (age == "d60") + 0.3 * (stratum == "s1")
y <- as.numeric(runif(n) < plogis(eta))

total_variance <- function(v, d, h) sum(sapply(split(seq_len(n), h), function(i) {
  N <- sum(d[i]); m <- length(i)
  N^2 * (1 - m / N) * var(v[i]) / m
}))
mean_d <- function(v, d) sum(d * v) / sum(d)
square_variance <- function(r, zr, sigma, d, h, N) {   # variance of the weighted mean of r^2
  A <- colSums(d * r * zr) / N
  B <- t(zr) %*% (d * zr) / N
  M <- B %*% sigma
  as.numeric(4 * t(A) %*% sigma %*% A) + 2 * sum(diag(M %*% M)) + total_variance(r^2, d, h) / N^2
}

indicators <- function(d, h) {
  N <- sum(d)
  fit <- suppressWarnings(glm(y ~ area + age, family = binomial, weights = d / mean(d),
                              control = glm.control(epsilon = 1e-14, maxit = 100)))
  rho <- fitted(fit); sigma <- vcov(fit); x <- model.matrix(fit)
  z <- x * (rho * (1 - rho))
  rate <- mean_d(rho, d)
  s2 <- sum(d * (rho - rate)^2) / (N - 1)
  bias <- (sum(d * rowSums((z %*% sigma) * z)) - total_variance(rho, d, h) / N) / N
  factor <- max(0, 1 - bias / s2)
  zc <- sweep(z, 2, apply(z, 2, mean_d, d))
  se <- sqrt(square_variance(rho - rate, zc, sigma, d, h, N) / (s2 * (N - 1) / N))
  cv <- sqrt(s2 * factor) / rate
  partial <- lapply(list(area = list(area, age), age = list(age, area)), function(v) {
    own <- v[[1]]; other <- v[[2]]
    means <- tapply(d * rho, own, sum) / tapply(d, own, sum)
    share <- tapply(d, own, sum) / N
    r <- rho - ave(d * rho, other, FUN = sum) / ave(d, other, FUN = sum)
    zr <- apply(z, 2, function(col) col - ave(d * col, other, FUN = sum) / ave(d, other, FUN = sum))
    within <- sum(d * r^2) / N
    list(unconditional_unadjusted = sqrt(sum(share * (means - rate)^2)),
         unconditional = sqrt(sum(share * (means - rate)^2) * factor),
         conditional_unadjusted = sqrt(within), conditional = sqrt(within * factor),
         conditional_se = sqrt(square_variance(r, zr, sigma, d, h, N) / (4 * within)),
         category = names(means),
         category_unconditional = as.numeric(sqrt(share) * (means - rate)),
         category_conditional = as.numeric(sqrt(tapply(d * r^2, own, sum) / N)),
         category_conditional_se = sapply(names(means), function(k) {
           keep <- own == k
           q <- sum(d * keep * r^2) / N
           sqrt(square_variance(r * keep, zr * keep, sigma, d, h, N) / (4 * q))
         }, USE.NAMES = FALSE))
  })
  xs <- model.matrix(~ area + age)[, -1]
  xb <- apply(xs, 2, mean_d, d)
  S <- cov.wt(xs, wt = d / N, method = "ML")$cov
  gap <- apply(xs[y == 1, ], 2, mean_d, d[y == 1]) - xb
  P <- mean_d(y, d)
  list(r = 1 - 2 * sqrt(s2 * factor), r_unadjusted = 1 - 2 * sqrt(s2), se = se, response_rate = rate,
       cv = cv, cv_unadjusted = sqrt(s2) / rate, cv_se = sqrt(0.25 * se^2 / rate^2 + cv^4 / n),
       max_bias = sqrt(s2 * factor) / rate, rho = rho[1:10], partial = partial,
       imbalance = P^2 * as.numeric(t(gap) %*% solve(S) %*% gap))
}
one <- rep("all", n)
write_json(list(
  area = area, age = age, stratum = stratum, responded = y,
  simple = c(list(weight = 8), indicators(rep(8, n), one)),
  stratified = c(list(weight = c(10, 20)), indicators(ifelse(stratum == "s1", 10, 20), stratum))
), "r_indicators.json", digits = NA, auto_unbox = TRUE)
