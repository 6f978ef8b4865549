"""In and out: lists of designs with their photos into a registry, and a registry into tables and XML."""
