"""`:AiDoc`: facts → slots → merge → render → verify, each a pure function over plain data."""
