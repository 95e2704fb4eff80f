"""Answers from the notes: found by words, chosen or worded by a model, checked before shown."""
