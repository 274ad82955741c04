#' Bounded calibration, q, and trimming: weights and standard errors of the mean of `overall` (survey, sampling).
#' Run in this folder: Rscript calibration.R > calibration.json
suppressMessages({library(survey); library(sampling); library(jsonlite)})
d <- read.csv("../../data/citizens.csv")
d$q <- 1 + 0.5 * (seq_len(nrow(d)) %% 2)
des <- svydesign(ids = ~township, strata = ~region, weights = ~pw, data = d)
tot <- c(`(Intercept)` = 101000, sexm = 49000, `age30-44` = 28400, `age45-59` = 29800, `age60+` = 23200, urbanvillage = 55000)
rich <- c(tot, edu = 309000)
f <- ~sex + age + urban
one <- function(x) {
  m <- svymean(~overall, x); w <- weights(x); g <- w / d$pw
  list(sum = sum(w), g_min = min(g), g_max = max(g), g_sumsq = sum(g^2), mean = as.numeric(coef(m)), se = as.numeric(SE(m)))
}
cal <- function(...) one(calibrate(des, f, tot, epsilon = 1e-9, maxit = 500, ...))
mm <- model.matrix(f, d)
by_sampling <- function(...) {
  g <- calib(mm, d$pw, tot, ..., max_iter = 500)
  list(g_min = min(g), g_max = max(g), g_sumsq = sum(g^2), mean = sum(g * d$pw * d$overall) / sum(g * d$pw))
}
trimmed <- function(...) {
  w <- weights(trimWeights(des, ...))
  list(sum = sum(w), min = min(w), max = max(w), sumsq = sum(w^2))
}
twice <- calibrate(postStratify(des, ~age, data.frame(age = c("18-29", "30-44", "45-59", "60+"), Freq = c(19600, 28400, 29800, 23200))), f, tot)
out <- list(
  linear_bounded = cal(calfun = "linear", bounds = c(0.7, 1.36)),
  raking_bounded = cal(calfun = "raking", bounds = c(0.72, 1.42)),
  logit_wide = cal(calfun = "logit", bounds = c(0.3, 3)),
  edu = one(calibrate(des, ~sex + age + urban + edu, rich)),
  sampling_linear_q = by_sampling(q = d$q, method = "linear"),
  sampling_raking_q = by_sampling(q = d$q, method = "raking"),
  sampling_truncated = by_sampling(method = "truncated", bounds = c(0.72, 1.42)),
  sampling_logit = by_sampling(method = "logit", bounds = c(0.7, 1.4)),
  trim_strict = trimmed(upper = 104, strict = TRUE),
  trim_once = trimmed(upper = 104, strict = FALSE),
  trim_both_strict = trimmed(lower = 70, upper = 104, strict = TRUE),
  trim_both_once = trimmed(lower = 70, upper = 104, strict = FALSE),
  edu_total = sum(d$pw * d$edu),
  after_poststratification = one(twice),
  weights = list(min = min(d$pw), max = max(d$pw), mean = mean(d$pw))
)
cat(toJSON(out, auto_unbox = TRUE, digits = 14, pretty = TRUE), "\n")
