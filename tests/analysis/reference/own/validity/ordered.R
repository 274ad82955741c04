# WLSMV by lavaan (delta): five, three and two categories, one group and groups, equality in the orders of lavaan and of
# Wu and Estabrook (semTools), scaled differences (Satorra 2000), sampling weights.
source("common.R")
fit <- function(data = citizens, model = three, o = items, ...) cfa(model, data, ordered = o, ...)
cut2 <- citizens; cut2[items] <- lapply(citizens[items], function(x) as.integer(x > 3))
cut3 <- citizens; cut3[items] <- lapply(citizens[items], function(x) findInterval(x, c(3, 4)))
differences <- function(...) {
  t <- unclass(lavTestLRT(...))
  list(chisq = t$`Chisq diff`[-1], df = t$`Df diff`[-1], p = t$`Pr(>Chisq)`[-1])
}
out <- list()
out$five <- laid_out(fit())
out$three <- laid_out(fit(cut3))
out$two <- laid_out(fit(cut2))
out$one_factor_4 <- laid_out(fit(model = "f =~ q1 + q2 + q4 + q7", o = c("q1", "q2", "q4", "q7")))
out$std <- laid_out(fit(std.lv = TRUE))
groups <- list(configural = "", loadings = "loadings", scalar = c("loadings", "thresholds"))
five <- lapply(groups, function(e) fit(group = "urban", group.equal = e))
out$groups <- lapply(five, laid_out)
out$difference <- differences(five$configural, five$scalar)
two <- lapply(groups[c(1, 3)], function(e) fit(cut2, group = "urban", group.equal = e))
out$two_groups <- lapply(two, laid_out)
out$two_difference <- differences(two[[1]], two[[2]])
levels <- list(configural = "", thresholds = "thresholds", metric = c("thresholds", "loadings"),
  scalar = c("thresholds", "loadings", "intercepts"))
wu <- lapply(levels, function(e) measEq.syntax(three, data = citizens, ordered = items, group = "urban",
  ID.cat = "Wu.Estabrook.2016", parameterization = "delta", ID.fac = "std.lv", group.equal = e, return.fit = TRUE))
out$wu <- lapply(wu, function(f) list(measures = as.list(unclass(fitMeasures(f)))))
out$wu_difference <- differences(wu[[1]], wu[[2]], wu[[3]], wu[[4]])
mi <- modindices(fit()); out$indices <- mi[mi$op %in% c("=~", "~~"), c("lhs", "op", "rhs", "mi", "epc")]
f <- fit(sampling.weights = "pw"); out$weights <- laid_out(f)
save_json(out, "ordered.json")
