"""What is to be tested, and how this project tests: found by looking, nothing is run."""
