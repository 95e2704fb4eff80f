"""Ask a model: the only package that knows openai and tiktoken."""
