# Several stages, unequal probabilities, singletons and replicate weights. Rscript designs.R > designs.json
suppressMessages({library(survey); library(jsonlite)})
set.seed(20261121)
frame <- do.call(rbind, lapply(1:3, function(h) do.call(rbind, lapply(1:(3 + h), function(i) {
  k <- sample(2:5, 1)
  do.call(rbind, lapply(1:k, function(j) {
    m <- sample(1:4, 1)
    data.frame(stratum = h, psu = i, house = j, person = seq_len(m), N1 = 20 + h, N2 = k + sample(2:6, 1), N3 = m + 2,
               y = round(rnorm(m, h + i / 5, 1), 3), x = round(runif(m, 1, 3), 3), used = rbinom(m, 1, 0.5))
  }))
}))))
group <- function(...) interaction(..., drop = TRUE)
frame$N2 <- ave(frame$N2, group(frame$stratum, frame$psu), FUN = max)
frame$N3 <- ave(frame$N3, group(frame$stratum, frame$psu, frame$house), FUN = max)
n1 <- ave(frame$psu, frame$stratum, FUN = function(v) length(unique(v)))
n2 <- ave(frame$house, group(frame$stratum, frame$psu), FUN = function(v) length(unique(v)))
n3 <- ave(frame$person, group(frame$stratum, frame$psu, frame$house), FUN = length)
frame$w <- round(frame$N1 / n1 * frame$N2 / n2 * frame$N3 / n3, 4)
write.csv(frame, "designs.csv", row.names = FALSE)
d <- read.csv("designs.csv")
f <- function(x) as.numeric(SE(x)); all3 <- function(s) c(mean = f(svymean(~y, s)), total = f(svytotal(~y, s)), ratio = f(svyratio(~y, ~x, s)), domain = f(svymean(~y, subset(s, used == 1))))
options(survey.lonely.psu = "certainty")
two <- svydesign(ids = ~psu + house, strata = ~stratum, fpc = ~N1 + N2, weights = ~w, nest = TRUE, data = d)
d$row <- seq_len(nrow(d))
three <- svydesign(ids = ~psu + house + row, strata = ~stratum, fpc = ~N1 + N2 + N3, weights = ~w, nest = TRUE, data = d)
one <- svydesign(ids = ~psu, strata = ~stratum, fpc = ~N1, weights = ~w, nest = TRUE, data = d)
u <- d[!duplicated(d[c("stratum", "psu")]), ]; u$p <- c(.10, .15, .2, .3, .25, .35, .4, .1, .3, .2, .45, .5, .15, .2, .3)[seq_len(nrow(u))]; u$w <- 1 / u$p
write.csv(u[c("stratum", "psu", "y", "x", "used", "p", "w")], "pps.csv", row.names = FALSE)
brewer <- svydesign(ids = ~1, strata = ~stratum, fpc = ~p, pps = "brewer", data = u)
pairs <- d[d$psu <= 2, ]
write.csv(pairs, "pairs.csv", row.names = FALSE)
p2 <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, nest = TRUE, data = pairs)
brr <- as.svrepdesign(p2, type = "BRR"); fay <- as.svrepdesign(p2, type = "Fay", fay.rho = 0.3)
plain <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, nest = TRUE, data = d)
cluster <- svydesign(ids = ~psu, weights = ~w, data = transform(d, psu = stratum * 100 + psu))
jkn <- as.svrepdesign(plain, type = "JKn", mse = TRUE); jk1 <- as.svrepdesign(cluster, type = "JK1")
by <- svyby(~y, ~used + stratum, jkn, svymean, covmat = TRUE)
out <- list(
  two = all3(two), three = all3(three), one = all3(one), brewer = all3(brewer),
  brr = all3(brr), brr_weights = unname(as.matrix(weights(brr, "replication"))[!duplicated(pairs[c("stratum", "psu")]), ]),
  fay = all3(fay), jkn_mse = all3(jkn), jk1 = all3(jk1), df = list(brr = degf(brr), jkn = degf(jkn), jk1 = degf(jk1)),
  by = list(value = unname(coef(by)), covariance = unname(vcov(by))),
  variance = list(value = as.numeric(coef(svyvar(~y, plain))), se = f(svyvar(~y, plain))),
  rake = {
    pop <- list(data.frame(used = 0:1, Freq = c(900, 1100)), data.frame(stratum = 1:3, Freq = c(500, 700, 800)))
    r <- rake(jkn, list(~used, ~stratum), pop, control = list(epsilon = 1e-12, maxit = 200))
    c(mean = f(svymean(~y, r)), total = f(svytotal(~y, r)))
  })
writeLines(toJSON(out, digits = 15, auto_unbox = TRUE, pretty = TRUE), "designs.json")
