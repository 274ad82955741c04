# Power, inclusion probabilities and draws with given random numbers, by base R and the package sampling.
# Rscript plans.R writes plans.json.
library(sampling)
library(jsonlite)
share <- function(...) { p <- power.prop.test(...); list(n = p$n, p2 = p$p2, power = p$power) }
sizes <- c(12, 3, 55, 8, 0, 21, 90, 4, 7, 33, 16, 2, 28, 9, 61)
pik <- suppressWarnings(inclusionprobabilities(sizes, 6))
set.seed(4); start <- runif(1)
set.seed(4); systematic <- UPsystematic(pik)
set.seed(11); uniforms <- runif(10)
set.seed(11); brewer <- UPbrewer(pik)
set.seed(2); equal_start <- runif(1)
set.seed(2); equal <- UPsystematic(rep(7 / 23, 23))
# Neyman allocation with minimum and maximum as a minimum of the variance, by brute force over whole sizes.
N <- c(40, 300, 900); S <- c(30, 12, 5)
best <- Inf
for (a in 10:40) for (b in 10:90) { d <- 100 - a - b
  if (d >= 10) { v <- sum(N^2 * S^2 * (1 / c(a, b, d) - 1 / N)); if (v < best) { best <- v; at <- c(a, b, d) } } }
write_json(list(
  prop_size = share(p1 = 0.60, p2 = 0.65, power = 0.8),
  prop_power = share(n = 700, p1 = 0.60, p2 = 0.66),
  prop_one_sided = share(p1 = 0.2, p2 = 0.3, power = 0.9, sig.level = 0.01, alternative = "one.sided"),
  prop_difference = share(n = 700, p1 = 0.60, power = 0.8),
  t_power = power.t.test(n = 40, delta = 8, sd = 12)$power,
  t_delta = power.t.test(n = 40, power = 0.8, sd = 12)$delta,
  sizes = sizes, pik = pik, start = start, systematic = which(systematic == 1),
  uniforms = uniforms, brewer = which(brewer == 1),
  equal_start = equal_start, equal = which(equal == 1),
  neyman = at
), "plans.json", digits = NA, auto_unbox = TRUE)
