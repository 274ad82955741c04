# Average marginal effects of survey's svyolr on citizens.csv: effects, and errors by the delta method with X held.
# Run from tests/analysis/reference: Rscript own/drivers/effects.R
library(survey); library(numDeriv); library(jsonlite)
d <- read.csv("data/citizens.csv"); d <- d[complete.cases(d[, c("q1", "q4", "used", "wait")]), ]; d$y <- factor(d$q1)
des <- svydesign(ids = ~township, strata = ~region, weights = ~pw, data = d)
fit <- svyolr(y ~ q4 + used + wait, des, control = list(reltol = 1e-15, maxit = 500))
theta <- c(coef(fit)[1:3], fit$zeta); V <- vcov(fit); X <- as.matrix(d[, c("q4", "used", "wait")]); w <- d$pw / sum(d$pw)
shares <- function(th, X) { eta <- as.numeric(X %*% th[1:3]); cum <- cbind(0, plogis(outer(-eta, th[4:7], "+")), 1); t(apply(cum, 1, diff)) }
effects <- function(th) {
  eta <- as.numeric(X %*% th[1:3]); dens <- t(apply(cbind(0, dlogis(outer(-eta, th[4:7], "+")), 0), 1, diff))
  one <- X; one[, 2] <- 1; none <- X; none[, 2] <- 0
  rbind(-th[1] * colSums(w * dens), colSums(w * (shares(th, one) - shares(th, none))), -th[3] * colSums(w * dens)) }
J <- jacobian(function(th) as.numeric(t(effects(th))), theta)
out <- list(theta = unname(theta), effect = unname(effects(theta)), se = matrix(sqrt(diag(J %*% V %*% t(J))), 3, byrow = TRUE),
  versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "own/drivers/effects.json")
