"""Home of the weighting chain: base weights, calibration to known totals, trimming, diagnostics."""
