"""Shows that nothing was changed since it was registered."""
