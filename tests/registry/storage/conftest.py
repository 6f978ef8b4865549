"""A made-up next version of motif, whose tables differ from today's."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from motif.registry.storage import migrate, sql_view
from motif.registry.storage.migrate import MIGRATIONS

NEXT_REVISION = """
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_entries_title", "entries", ["title"])
    op.execute("UPDATE entries SET title = title || ''")
    {last_step}
"""


@pytest.fixture
def use_next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what makes this process the next version; ``last_step`` ends its migration."""

    def use(last_step: str = "pass") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, folder, dirs_exist_ok=True)
        (folder / "versions" / "rev_0002.py").write_text(NEXT_REVISION.format(last_step=last_step))
        monkeypatch.setattr(migrate, "MIGRATIONS", folder)
        monkeypatch.setattr(migrate, "REVISION", "0002")
        monkeypatch.setattr(sql_view, "REVISION", "0002")

    return use
