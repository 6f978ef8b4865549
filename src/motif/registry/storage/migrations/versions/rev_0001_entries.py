"""Entries, their photos and fingerprints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    _facts()
    _entries()
    _photos()
    _fingerprints()
    _similarities()


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_facts"),
        comment="What the registry is: kind, registry_id, profile, created_at.",
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
        comment="Last used value: revision, entry, photo. Counted inside the write that uses it.",
    )


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("registered_at", _TIME, nullable=False),
        sa.Column("withdrawn_at", _TIME, nullable=True),
        sa.Column("withdrawn_reason", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, comment="Of its last change."),
        sa.PrimaryKeyConstraint("number", name="pk_entries"),
    )
    op.create_index("ix_entries_revision", "entries", ["revision"])


def _photos() -> None:
    op.create_table(
        "photos",
        sa.Column("key", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("entry_number", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("width_px", sa.Integer, nullable=False),
        sa.Column("height_px", sa.Integer, nullable=False),
        sa.Column("profile_id", sa.String(60), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, comment="In which it was added."),
        sa.PrimaryKeyConstraint("key", name="pk_photos"),
        sa.ForeignKeyConstraint(["entry_number"], ["entries.number"], name="fk_photos_entry_number"),
        sa.UniqueConstraint("entry_number", "sha256", name="uq_photos_entry_number_sha256"),
    )
    op.create_index("ix_photos_sha256", "photos", ["sha256"])
    op.create_index("ix_photos_revision", "photos", ["revision"])


def _fingerprints() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("photo_key", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("profile_id", sa.String(60), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False, comment="Fingerprint.to_bytes()"),
        sa.PrimaryKeyConstraint("photo_key", "profile_id", name="pk_fingerprints"),
        sa.ForeignKeyConstraint(["photo_key"], ["photos.key"], name="fk_fingerprints_photo_key"),
        comment="A later profile adds rows beside the old ones.",
    )


def _to_entries(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["entries.number"], name=f"fk_similarities_{column}")


def _similarities() -> None:
    op.create_table(
        "similarities",
        sa.Column("entry_number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False, comment="0 is the closest."),
        sa.Column("earlier_number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("entry_number", "position", name="pk_similarities"),
        _to_entries("entry_number"),
        _to_entries("earlier_number"),
        comment="Which earlier entries the search found alike when an entry was registered.",
    )
