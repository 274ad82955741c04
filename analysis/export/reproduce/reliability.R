# --- reliability --------------------------------------------------------------------------------------------------
# A coefficient of the weighted covariance matrix; its variance by the delta method on the totals that the matrix is made of.
covariance_of <- function(y, w) {
  complete <- stats::complete.cases(y) & w > 0
  found <- stats::cov.wt(y[complete, , drop = FALSE], wt = w[complete] / sum(w[complete]), method = "ML")
  n <- sum(complete); list(cov = found$cov * n / (n - 1), cor = cov2cor(found$cov), n = n)
}
delta_variance <- function(y, coefficient) {
  complete <- stats::complete.cases(y) & final_weights > 0
  centred <- sweep(y, 2, colMeans(y[complete, , drop = FALSE])); centred[!complete, ] <- 0
  k <- ncol(y); pairs <- which(upper.tri(diag(k), diag = TRUE), arr.ind = TRUE)
  columns <- cbind(as.numeric(complete), centred, centred[, pairs[, 1]] * centred[, pairs[, 2]])
  from_totals <- function(total) {
    m <- total[2:(k + 1)] / total[1]; v <- matrix(0, k, k); v[pairs] <- total[-(1:(k + 1))] / total[1]; v[lower.tri(v)] <- t(v)[lower.tri(v)]
    v <- v - outer(m, m); dimnames(v) <- list(colnames(y), colnames(y)); coefficient(v)
  }
  if (is_replicates) return(as.numeric(replicate_variance(function(w) from_totals(colSums(columns * w)))))
  colnames(columns) <- paste0("t", seq_len(ncol(columns)))
  totals <- svytotal(columns, design); at <- as.numeric(coef(totals)); width <- c(1e-5 * at[1], rep(1e-5 * at[1], length(at) - 1))
  gradient <- vapply(seq_along(at), function(i) {
    step <- replace(numeric(length(at)), i, width[i]); (from_totals(at + step) - from_totals(at - step)) / (2 * width[i])
  }, 0)
  as.numeric(t(gradient) %*% vcov(totals) %*% gradient)
}
alpha_of <- function(v) { k <- nrow(v); k / (k - 1) * (1 - sum(diag(v)) / sum(v)) }
omega_of <- function(v) {
  r <- cov2cor(v); k <- nrow(r)
  if (k == 3) {
    squares <- pmin(c(r[1, 2] * r[1, 3] / r[2, 3], r[1, 2] * r[2, 3] / r[1, 3], r[1, 3] * r[2, 3] / r[1, 2]), 1)
    loading <- sqrt(squares) * sign(c(1, r[1, 2], r[1, 3])); unique <- 1 - squares
  } else {
    # one factor by maximum likelihood (Lawley's equations): loadings from the first root for given uniquenesses, and back
    unique <- 1 / diag(solve(r))
    for (round in 1:20000) {
      half <- sqrt(unique); root <- eigen(r / outer(half, half), symmetric = TRUE)
      loading <- half * root$vectors[, 1] * sqrt(max(root$values[1] - 1, 0)); loading <- loading * sign(sum(loading))
      now <- pmax(1 - loading^2, 0.005)
      if (max(abs(now - unique)) < 1e-14) break
      unique <- now
    }
  }
  spread <- sqrt(diag(v)); common <- sum(loading * spread)^2
  common / (common + sum(unique * spread^2))
}
log_interval <- function(value, se, level) {
  half <- qt((1 + level) / 2, df) * se / (1 - value); c(1 - (1 - value) * exp(half), 1 - (1 - value) * exp(-half))
}
reliability_of <- function(items, coefficients, groups = 3, level) {
  y <- sapply(items, numbers_of); moments <- covariance_of(y, final_weights)
  lapply(coefficients, function(one) {
    head <- list(coefficient = one, n = moments$n)
    if (one %in% c("alpha", "omega")) {
      coefficient <- if (one == "alpha") alpha_of else omega_of
      value <- coefficient(moments$cov); se <- sqrt(delta_variance(y, coefficient)); limits <- log_interval(value, se, level)
      head <- c(head, list(value = value, se = se, ci_low = limits[1], ci_high = limits[2], level = level, k = length(items), df = df))
      if (one == "alpha") {
        found <- suppressMessages(suppressWarnings(psych::alpha(moments$cov, n.obs = moments$n, check.keys = FALSE)))
        head$alpha_if_dropped <- as.list(setNames(found$alpha.drop$raw_alpha, items))
        rest <- vapply(items, function(item) {
          others <- setdiff(items, item); v <- moments$cov
          sum(v[item, others]) / sqrt(v[item, item] * sum(v[others, others]))
        }, 0)
        head$item_rest <- as.list(rest)
      }
      return(head)
    }
    if (one == "kmo") { found <- suppressMessages(psych::KMO(moments$cor)); return(c(head, list(value = found$MSA, kmo = as.list(found$MSAi)))) }
    if (one == "minimum_average_partial") return(c(head, average_partials(moments$cor)))
    if (one == "ordinal_alpha") return(c(head, ordinal_alpha_of(y, level)))
    if (one == "bartlett") {
      found <- psych::cortest.bartlett(moments$cor, n = moments$n)
      return(c(head, list(chi_square = found$chisq, df = found$df, p_value = found$p.value)))
    }
    if (one == "split_half") {
      found <- psych::splitHalf(moments$cor, brute = TRUE)
      return(c(head, list(lowest = found$minrb, mean = found$meanr, highest = found$maxrb, splits = choose(length(items), length(items) / 2) / 2)))
    }
    found <- suppressWarnings(suppressMessages(psych::omega(moments$cor, nfactors = groups, fm = "minres", rotate = "oblimin", flip = FALSE, plot = FALSE)))
    common <- found$schmid$sl; general <- common[, 1]; others <- common[, 1 + seq_len(groups)]
    c(head, list(hierarchical = found$omega_h, total = found$omega.tot, limit = found$omega.lim, k = length(items),
      explained_common_variance = sum(general^2) / (sum(general^2) + sum(others^2))))
  })
}

# Average squared (and fourth power of) partial correlations after 0, 1, … components are taken out.
average_partials <- function(r) {
  k <- nrow(r); root <- eigen(r, symmetric = TRUE); loading <- root$vectors %*% diag(sqrt(pmax(root$values, 0)))
  measure <- function(left, power) {
    if (any(diag(left) <= 1e-12)) return(NA)
    partial <- cov2cor(left); mean(abs(partial[row(partial) != col(partial)])^power)
  }
  left_of <- function(count) if (count == 0) r else r - tcrossprod(loading[, seq_len(count), drop = FALSE])
  values <- function(power) lapply(0:(k - 1), function(count) { x <- measure(left_of(count), power); if (is.na(x)) NULL else x })
  squared <- values(2); fourth <- values(4); lowest <- function(x) which.min(vapply(x, function(one) if (is.null(one)) Inf else one, 0)) - 1
  list(squared = squared, fourth = fourth, suggested = lowest(squared), suggested_fourth = lowest(fourth))
}
# Alpha of the weighted polychoric correlations; its standard error has no counterpart.
ordinal_alpha_of <- function(y, level) {
  rows <- stats::complete.cases(y) & final_weights > 0
  found <- suppressMessages(suppressWarnings(psych::polychoric(y[rows, ], weight = final_weights[rows] / mean(final_weights[rows]), correct = 0)))
  list(value = alpha_of(found$rho), level = level, k = ncol(y), df = df, .skip = c("se", "ci_low", "ci_high"), .rtol = 3e-3)
}

