"""Lists of designs with their photos into a registry, and a registry into tables, LIDO XML and bags."""
