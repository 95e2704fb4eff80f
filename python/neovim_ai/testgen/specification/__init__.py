"""What people said a function does, apart from its body: the only source of `spec`."""
