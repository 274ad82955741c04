"""Adapters to the world outside, behind the protocols of survey/ports.py."""
