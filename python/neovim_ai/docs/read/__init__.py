"""Reads docstrings without losing a character: pieces that tile the value."""
