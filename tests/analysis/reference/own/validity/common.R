# What the three scripts beside this one share: the data, and a fitted lavaan model as plain lists.
suppressMessages({library(lavaan); library(semTools); library(survey); library(jsonlite)})
items <- paste0("q", 1:9)
citizens <- na.omit(read.csv("../../data/citizens.csv")[, c(items, "urban", "age", "region", "township", "pw")])
three <- "staff =~ q1 + q2 + q3
process =~ q4 + q5 + q6
outcome =~ q7 + q8 + q9"
# A lavaan fit: measures of fit and every element with its standard error; std.all by standardizedSolution.
laid_out <- function(f, measures = TRUE) {
  p <- parameterEstimates(f, remove.nonfree = FALSE, remove.eq = TRUE, remove.ineq = TRUE)
  p <- p[p$op %in% c("=~", "~~", "~1", "|", "~*~"), ]
  s <- standardizedSolution(f)
  s <- s[s$op %in% c("=~", "~~", "~1", "|", "~*~"), ]
  stopifnot(nrow(p) == nrow(s))
  if (is.null(p$group)) p$group <- 1L
  list(measures = if (measures) as.list(unclass(fitMeasures(f))) else NULL,
       groups = as.list(if (lavInspect(f, "ngroups") > 1) lavInspect(f, "group.label") else "all"),
       parameters = data.frame(lhs = p$lhs, op = p$op, rhs = p$rhs, group = p$group, est = p$est, se = p$se,
                               std = s$est.std, std_se = s$se))
}
save_json <- function(x, file) write_json(x, file, digits = 12, auto_unbox = TRUE, na = "null", dataframe = "columns")
