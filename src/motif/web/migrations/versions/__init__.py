"""The revisions of the tables; Alembic loads them from here."""

from __future__ import annotations
