"""The one process per user that indexes notes and answers for all editors and the command line."""
