"""Results to documents: pure functions from records to text."""
