# Base R and MASS: Mantel-Haenszel (mantelhaen.test), Mantel's ordinal test from its formula, ordinal logistic regression
# (polr, glm) of invented items; item 3 works against the focal group, item 5 changes its slope.
suppressMessages({library(MASS); library(jsonlite)})
set.seed(5)
n <- 800; group <- rep(c("a", "b"), c(500, 300)); theta <- rnorm(n) - .3 * (group == "b")
cut4 <- function(z) as.integer(cut(z, c(-Inf, -1, 0, 1, Inf)))
X <- sapply(1:6, function(i) cut4(theta * 1.2 + rnorm(n)))
X[, 3] <- cut4(theta * 1.2 + rnorm(n) - .8 * (group == "b"))
X[, 5] <- cut4(theta * ifelse(group == "b", .2, 1.6) + rnorm(n))
B <- (X > 2) * 1
total <- rowSums(X); binary <- rowSums(B)
fits <- lapply(1:6, function(i) {
  y <- factor(X[, i]); g <- (group == "b") * 1; s <- (total - mean(total)) / 6
  m <- list(polr(y ~ s), polr(y ~ s + g), polr(y ~ s * g)); l <- sapply(m, logLik)
  l0 <- sum(table(y) * log(table(y) / n))
  list(ll = as.numeric(l), mcfadden = 1 - as.numeric(l) / l0, group = unname(coef(m[[2]])["g"]))
})
mh <- lapply(1:6, function(i) {
  keep <- ave(seq_len(n), binary, FUN = length) > 1
  t3 <- table(factor(group, c("a", "b")), factor(B[, i], c(1, 0)), binary)
  t3 <- t3[, , apply(t3, 3, sum) > 1]
  h <- mantelhaen.test(t3); r <- mantelhaen.test(t3, correct = FALSE)
  list(or = unname(h$estimate), low = h$conf.int[1], high = h$conf.int[2], chi = unname(h$statistic), p = h$p.value, chi_raw = unname(r$statistic))
})
mantel <- sapply(1:6, function(i) {
  f <- e <- v <- 0
  for (s in unique(total)) {
    here <- total == s; y <- X[here, i]; b <- group[here] == "b"; m <- length(y)
    if (m < 2 || !any(b) || all(b)) next
    f <- f + sum(y[b]); e <- e + sum(b) * mean(y); v <- v + sum(b) * sum(!b) / m * var(y)
  }
  (f - e)^2 / v
})
smd <- sapply(1:6, function(i) {
  s <- unique(total); ok <- sapply(s, function(t) length(unique(group[total == t])) == 2); s <- s[ok]
  w <- sapply(s, function(t) sum(total == t & group == "b"))
  d <- sapply(s, function(t) mean(X[total == t & group == "b", i]) - mean(X[total == t & group == "a", i]))
  sum(w * d) / sum(w)
})
write_json(list(items = X, group = group, logistic = fits, mh = mh, mantel = mantel, smd = smd), "r-dif.json", digits = 12, auto_unbox = TRUE)
