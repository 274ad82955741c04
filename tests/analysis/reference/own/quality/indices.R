# Indices of careless answering on invented data, with base R and psych::outlier.
# Rscript indices.R writes indices.json beside it.
library(jsonlite)
set.seed(20261)
n <- 60; k <- 15
trait <- rnorm(n)
side <- matrix(rnorm(n * 3), n, 3)
x <- sapply(1:k, function(j) 3.4 + 0.8 * trait + 0.7 * side[, (j - 1) %/% 5 + 1] + rnorm(n, 0, 0.6))
x[, c(4, 5, 9, 10, 14, 15)] <- 6 - x[, c(4, 5, 9, 10, 14, 15)]
x <- pmin(pmax(round(x), 1), 5)
x[1, ] <- 4                                   # a straight line
x[2, ] <- rep(c(1, 5), length.out = k)        # a pattern
x[3, ] <- sample(1:5, k, TRUE)
miss <- cbind(sample(4:n, 25, TRUE), sample(1:k, 25, TRUE))
x[miss] <- NA
runs <- function(row) rle(row[!is.na(row)])$lengths
scales <- rep(1:3, each = 5)
even_odd <- apply(x, 1, function(row) {
  half <- function(first) sapply(1:3, function(s) {
    mean(row[which(scales == s)][seq(first, 5, 2)], na.rm = TRUE)
  })
  r <- suppressWarnings(cor(half(1), half(2)))
  max(2 * r / (1 + r), -1)
})
pairs_of <- function(keep) {
  r <- cor(x, use = "pairwise.complete.obs")
  which(keep(r) & upper.tri(r), arr.ind = TRUE)
}
within <- function(pairs) apply(x, 1, function(row) {
  a <- row[pairs[, 1]]; b <- row[pairs[, 2]]
  if (sum(!is.na(a) & !is.na(b)) < 3) return(NA)
  suppressWarnings(cor(a, b, use = "complete.obs"))
})
synonyms <- pairs_of(function(r) r > 0.55)
antonyms <- pairs_of(function(r) r < -0.50)
others <- sapply(1:n, function(i) {
  suppressWarnings(cor(x[i, ], colMeans(x[-i, ], na.rm = TRUE), use = "complete.obs"))
})
centre <- colMeans(x, na.rm = TRUE)
spread <- cov(x, use = "pairwise")
available <- t(apply(x, 1, function(row) {
  ok <- !is.na(row)
  d <- mahalanobis(row[ok], centre[ok], spread[ok, ok])
  c(d, sum(ok), pchisq(d, sum(ok), lower.tail = FALSE))
}))
match <- sapply(1:n, function(i) max(sapply(setdiff(1:n, i), function(j) {
  same <- sum(x[i, ] == x[j, ], na.rm = TRUE)
  same / sum(!is.na(x[i, ]) | !is.na(x[j, ]))
})))
write_json(list(
  answers = x, scales = scales,
  longest = apply(x, 1, function(row) max(runs(row))),
  average = apply(x, 1, function(row) mean(runs(row))),
  sd = apply(x, 1, sd, na.rm = TRUE),
  even_odd = even_odd,
  n_synonyms = nrow(synonyms), synonyms = within(synonyms),
  n_antonyms = nrow(antonyms), antonyms = within(antonyms),
  person_total = others,
  d_available = available[, 1], df_available = available[, 2], p_available = available[, 3],
  d_psych = as.numeric(psych::outlier(x, plot = FALSE)),
  match = match
), "indices.json", digits = NA, na = "null", auto_unbox = TRUE)
