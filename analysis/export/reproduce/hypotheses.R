# --- tests --------------------------------------------------------------------------------------------------------
independence_of <- function(items, by, correction, where = list()) {
  statistic <- c(`rao-scott-2` = "F", `rao-scott-1` = "Chisq", lincom = "lincom", saddlepoint = "saddlepoint", wald = "Wald", `adjusted-wald` = "adjWald")[[correction]]
  lapply(items, function(item) {
    a <- labels_of(item); b <- labels_of(by); inside <- inside_of(where) & a != "" & b != "" & final_weights > 0
    now <- part_of(update(design, .a = factor(a), .b = factor(b), .in = inside))
    now <- update(now, .a = factor(as.character(.a), levels = sort(unique(a[inside]))), .b = factor(as.character(.b), levels = sort(unique(b[inside]))))
    # survey counts the degrees of freedom of the rows that are left; here they stay those of the whole design
    row <- list(item = item, n = sum(inside))
    if (statistic %in% c("Wald", "adjWald")) {
      found <- svychisq(~.a + .b, now, statistic = "Wald"); row$df <- as.numeric(found$parameter[1]); row$x2 <- as.numeric(found$statistic) * row$df
      row$ddf <- if (statistic == "Wald") df else df - row$df + 1
      row$statistic <- row$x2 / row$df * row$ddf / df
      row$p <- pf(row$statistic, row$df, row$ddf, lower.tail = FALSE)
      return(row)
    }
    cells <- (length(unique(a[inside])) - 1) * (length(unique(b[inside])) - 1)
    second <- svychisq(~.a + .b, now, statistic = "F")
    p <- xtabs(final_weights[inside] ~ a[inside] + b[inside]); p <- p / sum(p); even <- outer(rowSums(p), colSums(p))
    rows <- sum(inside_of(where)); row$x2 <- rows * sum((p - even)^2 / even)  # on the rows of the domain
    row$design_effect <- row$x2 / (cells * as.numeric(second$statistic))
    free <- as.numeric(second$parameter[1])
    if (statistic == "F") {
      row$statistic <- as.numeric(second$statistic); row$df <- free; row$ddf <- free * df
      row$p <- pf(row$statistic, free, row$ddf, lower.tail = FALSE)
      return(row)
    }
    row$statistic <- row$x2; row$df <- cells
    if (statistic == "Chisq") { row$p <- as.numeric(svychisq(~.a + .b, now, statistic = "Chisq")$p.value); return(row) }
    row$ddf <- free * df; row$.rtol <- if (statistic == "saddlepoint") 0.05 else 1e-5
    row$p <- upper_tail(row$x2, effects_of(now, rows), row$ddf)
    row
  })
}
# Design effects of the cells: how the variance of the interactions of a table compares with that of a simple random sample.
effects_of <- function(now, n) {
  now <- update(now, .cell = { cell <- interaction(.a, .b); cell[is.na(cell)] <- levels(cell)[1]; cell })  # outside: weight 0
  share <- svymean(~.cell, now)
  effects_from(as.numeric(coef(share)), vcov(share), n, levels(factor(now$variables$.a)), levels(factor(now$variables$.b)))
}
effects_from <- function(p, covariance, n, rows, columns) {
  grid <- expand.grid(a = rows, b = columns)
  both <- model.matrix(~a * b, grid, contrasts.arg = list(a = "contr.helmert", b = "contr.helmert"))
  main <- attr(both, "assign") < 3; contrast <- qr.resid(qr(both[, main]), both[, !main])
  turned <- contrast * ifelse(p > 0, 1 / p, 0)
  Re(eigen(solve(crossprod(contrast, turned) / n, crossprod(turned, covariance %*% turned)), only.values = TRUE)$values)
}
# The same test from the covariance of the cells alone, where survey's own function does not know the weighting.
independence_by_hand <- function(items, by, correction, where, covariance) lapply(items, function(item) {
  if (correction %in% c("wald", "adjusted-wald")) return(list(.skip = TRUE))
  a <- labels_of(item); b <- labels_of(by); inside <- inside_of(where) & a != "" & b != "" & final_weights > 0; w <- final_weights * inside
  rows <- sort(unique(a[inside])); columns <- sort(unique(b[inside])); grid <- expand.grid(a = rows, b = columns, stringsAsFactors = FALSE)
  cell <- mapply(function(i, j) as.numeric(a == i & b == j), grid$a, grid$b); p <- colSums(cell * w) / sum(w)
  share <- matrix(p, length(rows)); even <- outer(rowSums(share), colSums(share)); n <- sum(inside_of(where)); x2 <- n * sum((share - even)^2 / even)
  effects <- effects_from(p, covariance(sweep(cell, 2, p) * w / sum(w)), n, rows, columns)
  total <- sum(effects); free <- total^2 / sum(effects^2); cells <- length(effects)
  row <- list(item = item, statistic = x2, df = cells, x2 = x2, design_effect = total / cells, n = sum(inside))
  if (correction == "rao-scott-2") { row$statistic <- x2 / total; row$df <- free; row$ddf <- free * df; row$p <- pf(x2 / total, free, free * df, lower.tail = FALSE) }
  else if (correction == "rao-scott-1") row$p <- pchisq(x2 * cells / total, cells, lower.tail = FALSE)
  else { row$ddf <- free * df; row$p <- upper_tail(x2, effects, row$ddf); row$.rtol <- if (correction == "lincom") 1e-5 else 0.05 }
  row
})
# P(sum of weights times chi-squares > x times chi-square over its df), by inverting the characteristic function (Imhof).
upper_tail <- function(x, weights, ddf) {
  weight <- c(weights, -x / ddf); size <- c(rep(1, length(weights)), ddf)
  inner <- function(u) vapply(u, function(one) {
    sin(sum(size * atan(weight * one)) / 2) / (one * exp(sum(size * log1p((weight * one)^2)) / 4))
  }, 0)
  0.5 + integrate(inner, 0, Inf, rel.tol = 1e-9, subdivisions = 5000)$value / pi
}

# t tests and rank tests: the difference of two means, or a Wald test of several, of answers or of their rank scores.
adjusted <- function(rows, adjust) {
  if (adjust == "none") return(rows)
  p <- p.adjust(vapply(rows, function(row) row$p, 0), switch(adjust, bh = "BH", by = "BY", adjust))
  Map(function(row, one) c(row, list(p_adjusted = one)), rows, p)
}
grouped_means <- function(y, g, inside) {
  inside <- inside & !is.na(y) & g != "" & final_weights > 0; levels <- sort(unique(g[inside]), method = "radix")
  again <- function(w) vapply(levels, function(one) sum((w * filled(y))[inside & g == one]) / sum(w[inside & g == one]), 0)
  value <- again(final_weights)
  z <- sapply(seq_along(levels), function(i) ifelse(inside & g == levels[i], filled(y) - value[i], 0) / sum(final_weights[inside & g == levels[i]]))
  list(value = unname(value), covariance = if (is_replicates && length(levels) == 2) replicate_variance(again) else vcov(svytotal(z, design)), n = sum(inside))
}
compared <- function(found, item, against = 0, free = df - 1) {
  g <- length(found$value)
  if (g == 2) {
    value <- found$value[2] - found$value[1]; se <- sqrt(found$covariance[1, 1] + found$covariance[2, 2] - 2 * found$covariance[1, 2])
    t <- (value - against) / se; half <- qt(0.975, free) * se
    return(list(item = item, statistic = t, df = free, p = 2 * pt(-abs(t), free), n = found$n, estimate = value, se = se, ci_low = value - half, ci_high = value + half))
  }
  l <- cbind(-1, diag(g - 1)); away <- l %*% found$value; free <- df - (g - 1)
  statistic <- as.numeric(t(away) %*% solve(l %*% found$covariance %*% t(l), away)) / (g - 1)
  list(item = item, statistic = statistic, x2 = statistic * (g - 1), df = g - 1, ddf = free, p = pf(statistic, g - 1, free, lower.tail = FALSE), n = found$n)
}
t_of <- function(items, by, against, where, adjust) adjusted(lapply(items, function(item) {
  y <- numbers_of(item); inside <- inside_of(where)
  if (!is.null(by)) return(compared(grouped_means(y, labels_of(by), inside), item, against))
  now <- one_mean(y, inside, "t", 0.95); t <- (now$estimate - against) / now$se
  list(item = item, statistic = t, df = df, p = 2 * pt(-abs(t), df), n = now$n, estimate = now$estimate, se = now$se, ci_low = now$ci_low, ci_high = now$ci_high)
}), adjust)
ranks_test_of <- function(items, by, score, where, adjust) adjusted(lapply(items, function(item) {
  y <- numbers_of(item); g <- labels_of(by); inside <- inside_of(where) & !is.na(y) & g != "" & final_weights > 0
  held <- tapply(final_weights[inside], y[inside], sum); middle <- (cumsum(held) - held / 2) / sum(held)  # ties share the middle of their ranks
  share <- rep(NA_real_, length(y)); share[inside] <- middle[as.character(y[inside])]
  if (score == "van-der-waerden") share <- qnorm(share)
  if (score == "median") share <- as.numeric(share > 0.5)
  compared(grouped_means(share, g, inside), item)
}), adjust)

