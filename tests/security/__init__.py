"""The platform under attack: hostile strings, files, addresses and forms."""
