"""Runs what a model wrote where it can do no harm, or not at all."""
