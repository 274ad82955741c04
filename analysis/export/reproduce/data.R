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

