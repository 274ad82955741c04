"""Indices as weighted means of means: trees of weights, renormalisation and unit indices."""
