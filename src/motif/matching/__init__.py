"""Which registered designs does a photo reuse, and what shows it? Reads and writes nothing."""
