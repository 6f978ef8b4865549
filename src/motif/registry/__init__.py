"""What was registered, and what is like it: records, originals, search and the rules between them."""
