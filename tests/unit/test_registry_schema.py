"""The tables: what the migrations build is what the code expects, on every engine."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import autogenerate
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

import motif.registry.storage.migrations
from motif.errors import RegistryCorruptError, SchemaVersionError
from motif.registry.storage.schema import REVISION, metadata
from motif.registry.storage.sql_store import SqlStore

MIGRATIONS = Path(motif.registry.storage.migrations.__file__).parent


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "registry.sqlite"
    open_store(path).close()
    return path


def open_store(path: Path) -> SqlStore:
    return SqlStore.open_sqlite(path, profile_id="cheapest-1")


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


def test_the_revision_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_the_migrations_build_exactly_the_tables(database: Path) -> None:
    migrated, made = sa.create_engine(f"sqlite:///{database}"), sa.create_engine("sqlite://")
    metadata.create_all(made)
    assert described(migrated) == described(made)
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert autogenerate.compare_metadata(context, metadata) == []


def test_the_tables_suit_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


@pytest.mark.slow
def test_a_current_registry_opens_without_alembic(database: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from motif.registry.storage.sql_store import SqlStore\n"
        f"SqlStore.open_sqlite(Path({str(database)!r}), profile_id='cheapest-1').close()\n"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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
