"""One module a docstring style."""
