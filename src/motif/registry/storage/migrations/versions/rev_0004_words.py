"""What only a database server keeps in order to search by itself: visual words, and who has which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, on a server; they are filled when the registry is opened for writing."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_table(
        "photo_words",
        sa.Column("photo_key", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("phash", sa.LargeBinary, nullable=False),
        *(
            sa.Column(f"{part}_{what}", sa.LargeBinary, nullable=False)
            for part in ("tones", "strokes")
            for what in ("words", "descriptors")
        ),
        sa.PrimaryKeyConstraint("photo_key", name="pk_photo_words"),
        sa.ForeignKeyConstraint(["photo_key"], ["photos.key"], name="fk_photo_words_photo_key"),
        comment="Of each photo what its fingerprint says of it in the search; follows from it.",
    )
    # Hundreds of photos are read by their words, and few by their descriptors.
    for part in ("tones", "strokes"):
        op.execute(f"ALTER TABLE photo_words ALTER COLUMN {part}_words SET STORAGE MAIN")
        op.execute(f"ALTER TABLE photo_words ALTER COLUMN {part}_descriptors SET STORAGE EXTERNAL")
    op.create_table(
        "word_lists",
        sa.Column("part", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("word", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("segment", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("photos", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("part", "word", "segment", name="pk_word_lists"),
        comment="Which of 4096 photos one after the other have a word; follows from photo_words.",
    )
