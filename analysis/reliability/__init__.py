"""Reliability of sets of items: one additive state of moments, and what is computed from it."""
