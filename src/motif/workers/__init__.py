"""Runs a task over many photos in processes that may die."""
