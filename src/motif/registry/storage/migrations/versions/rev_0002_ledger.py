"""The log of all changes, records about designs, and signed checkpoints; what was there enters the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from motif.registry.storage.migrate import adopt

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and write what the registry holds already into the log."""
    _log()
    _records()
    _checkpoints()
    adopt(op.get_bind())


def _log() -> None:
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text, nullable=False, comment="Canonical JSON."),
        sa.Column("leaf", sa.LargeBinary, nullable=False, comment="Hash of the body in the tree."),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        comment="The log, append-only: the truth. The tables above and below follow from it.",
    )
    op.create_table(
        "heads",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("roots", sa.LargeBinary, nullable=False, comment="Of complete subtrees, largest first."),
        sa.PrimaryKeyConstraint("name", name="pk_heads"),
        comment="Where the log ends, and its hash tree's frontier; one row, 'log'.",
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
        comment="What is known about designs, cloths, photos, people and filings; every version is kept.",
    )
    op.create_index("ix_records_kind", "records", ["kind"])
    op.create_table(
        "links",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("target", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", "role", "position", name="pk_links"),
        comment="To what a record's newest version refers.",
    )
    op.create_index("ix_links_target", "links", ["target"])
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
        comment="Kept beside a record: fingerprints of photos that were asked about.",
    )


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text, nullable=False, comment="The signed note."),
        sa.Column("timestamp_token", sa.LargeBinary, nullable=True, comment="RFC 3161, DER."),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoints"),
    )
