#' Volunteers against a reference sample: pseudo-weights in three ways, and calibration to estimated totals.
#' Makes volunteers.csv and reference.csv (invented). Run in this folder: Rscript volunteers.R > volunteers.json
suppressMessages({library(survey); library(jsonlite)})
set.seed(42)
N <- 12000
u <- data.frame(sex = ifelse(runif(N) < 0.5, "f", "m"), age = round(runif(N, 18, 80)), edu = sample(c("low", "mid", "high"), N, TRUE))
u$y <- round(40 + 10 * (u$sex == "f") + 0.3 * u$age + 2 * (u$edu == "high") + rnorm(N, 0, 6), 1)
a <- u[runif(N) < plogis(-3.1 + 0.7 * (u$sex == "f") - 0.02 * (u$age - 45) + 0.4 * (u$edu == "high")), ]
pr <- ifelse(u$sex == "f", 0.04, 0.015)
take <- runif(N) < pr
b <- u[take, ]; b$d <- 1 / pr[take]; b$stratum <- b$sex
write.csv(a, "volunteers.csv", row.names = FALSE); write.csv(b, "reference.csv", row.names = FALSE)
a <- read.csv("volunteers.csv"); b <- read.csv("reference.csv")
X <- model.matrix(~sex + age + edu, a); Z <- model.matrix(~sex + age + edu, b)
th <- c(qlogis(nrow(a) / sum(b$d)), rep(0, ncol(X) - 1))
for (i in 1:100) { p <- plogis(as.numeric(Z %*% th)); s <- colSums(X) - colSums(Z * b$d * p); th <- th + solve(crossprod(Z, Z * b$d * p * (1 - p)), s) }
clw <- 1 / plogis(as.numeric(X %*% th))
both <- rbind(a[, c("sex", "age", "edu")], b[, c("sex", "age", "edu")]); both$z <- rep(1:0, c(nrow(a), nrow(b)))
gl <- function(w) { both$w <- w; coef(suppressWarnings(glm(z ~ sex + age + edu, quasibinomial, weights = w, data = both, epsilon = 1e-14, maxit = 100))) }
alp <- exp(-as.numeric(X %*% gl(c(rep(1, nrow(a)), b$d))))
ga <- coef(suppressWarnings(glm(d ~ sex + age + edu, quasipoisson, data = b, epsilon = 1e-14, maxit = 100)))
ev <- exp(-as.numeric(X %*% gl(rep(1, nrow(both))))) * exp(as.numeric(X %*% ga)); ev <- ev * sum(b$d) / sum(ev)
one <- function(w) list(sum = sum(w), sumsq = sum(w^2), min = min(w), max = max(w), mean = sum(w * a$y) / sum(w))
# calibration to totals of the reference: residual variance of the volunteers and the reference's own sampling
rd <- svydesign(ids = ~1, strata = ~stratum, weights = ~d, data = b)
tt <- svytotal(~model.matrix(~sex + age + edu, b), rd)
a$one <- sum(b$d) / nrow(a)
vd <- svydesign(ids = ~1, weights = ~one, data = a)
pop <- setNames(as.numeric(coef(tt)), colnames(X))
cal <- calibrate(vd, ~sex + age + edu, pop)
w <- weights(cal); m <- sum(w * a$y) / sum(w)
slope <- coef(lm((a$y - m) / sum(w) ~ sex + age + edu, a))
outside <- as.numeric(t(slope) %*% vcov(tt) %*% slope)
out <- list(
  chen_li_wu = c(one(clw), list(coefficients = setNames(as.list(th), colnames(X)))),
  adjusted_logistic = one(alp), elliott_valliant = one(ev),
  reference = c(one(w), list(se_known_totals = as.numeric(SE(svymean(~y, cal))), se = sqrt(as.numeric(SE(svymean(~y, cal)))^2 + outside))),
  truth = mean(u$y), volunteers_mean = mean(a$y)
)
cat(toJSON(out, auto_unbox = TRUE, digits = 14, pretty = TRUE), "\n")
