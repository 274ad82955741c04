# --- small areas: the model of Fay and Herriot, written out -------------------------------------------------------
areas_of <- function(item, area, scale, names, covariates, method, level) {
  y <- scores_of(item, scale); label <- labels_of(area)
  direct <- lapply(names, function(one) one_mean(y, label == one, "t", level))
  value <- vapply(direct, function(one) if (is.null(one$estimate)) NA_real_ else one$estimate, 0)
  psi <- vapply(direct, function(one) if (is.null(one$se)) NA_real_ else one$se^2, 0)
  seen <- !is.na(value); x <- if (is.null(covariates)) matrix(1, length(names)) else cbind(1, covariates)
  v <- value[seen]; p <- psi[seen]; z <- x[seen, , drop = FALSE]; m <- length(v)
  at <- function(a) { w <- 1 / (a + p); s <- solve(crossprod(z, z * w)); b <- s %*% crossprod(z, v * w); list(w = w, s = s, b = b, r = as.numeric(v - z %*% b)) }
  top <- 100 * (var(v) + mean(p))
  if (method %in% c("reml", "ml")) {
    likelihood <- function(a) { f <- at(a); 0.5 * sum(log(f$w)) - 0.5 * sum(f$w * f$r^2) + if (method == "reml") 0.5 * as.numeric(determinant(f$s)$modulus) else 0 }
    slope <- function(a) {
      f <- at(a); trace <- if (method == "reml") sum(f$w) - sum(diag(f$s %*% crossprod(z, z * f$w^2))) else sum(f$w)
      -0.5 * trace + 0.5 * sum((f$w * f$r)^2)
    }
    peak <- optimize(likelihood, c(0, top), maximum = TRUE, tol = 1e-9)$maximum
    between <- if (likelihood(0) >= likelihood(peak)) 0 else uniroot(slope, c(peak / 2, peak * 2), tol = 1e-14)$root
  } else if (method == "fh") {
    excess <- function(a) { f <- at(a); sum(f$w * f$r^2) - (m - ncol(z)) }
    between <- if (excess(0) <= 0) 0 else uniroot(excess, c(0, top), tol = 1e-14)$root
  } else {
    s <- solve(crossprod(z)); r <- v - z %*% s %*% crossprod(z, v)
    between <- max(0, (sum(r^2) - sum(p * (1 - rowSums((z %*% s) * z)))) / (m - ncol(z)))
  }
  f <- at(between); spread <- switch(method, pr = 2 * sum(1 / f$w^2) / m^2, fh = 2 * m / sum(f$w)^2, 2 / sum(f$w^2))
  bias <- switch(method, fh = 2 * (m * sum(f$w^2) - sum(f$w)^2) / sum(f$w)^3, ml = -sum(diag(f$s %*% crossprod(z, z * f$w^2))) / sum(f$w^2), 0)
  lapply(seq_along(names), function(i) {
    synthetic <- sum(x[i, ] * f$b); quadratic <- as.numeric(t(x[i, ]) %*% f$s %*% x[i, ])
    gamma <- if (seen[i]) between / (between + psi[i]) else 0
    pull <- 1 - gamma
    mse <- if (seen[i]) gamma * psi[i] + pull^2 * quadratic + 2 * pull^2 / (between + psi[i]) * spread - bias * pull^2 else between + quadratic
    estimate <- if (seen[i]) gamma * value[i] + pull * synthetic else synthetic; half <- qt(0.975, m - ncol(z)) * sqrt(mse)
    list(area = names[i], area_variance = between, direct = if (seen[i]) value[i] else NULL, direct_se = if (seen[i]) sqrt(psi[i]) else NULL,
      estimate = estimate, mse = mse, rmse = sqrt(mse), ci_low = estimate - half, ci_high = estimate + half, gamma = gamma,
      synthetic_share = pull, synthetic = synthetic, sampled = as.numeric(seen[i]), .rtol = 1e-4, .atol = 1e-6)
  })
}

