"""Design-based tests: independence, t, ranks, effect sizes, multiple comparison in a declared family."""
