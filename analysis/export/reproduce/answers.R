# --- quality of answers: the value of every index for every respondent stands in quality.csv ----------------------
quality_of <- function(name) {
  marks <- read.csv(file.path(dirname(results_file), "quality.csv"), check.names = FALSE)
  mine <- Filter(function(row) row$name == name, expected$quality)
  indices <- Filter(function(row) row$part == "index" && row$index != "combined", mine)
  combined <- Filter(function(row) row$part == "index" && row$index == "combined", mine)[[1]]
  value_of <- function(row) marks[[paste(name, row$index, sep = ": ")]]
  flags <- list(); families <- list()
  for (row in indices) {
    value <- value_of(row)
    beyond <- !is.na(value) & switch(row$side, below = value < row$cutoff, above = value > row$cutoff, value >= row$cutoff)
    flags[[row$index]] <- beyond
    families[[row$family]] <- if (is.null(families[[row$family]])) beyond else families[[row$family]] | beyond
  }
  flags$combined <- Reduce(`+`, families) >= combined$cutoff
  effect <- function(row) {
    y <- numbers_of(row$item); known <- !is.na(y) & final_weights > 0; kept <- known & !flags[[row$flag]]
    part <- function(inside) {
      now <- one_mean(y, inside, "t", 0.95)
      list(value = now$estimate, se = now$se, linear = ifelse(inside, filled(y) - now$estimate, 0) / sum(final_weights[inside]))
    }
    all <- part(known); without <- part(kept); z <- without$linear - all$linear
    again <- function(w) sum((w * y)[kept]) / sum(w[kept]) - sum((w * y)[known]) / sum(w[known])
    variance <- if (is_replicates) replicate_variance(again) else vcov(svytotal(~.z, update(design, .z = z)))
    se <- sqrt(as.numeric(variance)); away <- without$value - all$value; half <- qt(0.975, df) * se
    list(item = row$item, n = sum(known), n_flagged = sum(known & !kept), flagged_share = sum(final_weights[known & !kept]) / sum(final_weights[known]),
      with_all = all$value, with_all_se = all$se, without = without$value, without_se = without$se, difference = away, se = se,
      ci_low = away - half, ci_high = away + half, p = if (se > 0) 2 * pt(-abs(away / se), df) else NULL, .atol = 1e-7)
  }
  lapply(mine, function(row) {
    if (row$part == "effect") return(effect(row))
    flag <- flags[[row$index]]; undefined <- if (row$index == "combined") 0 else sum(is.na(value_of(row)))
    list(cutoff = row$cutoff, flagged = sum(flag), share = mean(flag), undefined = undefined)
  })
}

