"""One module for each thing that must not change or must be there."""
