"""Notes: sections of Markdown files, found while a query is typed."""
