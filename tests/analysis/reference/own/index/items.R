# SDG 16.6.2, gap between two items, and an index of items with R's survey, on citizens.csv.
# Run from tests/analysis/reference: Rscript own/index/items.R
library(survey); library(jsonlite)
d <- read.csv("data/citizens.csv"); items <- paste0("q", 1:5)
des <- svydesign(ids = ~township, strata = ~region, weights = ~pw, data = d)
# Users: used == 1. A four-point copy: answers 1..5 with 3 as missing, 4 and 5 moved down.
four <- function(x) c(1, 2, NA, 3, 4)[x]
for (v in c(items, "q9")) { d[[paste0(v, "_f")]] <- as.integer(four(d[[v]]) >= 3); d[[paste0(v, "_p")]] <- as.integer(d[[v]] >= 4) }
des <- svydesign(ids = ~township, strata = ~region, weights = ~pw, data = d); users <- subset(des, used == 1)
# Every share has its own base, so each is a ratio of totals in one joint svyratio-like system.
joint <- function(suffix) {
  vars <- paste0(c(items, "q9"), suffix); dd <- users$variables
  est <- sapply(vars, function(v) coef(svymean(as.formula(paste0("~", v)), users, na.rm = TRUE))[1])
  w <- weights(users, "sampling"); inf <- sapply(seq_along(vars), function(i) { x <- dd[[vars[i]]]; base <- !is.na(x); ifelse(base, w * (x - est[i]) / sum(w[base]), 0) })
  full <- matrix(0, nrow(d), length(vars)); full[which(d$used == 1), ] <- inf
  totals <- svydesign(ids = ~township, strata = ~region, weights = ~1, data = cbind(d[, c("township", "region")], full))
  V <- vcov(svytotal(full, totals)); a <- c(rep(1 / 5, 5), 0)
  list(shares = unname(est), se = unname(sqrt(diag(V))), average = sum(a * est), average_se = sqrt(as.numeric(t(a) %*% V %*% a)))
}
both <- subset(des, !is.na(q1) & !is.na(q9)); gap <- svymean(~ I(q9 - q1), both)
net <- svymean(~ I((q8 >= 4) - (q8 <= 2)), subset(des, !is.na(q8))); men <- subset(des, sex == "m" & !is.na(q8))
score <- svymean(~ I(25 * (q8 - 1)), men)
out <- list(four = joint("_f"), five = joint("_p"), gap = as.numeric(coef(gap)), gap_se = as.numeric(SE(gap)),
  net = as.numeric(coef(net)), net_se = as.numeric(SE(net)), men = as.numeric(coef(score)), men_se = as.numeric(SE(score)),
  versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "own/index/items.json")
