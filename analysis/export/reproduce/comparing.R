# --- comparing ----------------------------------------------------------------------------------------------------
seen <- new.env(); seen$checked <- 0; seen$differ <- character(); seen$left <- character(); seen$without <- 0
leaves <- function(x, path) {
  if (is.null(x) || is.character(x) || is.logical(x)) return(invisible())
  if (is.list(x)) { for (i in seq_along(x)) leaves(x[[i]], paste0(path, "/", if (is.null(names(x))) i else names(x)[i])); return(invisible()) }
  seen$left <- c(seen$left, path)
}
count_of <- function(x) if (is.list(x)) sum(vapply(x, count_of, 0)) else if (is.numeric(x)) length(x) else 0
compare <- function(wanted, found, path, rtol, atol) {
  if (is.null(wanted) || is.logical(wanted)) return(invisible())
  if (is.character(wanted)) {
    if (is.character(found) && length(found) == 1 && wanted != found) seen$differ <- c(seen$differ, sprintf("%s: %s is not %s", path, found, wanted))
    return(invisible())
  }
  if (is.null(found)) return(leaves(wanted, path))
  if (is.list(wanted)) {
    if (is.list(found) && !is.null(found$.rtol)) rtol <- found$.rtol
    if (is.list(found) && !is.null(found$.atol)) atol <- found$.atol
    skipped <- if (is.list(found)) found$.skip else NULL
    for (i in seq_along(wanted)) {
      name <- names(wanted)[i]
      if (!is.null(name) && name %in% not_compared) next
      if (!is.null(name) && (isTRUE(skipped) || name %in% skipped)) { seen$without <- seen$without + count_of(wanted[[i]]); next }
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
  if (seen$without > 0) cat(sprintf("%d numbers have no counterpart in these packages and were not looked at\n", seen$without))
  for (line in c(seen$differ, paste("not made again:", seen$left)[seq_along(seen$left)])) cat("  ", line, "\n", sep = "")
  quit(status = if (length(seen$differ) + length(seen$left) > 0) 1 else 0)
}
