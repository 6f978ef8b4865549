"""The tables: what the migrations build is what the code expects, on every engine."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import pytest
import sqlalchemy as sa
from alembic import autogenerate
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from tests.pictures import spots

import motif.registry.storage.migrations
from motif.errors import RegistryCorruptError, RegistryError, SchemaVersionError
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry
from motif.registry.storage.migrate import OpenOptions
from motif.registry.storage.schema import REVISION, index_metadata, metadata, server_metadata
from motif.registry.storage.sql_store import SqlStore

MIGRATIONS = Path(motif.registry.storage.migrations.__file__).parent


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "registry.sqlite"
    open_store(path).close()
    return path


def open_store(path: Path) -> SqlStore:
    return SqlStore.open_sqlite(path, OpenOptions(profile=CHEAPEST_1))


def execute(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def described(engine: sa.Engine) -> dict[str, Any]:
    inspector = sa.inspect(engine)
    return {
        name: (
            [
                (column["name"], str(column["type"]), column["nullable"])
                for column in inspector.get_columns(name)
            ],
            inspector.get_pk_constraint(name),
            sorted(inspector.get_foreign_keys(name), key=str),
            sorted(inspector.get_unique_constraints(name), key=str),
            sorted(inspector.get_indexes(name), key=str),
        )
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def stored(folder: Path) -> tuple[str, bool]:
    """Return the revision of a registry, and whether it has the index of the next one."""
    with closing(sqlite3.connect(folder / "registry.sqlite")) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    engine = sa.create_engine(f"sqlite:///{folder / 'registry.sqlite'}")
    try:
        return revision, has_title_index(engine)
    finally:
        engine.dispose()


def has_title_index(engine: sa.Engine) -> bool:
    return "ix_entries_title" in {index["name"] for index in sa.inspect(engine).get_indexes("entries")}


def test_the_revision_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_the_migrations_build_exactly_the_tables(database: Path) -> None:
    migrated, made = sa.create_engine(f"sqlite:///{database}"), sa.create_engine("sqlite://")
    for tables in (metadata, index_metadata):
        tables.create_all(made)
    assert described(migrated) == described(made)
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert autogenerate.compare_metadata(context, [metadata, index_metadata]) == []


WIDE = {
    "BIGINT": "counters.value entries.revision photos.size_bytes photos.revision events.seq heads.size "
    "records.revision checkpoints.size",
    "BYTEA": "fingerprints.data events.leaf heads.roots blobs.data checkpoints.timestamp_token "
    "original_parts.data photo_words.digest photo_words.phashes photo_words.tones photo_words.strokes "
    "posting_lists.entries",
    "TIMESTAMP WITH TIME ZONE": "entries.registered_at entries.withdrawn_at photos.added_at",
    "TEXT": "entries.note entries.withdrawn_reason events.body records.body checkpoints.note",
}
"""The columns that PostgreSQL must not store in a narrower type, which the others may be."""
LONGEST_NAME = 63
"""PostgreSQL cuts off longer ones without a word."""


def test_the_tables_suit_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    columns: dict[str, set[str]] = {}
    for table in (*metadata.sorted_tables, *index_metadata.sorted_tables, *server_metadata.sorted_tables):
        made = str(CreateTable(table).compile(dialect=dialect))
        assert "SERIAL" not in made, "numbers are given by the registry, not by the server"
        for column in table.columns:
            columns.setdefault(column.type.compile(dialect=dialect), set()).add(f"{table.name}.{column.name}")
        names = [part.name for part in (table, *table.columns, *table.indexes, *table.constraints)]
        assert all(name and len(name) <= LONGEST_NAME for name in names)
    texts = {kind for kind in columns if kind.startswith("VARCHAR(")}
    assert columns.keys() == {*WIDE, *texts, "INTEGER"}
    assert {kind: columns[kind] for kind in WIDE} == {
        kind: set(names.split()) for kind, names in WIDE.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("command", [["list"], ["check", "turi.png"]], ids=["list", "check"])
def test_commands_on_a_current_registry_load_no_alembic(
    command: list[str], small_registry: Path, tmp_path: Path
) -> None:
    cv2.imwrite(str(tmp_path / "turi.png"), spots(9))
    program = (
        "import atexit, sys\n"
        "from motif.cli import main\n"
        "atexit.register(lambda: print('sqlalchemy' in sys.modules, 'alembic' in sys.modules))\n"
        f"sys.argv = ['motif', '--registry', {str(small_registry)!r}, *{command!r}]\n"
        "main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (run.returncode, run.stdout.splitlines()[-1]) == (0, "True False"), run.stderr


@pytest.mark.slow
def test_an_older_registry_is_migrated_whole(
    small_registry: Path, use_next_revision: Callable[..., None]
) -> None:
    with Registry.open(small_registry) as registry:
        entries, size = registry.list(include_withdrawn=True), len(registry.ledger)
    use_next_revision()
    with Registry.open(small_registry) as registry:
        assert registry.list(include_withdrawn=True) == entries
        assert len(registry.ledger) == size
        assert registry.check(registry.original("M-000004-5")).matches[0].entry.id == "M-000004-5"
        registry.withdraw("M-000004-5", reason="salah")
        assert registry.ledger.verify().findings == ()
    assert stored(small_registry) == ("0002", True)


def test_a_migration_that_fails_leaves_the_older_registry(
    small_registry: Path, use_next_revision: Callable[..., None]
) -> None:
    use_next_revision("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        Registry.open(small_registry)
    assert stored(small_registry) == ("0001", False)
    use_next_revision()
    with Registry.open(small_registry) as registry:
        assert registry.ledger.verify().findings == ()


def test_an_older_registry_that_cannot_be_written_is_not_migrated(
    database: Path, use_next_revision: Callable[..., None]
) -> None:
    use_next_revision()
    before = database.read_bytes()
    with pytest.raises(RegistryError, match="revision '0001'; expected '0002'") as caught:
        SqlStore.open_sqlite(database, OpenOptions(), writable=False)
    assert "write permission" in (caught.value.hint or "")
    assert database.read_bytes() == before


def test_a_registry_of_a_newer_version_is_refused(
    small_registry: Path, use_next_revision: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_next_revision()
    Registry.open(small_registry).close()
    monkeypatch.undo()
    with pytest.raises(SchemaVersionError, match="revision '0002'; this version knows up to '0001'"):
        Registry.open(small_registry)
    assert stored(small_registry) == ("0002", True)


def test_a_server_s_older_registry_is_migrated_whole_or_not_at_all(
    new_database: Callable[[], str], use_next_revision: Callable[..., None]
) -> None:
    address = new_database()
    with Registry.open(address, profile=CHEAPEST_1) as registry:
        entry = registry.register(spots(1), title="Turi")
    use_next_revision("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        Registry.open(address)
    engine = sa.create_engine(address)
    assert not has_title_index(engine)
    use_next_revision()
    with Registry.open(address) as registry:
        assert registry.check(spots(1)).matches[0].entry == entry
        assert registry.ledger.verify().findings == ()
    assert has_title_index(engine)
    engine.dispose()


def test_an_interrupted_creation_is_finished_at_the_next_opening(tmp_path: Path) -> None:
    path = tmp_path / "registry.sqlite"
    path.touch()
    store = open_store(path)
    with store.reading() as reader:
        assert reader.revision() == 0
    store.close()


def test_a_newer_schema_is_left_alone(database: Path) -> None:
    execute(database, "UPDATE alembic_version SET version_num = '9999'")
    before = database.read_bytes()
    with pytest.raises(SchemaVersionError, match="'9999'") as caught:
        open_store(database)
    assert "Update motif" in caught.value.hint
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE songs (title TEXT)",),
        ("CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('0001')"),
        ("CREATE TABLE alembic_version (version_num TEXT)", "CREATE TABLE facts (x TEXT)"),
        ("CREATE TABLE alembic_version (version_num TEXT)", "CREATE TABLE facts (name TEXT, value TEXT)"),
    ],
)
def test_another_programs_database_is_left_alone(tmp_path: Path, statements: tuple[str, ...]) -> None:
    path = tmp_path / "registry.sqlite"
    execute(path, *statements)
    before = path.read_bytes()
    with pytest.raises(SchemaVersionError, match="another program"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END",
        "CREATE VIEW v AS SELECT 1",
    ],
)
def test_a_database_that_brings_programs_is_refused(database: Path, statement: str) -> None:
    execute(database, statement)
    with pytest.raises(RegistryCorruptError, match="triggers or views"):
        open_store(database)


def test_commits_are_synced_and_links_enforced(database: Path) -> None:
    store = open_store(database)
    with store._engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        }
    store.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
