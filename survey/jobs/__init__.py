"""Work in the background: rows that tell the truth, workers that may die."""
