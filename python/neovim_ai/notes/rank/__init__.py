"""Which sections answer a query best: one question, answered by an index that is kept in memory."""
