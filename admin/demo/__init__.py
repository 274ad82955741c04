"""The demo: its data, its simulated fieldwork and the command that walks the whole chain."""
