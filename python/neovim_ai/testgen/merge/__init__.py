"""Join new tests into a project's test file: insertions only, nothing of the user's changes."""
