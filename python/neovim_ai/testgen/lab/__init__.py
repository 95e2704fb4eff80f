"""Everything that runs the subject and its tests, in the sandbox, and tells what it saw."""
