#' Unknown eligibility, nonresponse classes and propensities, the chain repeated inside jackknife replicates.
#' Makes sample.csv (invented). Run in this folder: Rscript response.R > response.json
suppressMessages({library(survey); library(jsonlite)})
set.seed(20261121)
n <- 600
d <- data.frame(id = seq_len(n), stratum = c("a", "b", "c")[1 + seq_len(n) %% 3])
d$psu <- paste0(d$stratum, 1 + (seq_len(n) %/% 3) %% 8)
d$w <- round(runif(n, 4, 16), 2)
d$sex <- ifelse(runif(n) < 0.52, "f", "m")
d$age <- round(runif(n, 18, 80))
d$region <- ifelse(d$stratum == "a", "north", "south")
p <- plogis(-0.4 + 0.7 * (d$sex == "f") + 0.02 * (d$age - 45))
d$status <- ifelse(runif(n) < p, "respondent", "nonrespondent")
d$status[runif(n) < 0.07] <- "ineligible"
d$status[runif(n) < 0.1] <- "unknown"
d$y <- round(40 + 10 * (d$sex == "f") + 0.3 * d$age + rnorm(n, 0, 6), 1)
write.csv(d, "sample.csv", row.names = FALSE)
d <- read.csv("sample.csv")
unknown <- function(w) { f <- ave(w, d$region, FUN = sum) / ave(w * (d$status != "unknown"), d$region, FUN = sum); ifelse(d$status == "unknown", 0, w * f) }
el <- d$status %in% c("respondent", "nonrespondent"); re <- d$status == "respondent"
classes <- function(w, by) { f <- ave(w * el, by, FUN = sum) / ave(w * re, by, FUN = sum); ifelse(re, w * f, 0) }
propensity <- function(w, wm) {
  m <- suppressWarnings(glm(re ~ sex + age, family = binomial, weights = wm, subset = el, data = cbind(d, wm = wm, re = re), epsilon = 1e-14, maxit = 100))
  list(model = m, p = plogis(as.numeric(model.matrix(~sex + age, d) %*% coef(m))))
}
inverse <- function(w, wm = w) ifelse(re, w / propensity(w, wm)$p, 0)
strata <- function(w) {
  p <- propensity(w, w)$p
  cuts <- quantile(p[el & w > 0], seq(0.2, 0.8, 0.2))
  classes(w, cut(p, c(-Inf, cuts, Inf)))
}
post <- function(w) { t <- c(f = 3100, m = 2900); w * t[d$sex] / ave(w, d$sex, FUN = sum) }
chains <- list(
  unknown = unknown,
  classes = function(w) classes(unknown(w), interaction(d$region, d$sex)),
  inverse = function(w) inverse(unknown(w)),
  inverse_unweighted = function(w) inverse(w, wm = w / d$w),
  strata = function(w) strata(unknown(w)),
  whole = function(w) post(inverse(unknown(w)))
)
jk <- as.svrepdesign(svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = d, nest = TRUE), type = "JKn")
summarise <- function(f) {
  w <- f(d$w)
  theta <- withReplicates(jk, function(w, data) { u <- f(w); sum(u[re] * data$y[re]) / sum(u[re]) })
  list(sum = sum(w), sumsq = sum(w^2), min = min(w[re]), max = max(w[re]), mean = sum(w[re] * d$y[re]) / sum(w[re]), jkn_se = as.numeric(SE(theta)))
}
fit <- propensity(unknown(d$w), unknown(d$w))
out <- lapply(chains, summarise)
out$coefficients <- as.list(coef(fit$model))
cat(toJSON(out, auto_unbox = TRUE, digits = 14, pretty = TRUE), "\n")
