"""Measurements behind the claims of README.md; one file a subject."""
