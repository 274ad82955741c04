"""Home of what the parts of a plan become: a weighted design, and rows ready for tables and files."""
