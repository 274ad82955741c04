# psych and GPArotation: extraction and rotation of the nine items of citizens.csv, fit, Velicer's MAP, congruence;
# KMO and Bartlett of the first five items; a Heywood case.
suppressMessages({library(psych); library(GPArotation); library(jsonlite)})
k <- na.omit(read.csv("../../data/citizens.csv")[, paste0("q", 1:9)])
R <- cor(k)
one <- function(fm, rotate) {
  f <- fa(R, nfactors = 3, n.obs = nrow(k), fm = fm, rotate = rotate)
  L <- unclass(f$loadings); phi <- if (is.null(f$Phi)) diag(3) else f$Phi
  list(loadings = unname(L), phi = unname(phi), communality = unname(f$communality), chi = f$STATISTIC, dof = f$dof, p = f$PVAL,
       tli = f$TLI, rmsea = unname(f$RMSEA[1]), rms = f$rms, bic = f$BIC)
}
ml <- factanal(covmat = R, factors = 3, n.obs = nrow(k), rotation = "none", control = list(opt = list(factr = 1e3), lower = .005))
L <- unclass(ml$loadings)
norm <- function(x) { l <- unname(unclass(x$loadings)); list(loadings = l, phi = if (is.null(x$Phi)) diag(3) else unname(x$Phi)) }
pm <- promax(varimax(L, normalize = TRUE, eps = 1e-12)$loadings, m = 4)
U <- pm$rotmat; Ui <- solve(U)
v <- vss(R, n = 8, n.obs = nrow(k), rotate = "none", plot = FALSE)
H <- matrix(c(1, .8, .7, .5, .8, 1, .4, .3, .7, .4, 1, .3, .5, .3, .3, 1), 4)
out <- list(
  minres = one("minres", "oblimin"), ml = one("ml", "oblimin"), minres_varimax = one("minres", "varimax"),
  given = unname(L), uniqueness = unname(ml$uniquenesses), ml_chi = unname(ml$STATISTIC), ml_dof = ml$dof, ml_p = unname(ml$PVAL),
  varimax = list(loadings = unname(unclass(varimax(L, normalize = TRUE, eps = 1e-14)$loadings)), phi = diag(3)),
  varimax_raw = norm(Varimax(L, normalize = FALSE, eps = 1e-7)), quartimax = norm(quartimax(L, eps = 1e-7)),
  oblimin = norm(oblimin(L, eps = 1e-7)), oblimin_half = norm(oblimin(L, gam = -.5, eps = 1e-7)), oblimin_kaiser = norm(oblimin(L, normalize = TRUE, eps = 1e-7)),
  geomin = norm(geominQ(L, delta = .01, eps = 1e-7, maxit = 20000)),
  promax = list(loadings = unname(unclass(pm$loadings)), phi = unname(Ui %*% t(Ui))),
  map = v$map, congruence = unname(factor.congruence(L, unclass(oblimin(L)$loadings), digits = 8)),
  kmo = unname(KMO(R[1:5, 1:5])$MSAi), bartlett = cortest.bartlett(R[1:5, 1:5], n = nrow(k))$chisq,
  heywood_in = H, heywood = suppressWarnings(fa(H, 1, n.obs = 100, fm = "ml"))$uniquenesses)
write_json(out, "psych-efa.json", digits = 12, auto_unbox = TRUE)
