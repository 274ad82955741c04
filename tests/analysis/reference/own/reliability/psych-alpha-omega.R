# psych: alpha with pairwise missing answers, item statistics, Guttman's bounds, omega with three groups and with two
# groups under each constraint, one factor; all from citizens.csv.
suppressMessages({library(psych); library(GPArotation); library(jsonlite)})
d <- read.csv("../../data/citizens.csv")[, paste0("q", 1:9)]
k <- na.omit(d)
pair <- psych::alpha(d)
whole <- psych::alpha(k[, 1:5])
g <- suppressWarnings(guttman(k[, 1:6]))
o <- omega(k, nfactors = 3, plot = FALSE)
two <- lapply(c(equal = "equal", first = "first", second = "second"), function(op) {
  x <- omega(k[, 1:6], nfactors = 2, plot = FALSE, option = op)
  list(omega_h = x$omega_h, omega_t = x$omega.tot, limit = x$omega.lim)
})
one <- suppressWarnings(omega(k[, 1:4], nfactors = 1, plot = FALSE))
turned <- k; turned$q2 <- 6 - turned$q2
keyed <- psych::alpha(turned[, 1:5], keys = "q2")
C <- cov(d, use = "pairwise")
out <- list(
  pairwise = list(raw_alpha = pair$total$raw_alpha, std_alpha = pair$total$std.alpha, average_r = pair$total$average_r,
    drop = pair$alpha.drop$raw_alpha, item_rest = pair$item.stats$r.drop, covariance = unname(C),
    correlation = unname(cor(d, use = "pairwise"))),
  whole = c(as.list(whole$total), list(drop = whole$alpha.drop, items = whole$item.stats, frequencies = unname(whole$response.freq[, 1:5]))),
  keyed = keyed$total$raw_alpha,
  guttman = g[c("lambda.1", "lambda.2", "lambda.3", "lambda.4", "lambda.5", "lambda.6")],
  omega = list(limit = o$omega.lim, ecv = unname(o$ECV), groups = unname(as.matrix(o$omega.group)), general = unname(o$schmid$sl[, "g"]), u2 = unname(o$schmid$sl[, "u2"])),
  two = two, one = one$omega.tot)
write_json(out, "psych-alpha-omega.json", digits = 12, auto_unbox = TRUE)
