"""Calls worth making, and what a model adds to them: names, intents, expected values."""
