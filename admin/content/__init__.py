"""Content files of a province: read, checked against schemas and against each other, then frozen."""
