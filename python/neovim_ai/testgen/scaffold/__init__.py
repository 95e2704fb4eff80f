"""The text of tests: the model names and explains, this code writes every line."""
