# --- estimates ----------------------------------------------------------------------------------------------------
interval_of <- function(kind, value, se, n, n_effective, level) {
  t <- qt((1 + level) / 2, df); tail <- (1 - level) / 2
  size_of <- function() {
    if (se == 0 || n < 2) return(n_effective)
    min(n, value * (1 - value) / se^2 * (qt((1 + level) / 2, n - 1) / t)^2)
  }
  if (kind == "wilson") {
    z <- qnorm((1 + level) / 2); size <- min(n, size_of() * n / max(n - 1, 1))
    centre <- value + z^2 / (2 * size); half <- sqrt(z^2 * value * (1 - value) / size + (z^2 / (2 * size))^2)
    return(pmin(pmax((centre + c(-1, 1) * half) / (1 + z^2 / size), 0), 1))
  }
  if (kind == "beta" || (kind != "t" && (value == 0 || value == 1))) {
    size <- size_of()
    return(c(if (value == 0) 0 else qbeta(tail, size * value, size * (1 - value) + 1),
      if (value == 1) 1 else qbeta(1 - tail, size * value + 1, size * (1 - value))))
  }
  if (kind == "logit") return(plogis(qlogis(value) + c(-1, 1) * t * se / (value * (1 - value))))
  if (kind == "arcsine") {
    turned <- asin(sqrt(value)) + c(-1, 1) * t * se / (2 * sqrt(value * (1 - value)))
    return(sin(pmin(pmax(turned, 0), pi / 2))^2)
  }
  if (kind == "likelihood") {
    size <- value * (1 - value) / se^2
    excess <- function(p) 2 * size * (value * log(value / p) + (1 - value) * log((1 - value) / (1 - p))) - t^2
    return(c(uniroot(excess, c(1e-12, value), tol = 1e-13)$root, uniroot(excess, c(value, 1 - 1e-12), tol = 1e-13)$root))
  }
  value + c(-1, 1) * t * se
}
described <- function(value, variance, linear, inside, kind, level) {
  w <- final_weights; in_it <- inside & w > 0
  n <- sum(in_it); total <- sum(w[in_it]); se <- sqrt(max(variance, 0))
  centre <- sum(w[in_it] * linear[in_it]) / total
  spread <- sum(w[in_it] * (linear[in_it] - centre)^2) / total * n / (n - 1)
  simple <- total^2 * spread / n * if (total > n) 1 - n / total else 1
  effective <- total^2 / sum(w[in_it]^2)
  limits <- interval_of(kind, value, se, n, effective, level)
  list(estimate = value, se = se, ci_low = limits[1], ci_high = limits[2], df = df, n = n, n_effective = effective,
    deff = if (n > 1 && simple > 0) variance / simple else NULL, weight_sum = total)
}
part_of <- function(whole) {  # a domain: rows where .in holds; the design keeps its degrees of freedom
  now <- subset(whole, .in)
  if (is_replicates) now$degf <- df
  now
}
filled <- function(x) ifelse(is.na(x), 0, x)
one_mean <- function(y, inside, kind, level) {
  inside <- inside & !is.na(y) & final_weights > 0
  if (!any(inside)) return(list(estimate = NULL, n = 0))
  now <- part_of(update(design, .y = filled(y), .in = inside))
  m <- svymean(~.y, now)
  described(as.numeric(coef(m)), as.numeric(vcov(m)), (filled(y) - coef(m)) / sum(final_weights[inside]), inside, kind, level)
}
one_total <- function(y, inside, kind, level) {
  inside <- inside & !is.na(y) & final_weights > 0
  if (!any(inside)) return(list(estimate = NULL, n = 0))
  now <- part_of(update(design, .y = filled(y), .in = inside))
  m <- svytotal(~.y, now)
  described(as.numeric(coef(m)), as.numeric(vcov(m)), filled(y), inside, kind, level)
}
one_ratio <- function(y, x, inside, level) {
  inside <- inside & !is.na(y) & !is.na(x) & final_weights > 0
  if (!any(inside)) return(list(estimate = NULL, n = 0))
  now <- part_of(update(design, .y = filled(y), .x = filled(x), .in = inside))
  m <- svyratio(~.y, ~.x, now); value <- as.numeric(coef(m))
  linear <- (filled(y) - value * filled(x)) / sum(final_weights[inside] * x[inside])
  described(value, as.numeric(vcov(m)), linear, inside, "t", level)
}
quantile_rows <- function(y, inside, probabilities, level) {
  inside <- inside & !is.na(y) & final_weights > 0
  if (!any(inside)) return(list(list(estimate = NULL, n = 0)))
  order <- order(y[inside]); values <- y[inside][order]
  shares <- cumsum(final_weights[inside][order]) / sum(final_weights[inside])
  invert <- function(p) values[min(which(shares >= p - 1e-12), length(values))]
  lapply(probabilities, function(p) {
    value <- invert(p)
    now <- part_of(update(design, .y = as.numeric(filled(y) <= value), .in = inside))
    m <- svymean(~.y, now); half <- qt((1 + level) / 2, df) * as.numeric(SE(m))
    low <- invert(as.numeric(coef(m)) - half); high <- invert(as.numeric(coef(m)) + half)
    list(probability = p, estimate = value, ci_low = low, ci_high = high, se = (high - low) / (2 * qt((1 + level) / 2, df)),
      df = df, n = sum(inside))
  })
}
estimates_of <- function(kind, items, by = character(), where = list(), make, contrasts = list()) {
  domains <- domains_of(by, where); rows <- list()
  add <- function(item, domain, found) rows[[length(rows) + 1]] <<- c(list(item = item, domain = domain), found)
  for (i in seq_along(domains$names)) for (item in items) {
    found <- make(item, domains$rows[[i]])
    if (kind == "quantile") for (one in found) add(item, domains$names[i], one) else add(item, domains$names[i], found)
  }
  for (pair in contrasts) for (item in items) {
    at <- match(pair, domains$names)
    add(item, paste(pair, collapse = " \u2212 "), difference(kind, item, domains$rows[[at[1]]], domains$rows[[at[2]]]))
  }
  rows
}
# A difference of two domains: the total of the difference of their linearised values.
difference <- function(kind, item, first, second) {
  parts <- lapply(list(first, second), function(inside) linear_of(kind, item, inside))
  z <- parts[[1]]$linear - parts[[2]]$linear
  variance <- as.numeric(vcov(svytotal(~.z, update(design, .z = z))))
  if (is_replicates) variance <- replicate_variance(function(w) parts[[1]]$again(w) - parts[[2]]$again(w))
  moved <- z != 0 & final_weights > 0; w <- final_weights[moved]
  value <- parts[[1]]$value - parts[[2]]$value; se <- sqrt(variance); half <- qt((1 + level) / 2, df) * se
  list(estimate = value, se = se, ci_low = value - half, ci_high = value + half, df = df, n = sum(moved),
    n_effective = sum(w)^2 / sum(w^2), deff = NULL, weight_sum = sum(w))
}
linear_of <- function(kind, item, inside) {
  y <- values_of(item); inside <- inside & final_weights > 0
  if (kind == "ratio") {
    x <- y[[2]]; y <- y[[1]]; inside <- inside & !is.na(x) & !is.na(y)
    again <- function(w) sum(w[inside] * y[inside]) / sum(w[inside] * x[inside])
    value <- again(final_weights)
    return(list(value = value, again = again, linear = ifelse(inside, filled(y) - value * filled(x), 0) / sum((final_weights * filled(x))[inside])))
  }
  inside <- inside & !is.na(y)
  if (kind == "total") {
    again <- function(w) sum(w[inside] * y[inside])
    return(list(value = again(final_weights), again = again, linear = ifelse(inside, filled(y), 0)))
  }
  again <- function(w) sum(w[inside] * y[inside]) / sum(w[inside])
  value <- again(final_weights)
  list(value = value, again = again, linear = ifelse(inside, filled(y) - value, 0) / sum(final_weights[inside]))
}
replicate_variance <- function(statistic) {
  full <- statistic(final_weights); found <- apply(replicate_weights, 2, statistic)
  found <- if (is.matrix(found)) t(found) else matrix(found)
  centre <- if (replicate_mse) full else colMeans(found)
  away <- sweep(found, 2, centre)
  crossprod(away * sqrt(replicate_scale * replicate_rscales))
}

