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

