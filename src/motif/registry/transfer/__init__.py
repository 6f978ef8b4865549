"""Carries a whole registry elsewhere: copy, backup, restore."""
