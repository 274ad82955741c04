# Models with a problem, by lavaan: a Heywood case, factors that coincide, a factor of two items alone, and a good fit with
# reversed items; the invented data stand in improper.csv.
source("common.R")
set.seed(11)
n <- 300
f <- rnorm(n)
heywood <- data.frame(h1 = f, h2 = .5 * f + rnorm(n) * .9, h3 = .45 * f + rnorm(n), h4 = .5 * f + rnorm(n))
heywood$h1 <- heywood$h1 + rnorm(n) * .05
heywood$h2 <- heywood$h2 + .25 * heywood$h1
same <- data.frame(sapply(1:6, function(k) .7 * f + rnorm(n) * .7)); names(same) <- paste0("s", 1:6)
reversed <- data.frame(r1 = f + rnorm(n), r2 = -.8 * f + rnorm(n), r3 = .9 * f + rnorm(n), r4 = -f + rnorm(n))
d <- round(cbind(heywood, same, reversed), 6)
write.csv(d, "improper.csv", row.names = FALSE)
out <- list()
out$heywood <- laid_out(suppressWarnings(cfa("f =~ h1 + h2 + h3 + h4", d)))
out$same <- laid_out(suppressWarnings(cfa("a =~ s1 + s2 + s3\nb =~ s4 + s5 + s6", d)))
out$reversed <- laid_out(cfa("f =~ r1 + r2 + r3 + r4", d))
out$reversed_std <- laid_out(cfa("f =~ r1 + r2 + r3 + r4", d, std.lv = TRUE))
save_json(out, "improper.json")
