"""Docstrings, tests and notes for Neovim: the engines, without the editor."""

__version__ = "0.1.0"
