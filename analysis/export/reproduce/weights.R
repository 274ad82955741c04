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
    rows[[length(rows) + 1]] <- list(margin = m$name, category = m$label[i], respondents = sum(here & before > 0), target = target,
      before = share(before), after = share(after), deviation_points = 100 * (share(after) - target))
  }
  list(weight_sum = sum(after), n_effective = sum(after)^2 / sum(after^2), kish_deff = sum(used) * sum(after^2) / sum(after)^2,
    largest_over_mean = largest(after), g_min = min(g), g_max = max(g), margins = rows)
}

