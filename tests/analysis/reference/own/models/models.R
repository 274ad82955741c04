# Regressions of citizens.csv under several designs, by R survey and MASS-free svyolr. Rscript models.R writes models.json.
suppressMessages({library(survey); library(jsonlite)})
options(contrasts = c("contr.treatment", "contr.poly"))
k <- read.csv("../../data/citizens.csv"); k$satisfied <- as.integer(k$overall >= 7); k$wait1 <- k$wait + 1; k$share <- k$overall / 10
nofpc <- svydesign(ids = ~township, strata = ~region, weights = ~pw, data = k)
fpc <- svydesign(ids = ~township, strata = ~region, weights = ~pw, fpc = ~n_townships, data = k)
srs <- svydesign(ids = ~1, weights = ~pw, data = k)
jkn <- as.svrepdesign(nofpc, type = "JKn")
raked <- calibrate(nofpc, ~sex + urban, c("(Intercept)" = 101000, sexm = 49000, urbanvillage = 55000), calfun = "raking", epsilon = 1e-12, maxit = 200)
women <- subset(nofpc, sex == "f")
ctl <- glm.control(epsilon = 1e-14, maxit = 200)
make <- function(fo, des, family) eval(bquote(svyglm(.(fo), .(substitute(des)), family = .(family), control = ctl)), globalenv())
fit <- function(fo, des, family = gaussian()) { g <- eval(bquote(make(.(fo), .(substitute(des)), family)))
  list(names = names(coef(g)), coef = as.numeric(coef(g)), se = as.numeric(SE(g)), df = g$df.residual, deviance = g$deviance, n = length(g$y), dispersion = as.numeric(summary(g)$dispersion)) }
wald <- function(fo, des, term, family = gaussian()) { g <- eval(bquote(make(.(fo), .(substitute(des)), family))); r <- regTermTest(g, term)
  list(F = as.numeric(r$Ftest), df = r$df, ddf = r$ddf, p = as.numeric(r$p)) }
lrt <- function(fo, des, term, family = gaussian()) { g <- eval(bquote(make(.(fo), .(substitute(des)), family))); r <- regTermTest(g, term, method = "LRT"); s <- regTermTest(g, term, method = "LRT", lrt.approximation = "satterthwaite")
  list(chisq = as.numeric(r$chisq), df = r$df, ddf = r$ddf, p = as.numeric(r$p), satterthwaite = as.numeric(s$p), lambda = as.numeric(r$lambda)) }
work <- function(fo, des, term, family = gaussian()) { g <- eval(bquote(make(.(fo), .(substitute(des)), family))); r <- regTermTest(g, term, method = "WorkingWald"); list(chisq = as.numeric(r$chisq), p = as.numeric(r$p)) }
olr <- function(fo, des, method = "logistic") { o <- svyolr(fo, des, method = method, control = list(reltol = 1e-15, maxit = 2000))
  list(names = c(names(o$coefficients), names(o$zeta)), coef = as.numeric(c(o$coefficients, o$zeta)), se = as.numeric(sqrt(diag(vcov(o)))), df = o$df.residual) }
out <- list(
  gaussian_fpc = fit(overall ~ age + sex + edu + wait, fpc), gaussian_srs = fit(overall ~ region + wait, srs),
  gaussian_interaction = fit(overall ~ age * sex, nofpc),
  binomial_fpc = fit(satisfied ~ region + edu, fpc, family = quasibinomial()),
  binomial_domain = fit(satisfied ~ age + wait, women, family = quasibinomial()),
  probit = fit(used ~ age + edu, nofpc, family = quasibinomial("probit")), cloglog = fit(used ~ age + edu, nofpc, family = quasibinomial("cloglog")),
  cauchit = fit(used ~ age + edu, nofpc, family = quasibinomial("cauchit")), shares = fit(share ~ urban + edu, nofpc, family = quasibinomial()),
  poisson = fit(wait ~ age + urban, nofpc, family = quasipoisson()), poisson_offset = fit(wait ~ urban + offset(log(edu + 1)), nofpc, family = quasipoisson()),
  gamma = fit(wait1 ~ age + urban, nofpc, family = Gamma()), gamma_log = fit(wait1 ~ age + urban, nofpc, family = Gamma("log")),
  quasi = fit(wait1 ~ edu, nofpc, family = quasi(link = "log", variance = "mu^2")),
  jkn = fit(used ~ age + edu, jkn, family = quasibinomial()), raked = fit(overall ~ age + edu, raked),
  wald_region = wald(overall ~ region + edu, fpc, ~region), wald_logit = wald(used ~ age + edu, nofpc, ~age, family = quasibinomial()),
  lrt_region = lrt(overall ~ region + edu, fpc, ~region), lrt_logit = lrt(used ~ age + edu, nofpc, ~age, family = quasibinomial()),
  working_region = work(overall ~ region + edu, fpc, ~region), working_logit = work(used ~ age + edu, nofpc, ~age, family = quasibinomial()),
  lrt_one = lrt(used ~ age + edu, nofpc, ~edu, family = quasibinomial()),
  ordered = olr(factor(q1) ~ edu + urban, nofpc), ordered_fpc = olr(factor(q5) ~ age + sex, fpc), ordered_probit = olr(factor(q2) ~ edu + age, nofpc, "probit"),
  ordered_loglog = olr(factor(q2) ~ edu + urban, nofpc, "cloglog"), ordered_domain = olr(factor(q3) ~ edu, subset(nofpc, urban == "village")),
  versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))))
write(toJSON(out, digits = 15, auto_unbox = TRUE, na = "null"), "models.json")
