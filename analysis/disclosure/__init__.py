"""Disclosure control: what may not be shown, what must be hidden with it, and the attack that checks both."""
