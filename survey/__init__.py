"""The shared core of Minyi and the public site on top of it."""
