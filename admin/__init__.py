"""The staff side of Minyi: design, fieldwork, analysis runs, scoring and reports."""
