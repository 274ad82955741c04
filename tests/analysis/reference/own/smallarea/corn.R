# The example of Battese, Harter and Fuller (1988), corn, by nlme; the second segment of Hardin (row 33) left out as there.
# corn.csv: their table 1. Run from tests/analysis/reference: Rscript own/smallarea/corn.R
library(nlme); library(jsonlite)
d <- read.csv("own/smallarea/corn.csv")[-33, ]
pixels <- data.frame(corn = c(295.29, 300.40, 289.60, 290.74, 318.21, 257.17, 291.77, 301.26, 262.17, 314.28, 298.65, 325.99),
  soy = c(189.70, 196.65, 205.28, 220.22, 188.06, 247.13, 185.37, 221.36, 247.09, 198.66, 204.61, 177.05))
r <- lme(corn_hectares ~ corn_pixels + soy_pixels, random = ~ 1 | county, data = d, control = lmeControl(opt = "optim", reltol = 1e-14, tolerance = 1e-12))
writeLines(toJSON(list(pixels = as.matrix(pixels), beta = as.numeric(fixef(r)), between = as.numeric(getVarCov(r)), within = r$sigma^2,
  eblup = as.numeric(cbind(1, as.matrix(pixels)) %*% fixef(r)) + ranef(r)[as.character(1:12), 1],
  versions = list(R = as.character(getRversion()), nlme = as.character(packageVersion("nlme")))),
  digits = NA, auto_unbox = TRUE, pretty = TRUE), "own/smallarea/corn.json")
