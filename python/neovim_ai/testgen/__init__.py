"""`:AiTest`: tests that show their evidence before a line is written."""
