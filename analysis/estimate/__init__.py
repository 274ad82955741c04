"""Home of design-based estimators: each takes the variables and a design and returns frozen results."""
