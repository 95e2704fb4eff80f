"""Processes that all editors of a user share: found, started once, told apart from dead ones."""
