"""Scoring: runs of a locked plan on a frozen dataset, their gates, and the counter-signed hand-over."""
