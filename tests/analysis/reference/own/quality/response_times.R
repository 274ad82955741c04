# The lognormal response time model on invented times, fitted as a mixed model with one error variance an item.
# log t = item - person + error; nlme::lme(method = "ML"), varIdent. Rscript response_times.R writes the JSON.
library(nlme)
library(jsonlite)
set.seed(7)
n <- 80; k <- 6
speed <- rnorm(n, 0, 0.35)
item <- c(1.2, 1.8, 2.1, 1.5, 2.6, 0.9)
error <- c(0.25, 0.4, 0.3, 0.55, 0.35, 0.3)
log_t <- outer(-speed, item, "+") + sapply(error, function(s) rnorm(n, 0, s))
log_t[cbind(sample(n, 20), sample(k, 20, TRUE))] <- NA
long <- data.frame(y = as.vector(log_t), item = factor(rep(1:k, each = n)), person = factor(rep(1:n, k)))
long <- long[!is.na(long$y), ]
fit <- lme(y ~ item - 1, random = ~ 1 | person, weights = varIdent(form = ~ 1 | item), data = long, method = "ML",
           control = lmeControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-14, niterEM = 200))
ratio <- coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)[as.character(1:k)]
write_json(list(
  times = exp(log_t),
  intensity = as.numeric(fixef(fit)),
  error_sd = as.numeric(fit$sigma * ratio),
  speed_sd = sqrt(as.numeric(getVarCov(fit))),
  speed = as.numeric(-ranef(fit)[as.character(1:n), 1]),
  log_likelihood = as.numeric(logLik(fit))
), "response_times.json", digits = NA, na = "null", auto_unbox = TRUE)
