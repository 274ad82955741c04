# --- what the numbers below are made with ------------------------------------------------------------------------
# Estimates and standard errors come from the package survey; psych and lavaan give the psychometrics. What is written
# out here are definitions that the packages leave open: labels, domains, intervals, reports of the weights.

suppressPackageStartupMessages({library(survey); library(jsonlite)})

arguments <- commandArgs(trailingOnly = TRUE)
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1])
folder <- if (is.na(script)) "." else dirname(script)
data_file <- if (length(arguments) >= 1) arguments[1] else file.path(folder, "data.csv")
results_file <- if (length(arguments) >= 2) arguments[2] else file.path(folder, "results.json")
d <- read.csv(data_file, colClasses = "character", check.names = FALSE, na.strings = character(), fileEncoding = "UTF-8-BOM")
expected <- fromJSON(results_file, simplifyVector = FALSE)

absent <- function(x, missing) {
  number <- suppressWarnings(as.numeric(x))
  trimws(x) %in% c("", missing) | (!is.na(number) & number %in% suppressWarnings(as.numeric(missing)))
}
labels_of <- function(column, missing = missing_texts) { x <- d[[column]]; x[absent(x, missing)] <- ""; x }
numbers_of <- function(column, missing = missing_texts) {
  x <- d[[column]]; x[absent(x, missing)] <- NA; as.numeric(x)
}
scores_of <- function(column, scale = NULL) {
  x <- numbers_of(column); if (is.null(scale)) x else 100 * (x - scale[1]) / (scale[2] - scale[1])
}
chosen <- function(column, values) {
  x <- labels_of(column); wanted <- x %in% values
  numeric_values <- suppressWarnings(as.numeric(values))
  if (!anyNA(numeric_values) && !all(wanted)) wanted <- suppressWarnings(as.numeric(x)) %in% numeric_values
  ifelse(x == "", NA, as.numeric(wanted))
}
inside_of <- function(where) {
  inside <- rep(TRUE, nrow(d))
  for (column in names(where)) inside <- inside & d[[column]] %in% where[[column]]
  inside
}
domains_of <- function(by, where = list()) {
  inside <- inside_of(where)
  columns <- lapply(by, labels_of)
  for (x in columns) inside <- inside & x != ""
  if (length(by) == 0) return(list(names = "", rows = list(inside)))
  crossed <- do.call(paste, c(columns, sep = " \u00d7 "))
  names <- sort(unique(crossed[inside]), method = "radix")
  list(names = names, rows = lapply(names, function(one) inside & crossed == one))
}

# --- weights ------------------------------------------------------------------------------------------------------
codes_of <- function(columns, targets, unknown) {
  x <- lapply(columns, labels_of)
  gone <- Reduce(`|`, lapply(x, function(one) one %in% c("", unknown)))
  code <- match(do.call(paste, c(x, sep = "\u0001")), targets$key)
  code[gone] <- NA
  code
}
margin <- function(name, columns, keys, people, unknown = character()) {
  key <- vapply(keys, paste, "", collapse = "\u0001")
  label <- vapply(keys, paste, "", collapse = " \u00d7 ")
  list(name = name, label = label, people = people, code = codes_of(columns, list(key = key), unknown))
}
dummies <- function(margins) {
  do.call(cbind, lapply(margins, function(m) outer(m$code, seq_along(m$people), function(a, b) as.numeric(!is.na(a) & a == b))))
}
fitted_weights <- function(w, margins, rounds = 5000) {
  people <- sum(margins[[1]]$people)
  for (round in seq_len(rounds)) {
    w <- w * people / sum(w); worst <- 0
    for (m in margins) {
      known <- !is.na(m$code)
      held <- as.numeric(xtabs(w[known] ~ factor(m$code[known], levels = seq_along(m$people))))
      goal <- m$people / sum(m$people) * sum(held)
      worst <- max(worst, abs(held - goal) / sum(held))
      w[known] <- w[known] * ifelse(held > 0, goal / held, 1)[m$code[known]]
    }
    if (worst < 1e-13) break
  }
  w * people / sum(w)
}
cut_weights <- function(w, upper) {
  free <- w > 0; w0 <- w
  repeat {
    excess <- sum(pmax(w - upper, 0)); if (excess <= 0) break
    free <- free & w < upper; w <- pmin(w, upper); w[free] <- w[free] + excess / sum(free)
    if (excess <= 1e-9 * upper) { w <- pmin(w, upper); break }
  }
  w
}
fitted_and_cut <- function(w, margins, largest_over_mean, rounds = 50) {
  now <- fitted_weights(w, margins)
  for (round in 0:rounds) {
    limit <- largest_over_mean * mean(now[now > 0])
    if (max(now) <= limit || round == rounds) break
    now <- fitted_weights(cut_weights(now, limit * (1 - 1e-6)), margins)
  }
  now
}
calibrated_weights <- function(w, x, totals, distance, bounds) {
  keep <- qr(x * sqrt(w)); columns <- sort(keep$pivot[seq_len(keep$rank)])
  rows <- w > 0
  frame <- as.data.frame(x[rows, columns, drop = FALSE]); names(frame) <- paste0("x", seq_along(columns)); frame$w <- w[rows]
  plain <- svydesign(ids = ~1, weights = ~w, data = frame)
  formula <- reformulate(paste0("x", seq_along(columns)), intercept = FALSE)
  found <- calibrate(plain, formula, setNames(totals[columns], paste0("x", seq_along(columns))), calfun = distance,
    bounds = bounds, epsilon = 1e-11, maxit = 500)
  now <- w; now[rows] <- weights(found); now
}
# What calibration does to a variance: residuals of a regression on `x` with the weights before, times those after.
calibration_entry <- function(x, before, after) {
  half <- sqrt(before)
  entry <- list(qr = qr(x * half, tol = 1e-9), w = ifelse(before > 0, after / half, 0), stage = 0, index = NULL)
  class(entry) <- "greg_calibration"
  entry
}
largest <- function(w) max(w) / mean(w[w > 0])
step_report <- function(before, after, margins = list()) {
  used <- after > 0; g <- ifelse(before > 0, after / before, 1)
  rows <- list()
  for (m in margins) for (i in seq_along(m$people)) {
    known <- !is.na(m$code); here <- known & m$code == i
    share <- function(w) sum(w[here]) / sum(w[known])
    target <- m$people[i] / sum(m$people)
    rows[[length(rows) + 1]] <- list(margin = m$name, category = m$label[i], respondents = sum(here), target = target,
      before = share(before), after = share(after), deviation_points = 100 * (share(after) - target))
  }
  list(weight_sum = sum(after), n_effective = sum(after)^2 / sum(after^2), kish_deff = sum(used) * sum(after^2) / sum(after)^2,
    largest_over_mean = largest(after), g_min = min(g), g_max = max(g), margins = rows)
}

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

# --- indices: weighted means of means -----------------------------------------------------------------------------
index_of <- function(name, scale, indicators, by = character(), where = list(), minimum_present, level) {
  domains <- domains_of(by, where); rows <- list()
  items <- unlist(lapply(indicators, function(one) names(one$items)))
  y <- sapply(items, scores_of, scale = scale); w <- final_weights
  for (i in seq_along(domains$names)) {
    valid <- !is.na(y) & domains$rows[[i]] & w > 0
    sums <- colSums(valid * w); means <- colSums(ifelse(valid, y * w, 0)) / sums
    weigh <- function(shares, stands) { held <- sum(shares[stands]); list(share = ifelse(stands, shares / held, 0), present = held) }
    parts <- lapply(indicators, function(one) {
      own <- unlist(one$items); stands <- sums[names(own)] > 0; found <- weigh(own, stands)
      coefficient <- setNames(rep(0, length(items)), items); coefficient[names(own)] <- found$share
      list(name = one$name, coefficient = coefficient, present = found$present, stands = found$present >= minimum_present - 1e-9)
    })
    standing <- vapply(parts, function(one) one$stands, TRUE)
    shares <- vapply(indicators, function(one) one$weight, 0); top <- weigh(shares, standing)
    whole <- rowSums(mapply(function(one, share) if (share > 0) one$coefficient * share else 0 * one$coefficient, parts, top$share))
    parts[[length(parts) + 1]] <- list(name = name, coefficient = whole, present = top$present, stands = top$present >= minimum_present - 1e-9)
    for (one in parts) {
      head <- list(name = one$name, domain = domains$names[i], weight_present = one$present)
      if (!one$stands) { rows[[length(rows) + 1]] <- c(head, list(n = 0)); next }
      used <- one$coefficient > 0
      value <- sum((one$coefficient * means)[used])
      linear <- rowSums(sapply(items[used], function(item) one$coefficient[[item]] * ifelse(valid[, item], y[, item] - means[[item]], 0) / sums[[item]]))
      variance <- as.numeric(vcov(svytotal(~.z, update(design, .z = linear))))
      asked <- rowSums(valid[, used, drop = FALSE]) > 0; wa <- w[asked]; half <- qt((1 + level) / 2, df) * sqrt(variance)
      rows[[length(rows) + 1]] <- c(head, list(estimate = value, se = sqrt(variance), ci_low = value - half, ci_high = value + half,
        df = df, n = sum(asked), n_effective = sum(wa)^2 / sum(wa^2), deff = NULL, weight_sum = sum(wa)))
    }
  }
  rows
}

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

# --- tests --------------------------------------------------------------------------------------------------------
independence_of <- function(items, by, correction, where = list()) {
  statistic <- c(`rao-scott-2` = "F", `rao-scott-1` = "Chisq", lincom = "lincom", saddlepoint = "saddlepoint", wald = "Wald", `adjusted-wald` = "adjWald")[[correction]]
  lapply(items, function(item) {
    a <- labels_of(item); b <- labels_of(by); inside <- inside_of(where) & a != "" & b != "" & final_weights > 0
    now <- part_of(update(design, .a = factor(a), .b = factor(b), .in = inside))
    now <- update(now, .a = factor(as.character(.a), levels = sort(unique(a[inside]))), .b = factor(as.character(.b), levels = sort(unique(b[inside]))))
    found <- suppressWarnings(svychisq(~.a + .b, now, statistic = if (statistic == "lincom") "Chisq" else statistic))
    row <- list(item = item, statistic = as.numeric(found$statistic), df = as.numeric(found$parameter[1]), p = as.numeric(found$p.value), n = sum(inside))
    if (length(found$parameter) > 1) row$ddf <- as.numeric(found$parameter[2])
    if (statistic %in% c("Wald", "adjWald")) {
      row$x2 <- row$statistic * row$df * if (statistic == "Wald") 1 else df / row$ddf
      return(row)
    }
    cells <- (length(unique(a[inside])) - 1) * (length(unique(b[inside])) - 1)
    second <- svychisq(~.a + .b, now, statistic = "F")
    p <- xtabs(final_weights[inside] ~ a[inside] + b[inside]); p <- p / sum(p); even <- outer(rowSums(p), colSums(p))
    rows <- sum(inside_of(where)); row$x2 <- rows * sum((p - even)^2 / even)  # on the rows of the domain
    row$design_effect <- row$x2 / (cells * as.numeric(second$statistic))
    if (statistic == "F") return(row)
    row$statistic <- row$x2; row$df <- cells
    if (statistic %in% c("lincom", "saddlepoint")) {
      row$ddf <- as.numeric(second$parameter[2]); row$.rtol <- if (statistic == "saddlepoint") 0.05 else 1e-5
      if (statistic == "lincom") row$p <- upper_tail(row$x2, effects_of(now, rows), row$ddf)
    }
    row
  })
}
# Design effects of the cells: how the variance of the interactions of a table compares with that of a simple random sample.
effects_of <- function(now, n) {
  now <- update(now, .cell = { cell <- interaction(.a, .b); cell[is.na(cell)] <- levels(cell)[1]; cell })  # outside: weight 0
  share <- svymean(~.cell, now); p <- as.numeric(coef(share))
  grid <- expand.grid(a = levels(factor(now$variables$.a)), b = levels(factor(now$variables$.b)))
  both <- model.matrix(~a * b, grid, contrasts.arg = list(a = "contr.helmert", b = "contr.helmert"))
  main <- attr(both, "assign") < 3; contrast <- qr.resid(qr(both[, main]), both[, !main])
  turned <- contrast * ifelse(p > 0, 1 / p, 0)
  Re(eigen(solve(crossprod(contrast, turned) / n, crossprod(turned, vcov(share) %*% turned)), only.values = TRUE)$values)
}
# P(sum of weights times chi-squares > x times chi-square over its df), by inverting the characteristic function (Imhof).
upper_tail <- function(x, weights, ddf) {
  weight <- c(weights, -x / ddf); size <- c(rep(1, length(weights)), ddf)
  inner <- function(u) vapply(u, function(one) {
    sin(sum(size * atan(weight * one)) / 2) / (one * exp(sum(size * log1p((weight * one)^2)) / 4))
  }, 0)
  0.5 + integrate(inner, 0, Inf, rel.tol = 1e-9, subdivisions = 5000)$value / pi
}

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

# --- comparing ----------------------------------------------------------------------------------------------------
seen <- new.env(); seen$checked <- 0; seen$differ <- character(); seen$left <- character()
leaves <- function(x, path) {
  if (is.null(x) || is.character(x) || is.logical(x)) return(invisible())
  if (is.list(x)) { for (i in seq_along(x)) leaves(x[[i]], paste0(path, "/", if (is.null(names(x))) i else names(x)[i])); return(invisible()) }
  seen$left <- c(seen$left, path)
}
compare <- function(wanted, found, path, rtol, atol) {
  if (is.null(wanted) || is.logical(wanted)) return(invisible())
  if (is.character(wanted)) {
    if (is.character(found) && length(found) == 1 && wanted != found) seen$differ <- c(seen$differ, sprintf("%s: %s is not %s", path, found, wanted))
    return(invisible())
  }
  if (is.null(found)) return(leaves(wanted, path))
  if (is.list(wanted)) {
    if (is.list(found) && !is.null(found$.rtol)) rtol <- found$.rtol
    for (i in seq_along(wanted)) {
      name <- names(wanted)[i]
      if (!is.null(name) && name %in% not_compared) next
      other <- if (is.null(name)) { if (i <= length(found)) found[[i]] else NULL } else found[[name]]
      compare(wanted[[i]], other, paste0(path, "/", if (is.null(name)) i else name), rtol, atol)
    }
    return(invisible())
  }
  seen$checked <- seen$checked + 1
  if (!isTRUE(abs(found - wanted) <= atol + rtol * abs(wanted))) {
    seen$differ <- c(seen$differ, sprintf("%s: R %.10g, here %.10g", path, as.numeric(found), wanted))
  }
}
agree <- function(section, found, rtol = 1e-6, atol = 1e-8) compare(expected[[section]], found, section, rtol, atol)
finish <- function() {
  cat(sprintf("%d numbers agree, %d differ, %d were not made again\n", seen$checked - length(seen$differ), length(seen$differ), length(seen$left)))
  for (line in c(seen$differ, paste("not made again:", seen$left)[seq_along(seen$left)])) cat("  ", line, "\n", sep = "")
  quit(status = if (length(seen$differ) + length(seen$left) > 0) 1 else 0)
}
