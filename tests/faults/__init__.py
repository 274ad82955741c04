"""Faults on purpose: killed workers, locked and full databases, races; and whether an answer was lost."""
