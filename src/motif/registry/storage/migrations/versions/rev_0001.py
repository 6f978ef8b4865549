"""The tables of a registry; on a database server also that for originals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _facts()
    _entries()
    _photos()
    _fingerprints()
    _similarities()
    _log()
    _records()
    _checkpoints()
    _search()
    if op.get_bind().dialect.name == "postgresql":
        _originals()
        _keep_lists_in_rows()


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_facts"),
        comment="Facts about the registry: kind, registry_id, profile, created_at.",
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
        comment="The last number given to a revision, an entry, a photo, and a record of each kind.",
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
        sa.Column("cut", sa.String(200), nullable=False, comment="What a person said; empty if nothing."),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, comment="That added it."),
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
        comment="One fingerprint for each photo and profile.",
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
        comment="The earlier entries that the search found similar when an entry was registered.",
    )


def _log() -> None:
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text, nullable=False, comment="Canonical JSON."),
        sa.Column("leaf", sa.LargeBinary, nullable=False, comment="Hash of the body in the Merkle tree."),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        comment="The log, append-only; the other tables follow from it.",
    )
    op.create_table(
        "heads",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("roots", sa.LargeBinary, nullable=False, comment="Of complete subtrees, largest first."),
        sa.PrimaryKeyConstraint("name", name="pk_heads"),
        comment="Merkle frontiers: 'log', and for an unfinished copy 'goal', where its log must end.",
    )


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False, comment="Canonical JSON; empty once erased."),
        sa.Column("revision", sa.BigInteger, nullable=False, comment="Of its last change."),
        sa.PrimaryKeyConstraint("id", "version", name="pk_records"),
        comment="Every version of the records about designs, cloths, photos, people and filings.",
    )
    op.create_index("ix_records_kind", "records", ["kind"])
    op.create_table(
        "links",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("target", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", "role", "position", name="pk_links"),
        comment="What the newest version of a record refers to.",
    )
    op.create_index("ix_links_target", "links", ["target"])
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=True, comment="Null once erased."),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
        comment="Attachments of records: fingerprints of checked photos, and papers of filings.",
    )


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text, nullable=False, comment="The signed note."),
        sa.Column("timestamp_token", sa.LargeBinary, nullable=True, comment="RFC 3161, DER."),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoints"),
    )


def _originals() -> None:
    op.create_table(
        "original_parts",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "position", name="pk_original_parts"),
        comment="The original files in parts of 1 MiB; a folder keeps them as files.",
    )
    # Photos are compressed already: the server need not try.
    op.execute("ALTER TABLE original_parts ALTER COLUMN data SET STORAGE EXTERNAL")


def _search() -> None:
    op.create_table(
        "photo_words",
        sa.Column("photo_key", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False, comment="SHA-256 of the rest of the row."),
        sa.Column("phashes", sa.LargeBinary, nullable=False),
        sa.Column("tones", sa.LargeBinary, nullable=False),
        sa.Column("strokes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("photo_key", name="pk_photo_words"),
        sa.ForeignKeyConstraint(["photo_key"], ["photos.key"], name="fk_photo_words_photo_key"),
        comment="Each photo's visual words and pHash; follows from its fingerprint.",
    )
    op.create_table(
        "posting_lists",
        sa.Column("part", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("word", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("segment", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("entries", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("part", "word", "segment", name="pk_posting_lists"),
        comment="Which photos of a segment have a word; follows from photo_words.",
        sqlite_with_rowid=False,
    )


def _keep_lists_in_rows() -> None:
    # A search reads thousands of lists; most fit into a row, and none can be compressed.
    op.execute("ALTER TABLE posting_lists ALTER COLUMN entries SET STORAGE EXTERNAL")
    for column in ("tones", "strokes"):
        op.execute(f"ALTER TABLE photo_words ALTER COLUMN {column} SET STORAGE EXTERNAL")
