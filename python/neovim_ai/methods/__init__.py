"""The methods of the editor's host, one module for each engine."""
