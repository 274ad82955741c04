# psych and base R: intraclass correlations (Shrout and Fleiss's table; missing ratings; no residual), Cohen's kappa with
# both weights, correlation of two occasions, one-way analysis of variance over interviewers.
suppressMessages({library(psych); library(jsonlite)})
sf <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), ncol = 4, byrow = TRUE)
holes <- sf[c(1:6, 1:6), ] + rep(c(0, 1), each = 6); holes[2, 3] <- NA; holes[9, 1] <- NA
tab <- function(x) { r <- ICC(x, lmer = FALSE)$results; list(icc = r$ICC, f = r$F, df1 = r$df1, df2 = r$df2, p = r$p, low = r$`lower bound`, high = r$`upper bound`) }
rt <- read.csv("../../data/retest.csv"); names(rt)[-1] <- c("a", "b", "c")
ct <- cor.test(rt$a, rt$b)
set.seed(11)
truth <- sample(1:4, 120, TRUE, prob = c(.1, .4, .3, .2))
r1 <- pmin(4, pmax(1, truth + sample(c(-1, 0, 0, 0, 1), 120, TRUE)))
r2 <- pmin(4, pmax(1, truth + sample(c(-1, 0, 0, 1), 120, TRUE)))
kp <- cohen.kappa(cbind(r1, r2))
lin <- cohen.kappa(table(factor(r1, 1:4), factor(r2, 1:4)), w = 1 - abs(outer(1:4, 1:4, "-")) / 3)
set.seed(12)
who <- sample(letters[1:8], 200, TRUE); y <- round(rnorm(200, 3, 1) + match(who, letters) * .12, 1)
an <- anova(lm(y ~ who))
out <- list(sf = sf, sf_icc = tab(sf), holes = holes, holes_icc = tab(na.omit(holes)),
  retest = list(r = unname(ct$estimate), low = ct$conf.int[1], high = ct$conf.int[2], sem = sd(rt$b - rt$a) / sqrt(2), change = mean(rt$b - rt$a), change_se = sd(rt$b - rt$a) / sqrt(nrow(rt)),
    agreement = ICC(rt[, c("a", "b")], lmer = FALSE)$results$ICC[2]),
  r1 = r1, r2 = r2, kappa = kp$kappa, kappa_se = sqrt(kp$var.kappa), quadratic = kp$weighted.kappa, quadratic_se = sqrt(kp$var.weighted),
  linear = lin$weighted.kappa, linear_se = sqrt(lin$var.weighted),
  who = who, y = y, f = an$`F value`[1], p = an$`Pr(>F)`[1], ms = an$`Mean Sq`, sizes = as.integer(table(who)))
write_json(out, "psych-agreement.json", digits = 12, auto_unbox = TRUE, na = "null")
