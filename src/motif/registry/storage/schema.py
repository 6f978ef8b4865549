"""The tables: one schema for every engine, the search index, and one more that only a database server has.

``REVISION`` is the newest migration; a registry of that revision is opened without loading Alembic. Tests
compare the tables that the migrations create with ``metadata``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

REVISION = "0001"
"""The newest migration in ``migrations/versions``."""

KIND = "motif-registry"
"""Value of the fact ``kind``, which distinguishes a registry from another program's database."""


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC, returned with its zone also by an engine that does not store zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
    comment="Facts about the registry: kind, registry_id, profile, created_at.",
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
    comment="The last number given to a revision, an entry, a photo, and a record of each kind.",
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("registered_at", UtcDateTime, nullable=False),
    sa.Column("withdrawn_at", UtcDateTime, nullable=True),
    sa.Column("withdrawn_reason", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False, index=True, comment="Of its last change."),
)

photos = sa.Table(
    "photos",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entry_number", sa.Integer, sa.ForeignKey("entries.number"), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("width_px", sa.Integer, nullable=False),
    sa.Column("height_px", sa.Integer, nullable=False),
    sa.Column("profile_id", sa.String(60), nullable=False),
    sa.Column("cut", sa.String(200), nullable=False, comment="What a person said; empty if nothing."),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False, index=True, comment="That added it."),
    sa.UniqueConstraint("entry_number", "sha256"),
)

fingerprints = sa.Table(
    "fingerprints",
    metadata,
    sa.Column("photo_key", sa.Integer, sa.ForeignKey("photos.key"), primary_key=True, autoincrement=False),
    sa.Column("profile_id", sa.String(60), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False, comment="Fingerprint.to_bytes()"),
    comment="One fingerprint for each photo and profile.",
)

similarities = sa.Table(
    "similarities",
    metadata,
    sa.Column("entry_number", sa.ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False, comment="0 is the closest."),
    sa.Column("earlier_number", sa.Integer, sa.ForeignKey("entries.number"), nullable=False),
    comment="The earlier entries that the search found similar when an entry was registered.",
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text, nullable=False, comment="Canonical JSON."),
    sa.Column("leaf", sa.LargeBinary, nullable=False, comment="Hash of the body in the Merkle tree."),
    comment="The log, append-only; the other tables follow from it.",
)

heads = sa.Table(
    "heads",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("roots", sa.LargeBinary, nullable=False, comment="Of complete subtrees, largest first."),
    comment="Merkle frontiers: 'log', and for an unfinished copy 'goal', where its log must end.",
)

records = sa.Table(
    "records",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(40), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False, comment="Canonical JSON; empty once erased."),
    sa.Column("revision", sa.BigInteger, nullable=False, comment="Of its last change."),
    comment="Every version of the records about designs, cloths, photos, people and filings.",
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("role", sa.String(40), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("target", sa.String(80), nullable=False, index=True),
    comment="What the newest version of a record refers to.",
)

blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=True, comment="Null once erased."),
    comment="Attachments of records: fingerprints of checked photos, and papers of filings.",
)

checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("note", sa.Text, nullable=False, comment="The signed note."),
    sa.Column("timestamp_token", sa.LargeBinary, nullable=True, comment="RFC 3161, DER."),
)

server_metadata = sa.MetaData(naming_convention=metadata.naming_convention)
"""Tables that only a database server has, beside those above."""

original_parts = sa.Table(
    "original_parts",
    server_metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    comment="The original files in parts of 1 MiB; a folder keeps them as files.",
)

index_metadata = sa.MetaData(naming_convention=metadata.naming_convention)
"""Tables of the search index, which follow from the fingerprints and not from the log."""

photo_words = sa.Table(
    "photo_words",
    index_metadata,
    sa.Column("photo_key", sa.Integer, sa.ForeignKey(photos.c.key), primary_key=True, autoincrement=False),
    sa.Column("digest", sa.LargeBinary, nullable=False, comment="SHA-256 of the rest of the row."),
    sa.Column("phashes", sa.LargeBinary, nullable=False),
    sa.Column("tones", sa.LargeBinary, nullable=False),
    sa.Column("strokes", sa.LargeBinary, nullable=False),
    comment="Each photo's visual words and pHash; follows from its fingerprint.",
)

posting_lists = sa.Table(
    "posting_lists",
    index_metadata,
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("word", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("segment", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entries", sa.LargeBinary, nullable=False),
    comment="Which photos of a segment have a word; follows from photo_words.",
    sqlite_with_rowid=False,
)
