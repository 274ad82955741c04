# Trends by base R: weighted least squares with a break, Mann-Kendall by season, Sen's limits, proportions with scores.
# Rscript trend.R writes trend.json. The limits of Sen's slope are counted out here, as no package is installed for them.
suppressMessages({library(jsonlite); library(survey)})
s <- read.csv("../../data/series.csv"); t <- s$quarter; x <- s$score; n <- length(x)
se <- 0.5 + (seq_len(n) %% 5) / 4
line <- function(m) list(coef = as.numeric(coef(m)), se_residual = as.numeric(sqrt(diag(vcov(m)))), se_known = as.numeric(sqrt(diag(summary(m)$cov.unscaled))), q = sum(m$residuals^2 * m$weights), df = m$df.residual)
after <- as.numeric(t >= t[13]); since <- after * (t - t[13])
V <- outer(se, se) * 0.4^abs(outer(t, t, "-")); Vi <- solve(V); X <- cbind(1, t); gls <- solve(t(X) %*% Vi %*% X)
kendall <- function(v) { m <- length(v); S <- sum(sapply(1:(m - 1), function(i) sum(sign(v[(i + 1):m] - v[i])))); g <- as.numeric(table(v)); c(S, (m * (m - 1) * (2 * m + 5) - sum(g * (g - 1) * (2 * g + 5))) / 18) }
tied <- round(x / 2); q4 <- (seq_len(n) - 1) %% 4
by <- sapply(split(tied, q4), kendall)
all <- kendall(tied)
sl <- sort(unlist(lapply(1:(n - 1), function(i) (tied[(i + 1):n] - tied[i]) / (t[(i + 1):n] - t[i])))); C <- qnorm(.975) * sqrt(all[2]); K <- length(sl)
p <- prop.trend.test(s$top2, s$n, score = c(1:12, 2 * (1:12) + 12))
k <- read.csv("../../data/citizens.csv"); d <- svydesign(ids = ~township, strata = ~region, weights = ~pw, data = k)
# two waves: the people of citizens.csv answered q1 in the first and q2 in the second wave, in the same townships
both <- svymean(~q1 + q2, subset(d, !is.na(q1) & !is.na(q2))); dif <- svycontrast(both, c(q1 = -1, q2 = 1))
two <- rbind(data.frame(k[c("region", "township", "pw")], y = k$q1, wave = 1), data.frame(k[c("region", "township", "pw")], y = k$q2, wave = 2))
two$alone <- paste(two$region, two$wave); two$unit <- paste(two$township, two$wave)
panel <- svydesign(ids = ~township, strata = ~region, weights = ~pw, data = two); apart <- svydesign(ids = ~unit, strata = ~alone, weights = ~pw, data = two)
g1 <- svyglm(y ~ wave, panel); g2 <- svyglm(y ~ wave, apart)
out <- list(se = se, lag_covariance = V, line = line(lm(x ~ t, weights = 1 / se^2)), both = line(lm(x ~ t + after + since, weights = 1 / se^2)),
  level = line(lm(x ~ t + after, weights = 1 / se^2)), slope = line(lm(x ~ t + since, weights = 1 / se^2)), break_at = t[13],
  gls = list(coef = as.numeric(gls %*% t(X) %*% Vi %*% x), se = sqrt(diag(gls))),
  tied = tied, kendall = list(S = all[1], var_S = all[2], tau = as.numeric(cor(tied, t, method = "kendall"))), season = list(S = sum(by[1, ]), var_S = sum(by[2, ])),
  sen = list(slope = median(sl), low = sl[max(1, round((K - C) / 2))], high = sl[min(K, round((K + C) / 2) + 1)]),
  proportions = list(chisq = as.numeric(p$statistic), p = p$p.value),
  waves = list(change = as.numeric(coef(dif)), panel_se = as.numeric(SE(g1)[2]), apart_se = as.numeric(SE(g2)[2]), slope = as.numeric(coef(g1)[2]),
    panel_df = g1$df.residual, apart_df = g2$df.residual, complete_se = as.numeric(SE(dif)),
    panel_mean = as.numeric(coef(svymean(~y, panel, na.rm = TRUE))), panel_mean_se = as.numeric(SE(svymean(~y, panel, na.rm = TRUE))), apart_mean_se = as.numeric(SE(svymean(~y, apart, na.rm = TRUE)))),
  versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))))
write(toJSON(out, digits = 15, auto_unbox = TRUE), "trend.json")
