"""Keeps records, log and files in SQLite or PostgreSQL."""
