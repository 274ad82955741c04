"""The gates a scoring run must pass before its hand-over, as pure functions of their inputs."""
