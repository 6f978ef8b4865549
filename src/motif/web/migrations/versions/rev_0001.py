"""The tables of a counter."""

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
    _people()
    _work()


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("login", sa.String(40), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password", sa.String(400), comment="argon2id; empty until a code was used."),
        sa.Column("language", sa.String(2)),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("closed_at", _TIME),
    )
    op.create_table(
        "codes",
        sa.Column("digest", sa.String(64), primary_key=True, comment="SHA-256 of a one-time code."),
        sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number"), comment="Empty: the first head."),
        sa.Column("ends_at", _TIME, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), primary_key=True, comment="SHA-256 of the cookie."),
        sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number"), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
    )


def _work() -> None:
    op.create_table(
        "photos",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number"), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("taken_in_at", _TIME, nullable=False),
        sa.Column("entry", sa.String(20), comment="As which it was registered."),
    )
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number"), nullable=False),
        sa.Column("photo", sa.Integer, sa.ForeignKey("photos.number"), index=True),
        sa.Column("subject", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("answer", sa.JSON),
    )
    op.create_table(
        "drafts",
        sa.Column("photo", sa.Integer, sa.ForeignKey("photos.number"), primary_key=True),
        sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number"), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
    )
