# The six tasks in R: Rscript against_r.R TASK N. Prints seconds of the task alone, the data being made before.
suppressMessages({library(survey)})
args <- commandArgs(trailingOnly = TRUE); task <- args[1]; n <- as.integer(args[2]); set.seed(1)
items <- function(n, k) { m <- matrix(sample(1:5, n * k, TRUE), n); colnames(m) <- paste0("q", 1:k); as.data.frame(m) }
took <- function(e) { gc(); cat(system.time(force(e))[["elapsed"]], "\n") }
if (task == "rake") {
  sizes <- c(a = 12, b = 6, c = 2, d = 5, e = 2); d <- as.data.frame(lapply(sizes, function(s) factor(sample(s, n, TRUE)))); d$w <- runif(n, .5, 1.5)
  s <- svydesign(ids = ~1, weights = ~w, data = d)
  pops <- lapply(names(sizes), function(m) { f <- runif(sizes[[m]], .9, 1.1); r <- data.frame(factor(seq_len(sizes[[m]])), n * f / sum(f)); names(r) <- c(m, "Freq"); r })
  took(rake(s, lapply(names(sizes), function(m) as.formula(paste("~", m))), pops, control = list(epsilon = 1e-9, maxit = 200)))
} else if (task == "domains") {
  d <- items(n, 40); d$w <- runif(n, .5, 1.5); d$h <- sample(50, n, TRUE); d$g <- sample(100, n, TRUE)
  s <- svydesign(ids = ~1, strata = ~h, weights = ~w, data = d)
  took(svyby(as.formula(paste("~", paste0("q", 1:40, collapse = "+"))), ~g, s, svymean))
} else if (task == "bootstrap") {
  d <- items(n, 40); d$w <- runif(n, .5, 1.5); d$p <- sample(2000, n, TRUE) - 1; d$h <- d$p %/% 40
  s <- svydesign(ids = ~p, strata = ~h, weights = ~w, data = d)
  took({b <- as.svrepdesign(s, type = "subbootstrap", replicates = 500); svymean(as.formula(paste("~", paste0("q", 1:40, collapse = "+"))), b)})
} else if (task == "reliability") {
  suppressMessages(library(psych)); d <- items(n, 40); f <- rnorm(n); d <- as.data.frame(lapply(d, function(q) pmin(5, pmax(1, q + round(f)))))
  took({suppressWarnings(alpha(d, n.iter = 1)); suppressMessages(suppressWarnings(omega(d, 3, plot = FALSE)))})
} else if (task == "polychoric") {
  suppressMessages(library(psych)); f <- rnorm(n); d <- as.data.frame(lapply(1:30, function(j) pmin(5, pmax(1, round(3 + f + rnorm(n))))))
  options(mc.cores = 1); took(suppressWarnings(polychoric(d)))
} else if (task == "rao-scott") {
  d <- items(n, 40); d$w <- runif(n, .5, 1.5); d$p <- sample(2000, n, TRUE) - 1; d$h <- d$p %/% 40; d$r <- sample(12, n, TRUE)
  s <- svydesign(ids = ~p, strata = ~h, weights = ~w, data = d)
  took(for (j in 1:40) svychisq(as.formula(paste0("~q", j, "+r")), s, statistic = "F"))
}
