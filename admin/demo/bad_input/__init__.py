"""Three worlds of bad input, each with the real code that must refuse it."""
