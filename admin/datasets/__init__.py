"""Frozen datasets: from sealed responses to Parquet with codebook, manifest and digest."""
