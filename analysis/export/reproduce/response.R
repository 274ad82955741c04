# --- response: who stands for whom --------------------------------------------------------------------------------
dispositions_of <- function(column, codes) { x <- labels_of(column, if (length(codes)) character() else missing_texts); if (length(codes)) unname(unlist(codes)[x]) else x }
classes_of <- function(by) if (length(by) == 0) rep("all", nrow(d)) else do.call(paste, c(lapply(by, labels_of), sep = "\u0001"))
class_weights <- function(w, class, giving, taking) {
  factor <- tapply(ifelse(giving, w, 0), class, sum) / tapply(ifelse(taking, w, 0), class, sum)
  ifelse(taking, w * factor[class], 0)
}
class_carry <- function(class, giving, before, after) { force(class); force(giving); force(before); force(after); function(u) apply(as.matrix(u), 2, function(one) {
  mean <- tapply(one, class, sum) / tapply(after, class, sum); mean[!is.finite(mean)] <- 0
  one + (ifelse(giving, before, 0) - after) * mean[class]
}) }
predictors_of <- function(by) do.call(cbind, c(list(1), lapply(by, function(column) {
  x <- labels_of(column); number <- suppressWarnings(as.numeric(x))
  if (!anyNA(number[x != ""])) return(number)
  levels <- sort(unique(x[x != ""]), method = "radix")
  outer(x, levels[-1], function(a, b) as.numeric(a == b))
})))
response_model <- function(w, x, eligible, responded) {
  used <- eligible & w > 0
  z <- x[used, , drop = FALSE]; v <- w[used]; r <- as.numeric(responded[used]); b <- rep(0, ncol(x))
  for (round in 1:50) {  # the weighted logistic score equations, by Newton's method
    p <- as.numeric(plogis(z %*% b)); move <- solve(crossprod(z, z * (v * p * (1 - p))), crossprod(z, v * (r - p)))
    b <- b + as.numeric(move)
    if (max(abs(move)) < 1e-13) break
  }
  as.numeric(plogis(x %*% b))
}
propensity_classes <- function(fitted, used, strata) {
  cuts <- unique(quantile(fitted[used], seq(0, 1, length.out = strata + 1)[2:strata], names = FALSE))
  paste0("s", ifelse(used, findInterval(fitted, cuts * (1 + 1e-12), left.open = TRUE), -1))
}
propensity_carry <- function(x, eligible, responded, before, fitted) {
  counted <- ifelse(eligible, before, 0); inverse <- solve(crossprod(x, x * (counted * fitted * (1 - fitted))))
  function(u) apply(as.matrix(u), 2, function(one) one - counted * (responded - fitted) * as.numeric(x %*% (inverse %*% crossprod(x, one * (1 - fitted)))))
}
calibration_carry <- function(x, before, after) {
  force(after)
  half <- sqrt(before); found <- qr(x * half, tol = 1e-9)
  function(u) apply(as.matrix(u), 2, function(one) {
    value <- ifelse(after > 0, one / after, 0); ifelse(before > 0, qr.resid(found, value * half) / half, value) * after
  })
}
# survey has no step of response in its variance; with one, influence values are carried back through the chain by hand
# and go to its svyrecvar.
carried_by_hand <- function(carries) {
  put <- function(name, made) assign(name, made, envir = globalenv())  # in front of the function of survey
  covariance <- function(u) {
    for (carry in carries) u <- carry(u)
    svyrecvar(as.matrix(u), base$cluster, base$strata, base$fpc, postStrata = NULL)
  }
  columns <- function(x, whole) if (inherits(x, "formula")) as.matrix(whole$variables[all.vars(x)]) else as.matrix(x)
  inside <- function(whole) if (is.null(whole$variables$.in)) rep(TRUE, nrow(d)) else whole$variables$.in
  result <- function(value, u) structure(as.numeric(value), names = colnames(u), var = covariance(u), class = "svystat")
  put("part_of", function(whole) whole)
  put("svytotal", function(x, design, ...) { u <- columns(x, design) * final_weights * inside(design); result(colSums(u), u) })
  put("svymean", function(x, design, ...) {
    w <- final_weights * inside(design); y <- columns(x, design); value <- colSums(y * w) / sum(w)
    result(value, sweep(y, 2, value) * w / sum(w))
  })
  put("svyratio", function(numerator, denominator, design, ...) {
    w <- final_weights * inside(design); y <- columns(numerator, design); x <- columns(denominator, design)
    value <- sum(y * w) / sum(x * w); result(value, (y - value * x) * w / sum(x * w))
  })
  put("independence_of", function(items, by, correction, where = list()) independence_by_hand(items, by, correction, where, covariance))
}

