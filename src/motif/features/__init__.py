"""Features of a swatch: one family a file, a few free functions each."""
