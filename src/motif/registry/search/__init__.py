"""Finds entries by photo and by traits; what people decided is applied by the callers."""
