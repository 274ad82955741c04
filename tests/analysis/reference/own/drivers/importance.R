# LMG over all orders of entry (weighted lm), Johnson's weights, and stratified jackknife errors, on citizens.csv.
# Run from tests/analysis/reference: Rscript own/drivers/importance.R
library(jsonlite)
items <- c("q1", "q4", "q7", "used", "wait")
d <- read.csv("data/citizens.csv"); d <- d[complete.cases(d[, c("overall", items)]), ]
r2 <- function(data, set, w) if (length(set) == 0) 0 else {
  f <- lm(reformulate(set, "overall"), data = data, weights = w)
  y <- data$overall; m <- weighted.mean(y, w); 1 - sum(w * resid(f)^2) / sum(w * (y - m)^2) }
orders <- function(v) if (length(v) == 1) list(v) else unlist(lapply(seq_along(v), function(i) lapply(orders(v[-i]), function(r) c(v[i], r))), recursive = FALSE)
all_orders <- orders(items)
lmg <- function(data, w) {
  known <- new.env(); get2 <- function(set) { key <- paste(sort(set), collapse = "+"); if (key == "") return(0)
    if (is.null(known[[key]])) known[[key]] <- r2(data, sort(set), w); known[[key]] }
  gain <- setNames(numeric(length(items)), items)
  for (o in all_orders) for (i in seq_along(o)) gain[o[i]] <- gain[o[i]] + get2(o[seq_len(i)]) - get2(o[seq_len(i - 1)])
  gain / length(all_orders) }
johnson <- function(data, w) {
  R <- cov.wt(data[, c(items, "overall")], wt = w, cor = TRUE, method = "ML")$cor; k <- length(items)
  s <- svd(R[1:k, 1:k]); L <- s$u %*% diag(sqrt(s$d)) %*% t(s$u)
  setNames(as.numeric(L^2 %*% solve(L, R[1:k, k + 1])^2), items) }
jackknife <- function(f) {  # every township left out once, its stratum weighted up
  total <- 0
  for (h in unique(d$region)) { towns <- unique(d$township[d$region == h]); n <- length(towns)
    v <- sapply(towns, function(t) { w <- d$pw; w[d$township == t] <- 0; up <- d$region == h & d$township != t; w[up] <- w[up] * n / (n - 1); f(d[w > 0, ], w[w > 0]) })
    full <- f(d, d$pw); total <- total + (n - 1) / n * rowSums((v - full)^2) }
  sqrt(total) }
out <- list(items = items, n = nrow(d), r_squared = r2(d, items, d$pw), lmg = as.list(lmg(d, d$pw)), johnson = as.list(johnson(d, d$pw)),
  lmg_jkn = as.list(jackknife(lmg)), johnson_jkn = as.list(jackknife(johnson)), versions = list(R = as.character(getRversion())))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "own/drivers/importance.json")
