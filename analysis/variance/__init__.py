"""Home of variance formulas over influence values; pure arrays, no design object."""
