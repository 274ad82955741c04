# Tests, cross-tables and effect sizes under several designs, by R survey. Rscript tests.R writes tests.json and sparse.csv.
# A design name: nofpc / fpc / srs (rows are PSUs, one stratum) / strat (rows are PSUs in regions) of citizens.csv;
# nhanes; sparse (invented here: empty cells, a level with one person, missing answers); raked and jkn of citizens.csv.
suppressMessages({library(survey); library(jsonlite)})
set.seed(505)
s <- expand.grid(person = 1:10, psu = 1:6, stratum = 1:4)
s$w <- round(runif(240, 1, 9), 2)
s$a <- sample(c("p", "q", "r", "s", "t"), 240, TRUE, c(.4, .3, .2, .08, .02))
s$b <- sample(1:4, 240, TRUE, c(.5, .3, .15, .05))
s$b[s$a == "s" & s$b == 4] <- 1; s$b[s$a == "t"] <- 2; s$b[s$a == "r" & s$b == 3] <- 2
s$a[sample(240, 12)] <- NA; s$b[sample(240, 9)] <- NA
s$y <- round(rnorm(240) + (s$b > 2) + s$psu / 5, 2); s$y[sample(240, 15)] <- NA
s$g <- ifelse(s$person <= 5, "old", "young")
write.csv(s, "sparse.csv", row.names = FALSE, na = "")
s <- read.csv("sparse.csv", na.strings = "")
k <- read.csv("../../data/citizens.csv"); k$high <- as.integer(k$overall >= 7)
nh <- read.csv("../../data/nhanes.csv")
nofpc <- svydesign(ids = ~township, strata = ~region, weights = ~pw, data = k)
fpc <- svydesign(ids = ~township, strata = ~region, weights = ~pw, fpc = ~n_townships, data = k)
srs <- svydesign(ids = ~1, weights = ~pw, data = k)
strat <- svydesign(ids = ~1, strata = ~region, weights = ~pw, data = k)
sparse <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, nest = TRUE, data = s)
nhanes <- svydesign(ids = ~sdmvpsu, strata = ~sdmvstra, weights = ~wtmec2yr, nest = TRUE, data = nh)
raked <- calibrate(nofpc, ~sex + urban, c("(Intercept)" = 101000, sexm = 49000, urbanvillage = 55000), calfun = "raking", epsilon = 1e-12, maxit = 200)
jkn <- as.svrepdesign(nofpc, type = "JKn")
chi <- function(fo, des) lapply(c(F = "F", Chisq = "Chisq", Wald = "Wald", adjWald = "adjWald", saddlepoint = "saddlepoint"), function(st) {
  h <- svychisq(fo, des, statistic = st, na.rm = TRUE)
  list(statistic = as.numeric(h$statistic), df = as.numeric(h$parameter), p = as.numeric(h$p.value)) })
rank <- function(fo, des) lapply(c(wilcoxon = "wilcoxon", vanderWaerden = "vanderWaerden", median = "median"), function(t) {
  r <- svyranktest(fo, des, test = t)
  if (is.null(r$ddf)) list(t = as.numeric(r$statistic), df = as.numeric(r$parameter), p = as.numeric(r$p.value), estimate = as.numeric(r$estimate))
  else list(x2 = as.numeric(r$parameter), df = as.numeric(r$statistic), ddf = as.numeric(r$ddf), p = as.numeric(r$p.value)) })
tt <- function(fo, des) { r <- svyttest(fo, des); list(t = as.numeric(r$statistic), df = as.numeric(r$parameter), p = as.numeric(r$p.value), estimate = as.numeric(r$estimate), ci = as.numeric(r$conf.int)) }
table_of <- function(fo, des) { m <- svymean(fo, des, na.rm = TRUE); t <- svytotal(fo, des, na.rm = TRUE)
  list(names = names(coef(m)), share = as.numeric(coef(m)), share_se = as.numeric(SE(m)), count = as.numeric(coef(t)), count_se = as.numeric(SE(t))) }
rows_of <- function(fo, by, des) { r <- svyby(fo, by, des, svymean, na.rm = TRUE); list(value = unname(as.matrix(coef(r))), se = unname(as.matrix(SE(r)))) }
# effect sizes as functions of totals, their errors by svycontrast
effect_d <- function(des, g) {
  des <- update(des, one0 = as.numeric(g == 0 & !is.na(y)), one1 = as.numeric(g == 1 & !is.na(y)), y0 = ifelse(is.na(y) | g != 0, 0, y), y1 = ifelse(is.na(y) | g != 1, 0, y))
  des <- update(des, q0 = y0^2, q1 = y1^2); n <- sum(!is.na(des$variables$y))
  t <- svytotal(~one0 + one1 + y0 + y1 + q0 + q1, des)
  e <- bquote((y1 / one1 - y0 / one0) / sqrt(.(n / (n - 2)) * (q0 - y0^2 / one0 + q1 - y1^2 / one1) / (one0 + one1)))
  r <- svycontrast(t, list(d = e)); J <- exp(lgamma((n - 2) / 2) - lgamma((n - 3) / 2)) / sqrt((n - 2) / 2)
  list(d = as.numeric(coef(r)), se = as.numeric(SE(r)), g = J * as.numeric(coef(r)), n = n) }
two_by_two <- function(des, a, b) {
  des <- update(des, c11 = as.numeric(a == 0 & b == 0), c12 = as.numeric(a == 0 & b == 1), c21 = as.numeric(a == 1 & b == 0), c22 = as.numeric(a == 1 & b == 1))
  t <- svytotal(~c11 + c12 + c21 + c22, des, na.rm = TRUE)
  o <- svycontrast(t, list(o = quote(log(c11) + log(c22) - log(c12) - log(c21))))
  v <- svycontrast(t, list(v = quote(sqrt((c11 * c22 - c12 * c21)^2) / sqrt((c11 + c12) * (c21 + c22) * (c11 + c21) * (c12 + c22)))))
  list(log_odds = as.numeric(coef(o)), log_odds_se = as.numeric(SE(o)), v = as.numeric(coef(v)), v_se = as.numeric(SE(v))) }
nofpc <- update(nofpc, y = overall); sparse2 <- sparse
pair <- local({ g <- svyglm(overall ~ factor(age), nofpc); b <- coef(g); V <- vcov(g); df <- g$df.residual
  L <- rbind(c(0,1,0,0), c(0,0,1,0), c(0,0,0,1), c(0,-1,1,0), c(0,-1,0,1), c(0,0,-1,1)); d <- as.numeric(L %*% b); se <- sqrt(diag(L %*% V %*% t(L))); p <- 2 * pt(-abs(d / se), df)
  list(difference = d, se = se, df = df, p = p, holm = p.adjust(p, "holm"), BH = p.adjust(p, "BH"), bonferroni = p.adjust(p, "bonferroni"),
       tukey = ptukey(sqrt(2) * abs(d / se), 4, df, lower.tail = FALSE), tukey_half = qtukey(.95, 4, df) / sqrt(2) * se) })
out <- list(
  independence = list(
    nhanes = chi(~race + agecat, nhanes), fpc = chi(~q1 + region, fpc), nofpc = chi(~q1 + age, nofpc), srs = chi(~urban + sex, srs),
    strat = chi(~q2 + urban, strat), sparse = chi(~a + b, sparse), raked = chi(~q1 + age, raked), jkn = chi(~q1 + age, jkn),
    domain = chi(~q1 + age, subset(nofpc, sex == "f"))),
  rank = list(nofpc_two = rank(wait ~ urban, nofpc), nofpc_many = rank(overall ~ edu, nofpc), fpc_two = rank(overall ~ sex, fpc),
    sparse_two = rank(y ~ g, sparse), sparse_many = rank(y ~ b, sparse), srs_two = rank(overall ~ sex, srs), srs_many = rank(overall ~ age, srs), jkn_two = rank(overall ~ sex, jkn)),
  t = list(nofpc = tt(overall ~ sex, nofpc), fpc = tt(wait ~ urban, fpc), sparse = tt(y ~ g, sparse), srs = tt(overall ~ urban, srs),
    one = tt(I(wait - 30) ~ 0, subset(nofpc, !is.na(wait))), paired = tt(I(q1 - q2) ~ 0, subset(nofpc, !is.na(q1) & !is.na(q2))), jkn = tt(overall ~ sex, jkn)),
  crosstab = list(fpc = table_of(~interaction(age, q1), fpc), fpc_rows = rows_of(~factor(q1), ~age, subset(fpc, !is.na(q1))),
    sparse = table_of(~interaction(a, b), sparse), srs = table_of(~interaction(sex, urban), srs), jkn = table_of(~interaction(age, q1), jkn),
    jkn_rows = rows_of(~factor(q1), ~age, subset(jkn, !is.na(q1)))),
  effects = list(urban = effect_d(nofpc, as.numeric(k$urban == "village")), sex = effect_d(nofpc, as.numeric(k$sex == "m")),
    two = two_by_two(nofpc, as.numeric(k$urban == "village"), k$high), two_sex = two_by_two(nofpc, as.numeric(k$sex == "m"), k$used)),
  pairwise = pair,
  versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))))
write(toJSON(out, digits = 15, auto_unbox = TRUE, na = "null"), "tests.json")
