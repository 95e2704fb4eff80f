"""The local model: its weights and the one server all editors of a user share."""
