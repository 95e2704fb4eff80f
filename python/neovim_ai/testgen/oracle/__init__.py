"""What should have come out, and who says so: ranked sources, and no silent repair."""
