"""What only a database server keeps: the untouched files. A folder has files for that already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, on a server."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_table(
        "original_parts",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "position", name="pk_original_parts"),
        comment="The untouched files in parts of 1 MiB; in a folder they are files.",
    )
    # Photos are compressed already: the server need not try.
    op.execute("ALTER TABLE original_parts ALTER COLUMN data SET STORAGE EXTERNAL")
