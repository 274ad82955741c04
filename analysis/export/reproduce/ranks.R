# --- ranks --------------------------------------------------------------------------------------------------------
ranks_of <- function(item, by, scale, method, level, critical_value) {
  domains <- domains_of(by); y <- scores_of(item, scale)
  parts <- lapply(domains$rows, function(inside) { valid <- inside & !is.na(y) & final_weights > 0
    value <- sum((final_weights * filled(y))[valid]) / sum(final_weights[valid])
    list(value = value, n = sum(valid), linear = ifelse(valid, filled(y) - value, 0) / sum(final_weights[valid])) })
  z <- sapply(parts, function(one) one$linear); value <- vapply(parts, function(one) one$value, 0)
  means <- function(w) vapply(domains$rows, function(inside) { valid <- inside & !is.na(y) & final_weights > 0
    sum((w * filled(y))[valid]) / sum(w[valid]) }, 0)
  covariance <- if (is_replicates) replicate_variance(means) else vcov(svytotal(z, design))
  p <- length(value)
  if (method == "bonferroni") critical_value <- qnorm(1 - (1 - level) / (p * (p - 1)))
  spread <- sqrt(outer(diag(covariance), diag(covariance), "+") - 2 * covariance); diag(spread) <- 1
  above <- outer(value, value, "-") / spread > critical_value
  lapply(seq_len(p), function(i) list(item = item, domain = domains$names[i], estimate = value[i], se = sqrt(covariance[i, i]), n = parts[[i]]$n,
    rank = 1 + sum(value > value[i]), rank_low = 1 + sum(above[, i]), rank_high = p - sum(above[i, ]), critical_value = critical_value))
}

