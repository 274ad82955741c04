"""Survey statistics as a library: arrays and frames in, frozen typed results out."""
