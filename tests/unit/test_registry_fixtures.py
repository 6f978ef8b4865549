"""A registry written by any earlier version opens, lacks nothing, and has a log from then on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from motif.registry.registry import Registry
from motif.registry.storage.schema import REVISION

FIXTURES = sorted((Path(__file__).parents[1] / "fixtures").glob("registry-*.zip"))


@pytest.fixture(params=FIXTURES, ids=[path.stem for path in FIXTURES])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "registry.motif"
    shutil.unpack_archive(request.param, path)
    return path


def test_there_is_one_of_each_revision_but_the_newest() -> None:
    kept = [path.stem.removeprefix("registry-") for path in FIXTURES]
    assert {f"{number:04}" for number in range(1, int(REVISION))} <= set(kept)


@pytest.mark.slow
def test_nothing_is_lost(folder: Path) -> None:
    with Registry.open(folder) as registry:
        entries = registry.list(include_withdrawn=True)
        assert [(entry.id, entry.title, len(entry.photos)) for entry in entries] == [
            ("M-000001-3", "Kembang Turi", 2),
            ("M-000002-1", "Ceplok ꦏꦮꦸꦁ", 1),
            ("M-000003-7", "Turi lagi", 1),
            ("M-000004-5", "Sekar Jagad", 1),
        ]
        assert entries[0].note == "dari Doko\nbaris dua"
        assert (entries[1].withdrawn_reason, entries[2].similar_to) == ("dobel", ("M-000001-3",))
        for entry in entries:
            assert registry.original(entry.photos[-1].sha256)
            assert entry.withdrawn or registry.check(registry.original(entry.id)).verdict == "conflict"


def test_all_of_it_stands_in_the_log_which_goes_on(folder: Path) -> None:
    with Registry.open(folder) as registry:
        assert registry.ledger.verify().findings == ()
        kinds = [event.kind for event in registry.ledger.history("M-000002-1")]
        assert kinds == ["entry.added", "photo.added", "entry.withdrawn"]
        size = len(registry.ledger)
        registry.withdraw("M-000004-5", reason="salah")
        assert len(registry.ledger) == size + 1
        assert registry.ledger.verify().findings == ()


def test_a_migration_that_is_interrupted_leaves_the_old_registry(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "registry.sqlite")) as connection, connection:
        if connection.execute("SELECT version_num FROM alembic_version").fetchone() != ("0001",):
            pytest.skip("only the first revision is migrated")
        connection.execute("DELETE FROM facts WHERE name = 'created_at'")
    with pytest.raises(Exception, match="created_at"):
        Registry.open(folder)
    with closing(sqlite3.connect(folder / "registry.sqlite")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone() is None
