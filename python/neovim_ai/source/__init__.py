"""Understand Python text: where definitions are and what the code alone says of them."""
