"""Every step of the chain as a command; each acts for a person who gives a password, as on the screens."""
