"""Secrets stay here: found by shape, replaced on the way out, put back on the way in."""
