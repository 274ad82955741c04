"""Intervals, rank sets and bands: comparing units without pretending to know their order."""
