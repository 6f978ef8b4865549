"""Alembic migrations, from the first revision on; applied when a registry is opened."""

from __future__ import annotations
