"""A registry on a PostgreSQL server: its tables, its originals, and what it says when something is wrong."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic import autogenerate
from alembic.runtime.migration import MigrationContext
from tests.pictures import spots

from motif.errors import (
    DuplicateMotifError,
    MotifError,
    OriginalMissingError,
    ParameterError,
    RegistryBusyError,
    RegistryCorruptError,
    RegistryError,
    SchemaVersionError,
)
from motif.profiles import CHEAPEST_1
from motif.registry.catalogue import put_record
from motif.registry.records.people import Party
from motif.registry.registry import Registry
from motif.registry.storage.opening import open_place
from motif.registry.storage.originals import PART_BYTES, SqlOriginals
from motif.registry.storage.schema import index_metadata, metadata, server_metadata

pytestmark = pytest.mark.slow  # starts a database server

SPOTS = spots(1)


@pytest.fixture
def address(new_database: Callable[[], str]) -> str:
    """The address of an empty registry."""
    made = new_database()
    Registry.open(made, profile=CHEAPEST_1).close()
    return made


def execute(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def test_an_entry_is_registered_found_and_given_back(address: str) -> None:
    with Registry.open(address) as registry:
        entry = registry.register(SPOTS, title="Turi ꦠꦸꦫꦶ")
        with pytest.raises(DuplicateMotifError):
            registry.register(SPOTS, title="Turi lagi")
    with Registry.open(address, create=False) as registry:
        assert registry.check(SPOTS).matches[0].entry == entry
        assert hashlib.sha256(registry.original(entry.id)).hexdigest() == entry.photos[0].sha256
        assert registry.ledger.verify().findings == ()


def test_the_migrations_build_exactly_the_tables(engine: sa.Engine, new_database: Callable[[], str]) -> None:
    all_tables = sa.MetaData()
    for table in (*metadata.sorted_tables, *index_metadata.sorted_tables, *server_metadata.sorted_tables):
        table.to_metadata(all_tables)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert autogenerate.compare_metadata(context, all_tables) == []
    created = sa.create_engine(new_database())
    all_tables.create_all(created)
    assert described(engine) == described(created)
    created.dispose()


def described(engine: sa.Engine) -> dict[str, object]:
    inspector = sa.inspect(engine)
    return {
        name: (
            [{**column, "type": str(column["type"])} for column in inspector.get_columns(name)],
            inspector.get_pk_constraint(name),
            sorted(inspector.get_foreign_keys(name), key=str),
            sorted(inspector.get_unique_constraints(name), key=str),
            sorted(inspector.get_indexes(name), key=str),
            inspector.get_table_comment(name),
        )
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def test_many_that_register_one_design_at_once_get_one_entry(address: str) -> None:
    told: list[str] = []

    def register() -> None:
        with Registry.open(address) as registry:
            try:
                registry.register(SPOTS, title="Turi")
                told.append("registered")
            except DuplicateMotifError:
                told.append("duplicate")

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["duplicate"] * 3 + ["registered"]
    with Registry.open(address) as registry:
        assert len(registry) == 1
        assert registry.ledger.verify().findings == ()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE entries SET title = 'Punya saya'", "entry M-000001-3"),
        ("DELETE FROM fingerprints", "fingerprint cheapest-1 of photo 1"),
        ("UPDATE original_parts SET data = 'x'", "original"),
        ("DELETE FROM original_parts", "original"),
        ("INSERT INTO original_parts VALUES ('zz', 0, 'x')", "file zz"),
        ("UPDATE events SET body = replace(body, 'Turi', 'Tiru')", "event 1 of the log"),
        ("CREATE RULE r AS ON DELETE TO events DO INSTEAD NOTHING", "database"),
        ("CREATE TABLE songs (title TEXT)", "database"),
        ("INSERT INTO original_parts SELECT sha256, 1, '' FROM original_parts", "original"),
        ("ALTER TABLE entries ADD COLUMN mine int", "database"),
        ("ALTER TABLE entries ALTER COLUMN title SET DEFAULT 'Punya saya'", "database"),
        ("ALTER TABLE entries ADD CONSTRAINT mine CHECK (title <> 'Kawung')", "database"),
        ("ALTER TABLE entries ENABLE ROW LEVEL SECURITY", "database"),
    ],
)
def test_what_is_done_behind_its_back_is_named(
    address: str, engine: sa.Engine, statement: str, what: str
) -> None:
    with Registry.open(address) as registry:
        registry.register(SPOTS, title="Turi")
        execute(engine, statement)
        assert what in " ".join(finding.what for finding in registry.ledger.verify().findings)


def test_originals_are_kept_in_parts(engine: sa.Engine) -> None:
    originals = SqlOriginals(engine, "office")
    for size in (0, 1, PART_BYTES, PART_BYTES + 1):
        data = np.random.default_rng(size).bytes(size)
        sha256 = hashlib.sha256(data).hexdigest()
        originals.put(sha256, data)
        originals.put(sha256, data)
        assert originals.get(sha256, size_bytes=size) == data
        with pytest.raises(RegistryCorruptError, match="was changed"):
            originals.get(sha256, size_bytes=size + 1)
    assert {explained for _, explained in originals.unregistered_files(())} == {
        "whole file of a registration that was refused or stopped"
    }
    with pytest.raises(ParameterError):
        originals.put("../evil", b"")
    with pytest.raises(OriginalMissingError, match="is missing"):
        originals.get("0" * 64, size_bytes=1)


def test_a_damaged_original_is_put_anew(engine: sa.Engine) -> None:
    originals, sha256 = SqlOriginals(engine, "office"), hashlib.sha256(b"scan").hexdigest()
    originals.put(sha256, b"scan")
    for damage in (
        "UPDATE original_parts SET data = 'spam'",
        "INSERT INTO original_parts SELECT sha256, 1, '' FROM original_parts",
    ):
        execute(engine, damage)
        originals.put(sha256, b"scan")
        assert originals.get(sha256, size_bytes=4) == b"scan"


def test_a_writer_that_waits_too_long_is_told(address: str) -> None:
    first, second = open_place(address).store, open_place(address, busy_timeout_s=0.05).store
    with first.writing(), pytest.raises(RegistryBusyError), second.writing():
        pass
    with second.writing():
        pass
    first.close()
    second.close()


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_writer_that_waited_sees_what_came_before_whatever_the_database_prefers(
    address: str, engine: sa.Engine, level: str
) -> None:
    name = engine.url.database
    execute(engine, f"ALTER DATABASE {name} SET default_transaction_isolation = '{level}'")
    try:
        with Registry.open(address) as first, Registry.open(address) as second:
            with ThreadPoolExecutor(1) as pool:
                with first._store.writing() as writer:
                    waiting = pool.submit(second.records.put, Party(name="Joko"))
                    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                    with engine.connect() as connection:
                        connection.execution_options(isolation_level="AUTOCOMMIT")
                        while not connection.scalar(sa.text(query)):
                            time.sleep(0.01)
                    earlier = put_record(writer, Party(name="Sri"))
                later = waiting.result(60)
            assert later.id != earlier.id
            assert [one.name for one in first.records.list(Party)][-2:] == ["Sri", "Joko"]
    finally:
        execute(engine, f"ALTER DATABASE {name} RESET default_transaction_isolation")


def test_a_user_who_may_only_read_reads(address: str, engine: sa.Engine) -> None:
    with Registry.open(address) as registry:
        registry.register(SPOTS, title="Turi")
    execute(
        engine,
        "DROP ROLE IF EXISTS guest",
        "CREATE ROLE guest LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest",
    )
    guest = sa.make_url(address).set(username="guest").render_as_string()
    with Registry.open(guest) as registry:
        assert registry.check(SPOTS).verdict == "conflict"
        with pytest.raises(RegistryError, match="reading only"):
            registry.withdraw("M-000001-3", reason="salah")
    execute(engine, "DROP OWNED BY guest", "DROP ROLE guest")


def test_a_newer_schema_is_left_alone(address: str, engine: sa.Engine) -> None:
    execute(engine, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaVersionError, match="'9999'"):
        Registry.open(address)


@pytest.mark.parametrize("table", ["songs (title TEXT)", "facts (x TEXT)"])
def test_another_programs_database_is_left_alone(new_database: Callable[[], str], table: str) -> None:
    made = new_database()
    engine = sa.create_engine(made)
    execute(engine, f"CREATE TABLE {table}", "CREATE TABLE alembic_version (version_num TEXT)")
    with pytest.raises(SchemaVersionError, match="another program"):
        Registry.open(made)
    assert set(sa.inspect(engine).get_table_names()) == {table.partition(" ")[0], "alembic_version"}
    engine.dispose()


def test_a_database_that_is_not_utf8_is_refused(
    postgres_server: sa.URL, new_database: Callable[[], str]
) -> None:
    engine = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"))
        try:
            latin = postgres_server.set(database="latin").render_as_string()
            with pytest.raises(RegistryError, match="LATIN1"):
                Registry.open(latin)
        finally:
            connection.execute(sa.text("DROP DATABASE latin WITH (FORCE)"))
    engine.dispose()


def whole_story(error: BaseException) -> str:
    """Return all that a traceback would print of an error."""
    told = ""
    cause: BaseException | None = error
    while cause is not None:
        told += f"{cause} {cause!r} {getattr(cause, 'hint', '')}"
        cause = cause.__cause__ or cause.__context__
    return told


@pytest.mark.parametrize(
    ("place", "part", "hint"),
    [
        ("postgresql://sri:rahasia@127.0.0.1:1/batik", "cannot be reached", "server runs"),
        ("postgresql://sri:rahasia@localhost:port/batik", "cannot be read", "postgresql+psycopg://USER"),
        ("postgresql://sri:rahasia@localhost", "cannot be read", "postgresql+psycopg://USER"),
        ("postgresql+pg8000://sri:rahasia@localhost/batik", "not the address", "postgresql+psycopg://USER"),
        ("postgresql://sri:rahasia@127.0.0.1:1/batik?sslmode=odd", "127.0.0.1", ""),
    ],
)
def test_a_server_that_cannot_be_reached_is_explained_without_the_password(
    place: str, part: str, hint: str
) -> None:
    with pytest.raises(MotifError, match=part) as caught:
        Registry.open(place)
    assert hint in caught.value.hint
    assert "rahasia" not in whole_story(caught.value)


def test_a_database_that_is_not_there_is_said_so(postgres_server: sa.URL) -> None:
    with pytest.raises(RegistryError, match="no such database"):
        Registry.open(postgres_server.set(database="nowhere").render_as_string())


def test_a_user_who_is_not_known_is_said_so(postgres_server: sa.URL) -> None:
    with pytest.raises(RegistryError, match="refuses this user") as caught:
        Registry.open(postgres_server.set(username="nobody", password="rahasia").render_as_string(False))
    assert "rahasia" not in whole_story(caught.value)


def reload_rules(engine: sa.Engine) -> None:
    """Let the server read who may come in, and wait until it has."""
    loaded = sa.text("SELECT pg_conf_load_time()")
    with engine.connect() as connection:
        before = connection.scalar(loaded)
        connection.execute(sa.text("SELECT pg_reload_conf()"))
        until = time.monotonic() + 30
        while connection.scalar(loaded) == before and time.monotonic() < until:
            time.sleep(0.01)


def test_a_wrong_password_is_said_so_and_stands_in_no_message(
    postgres_server: sa.URL, address: str, engine: sa.Engine
) -> None:
    """The server asks one user for a password, which nobody else is asked for."""
    rules = Path(str(postgres_server.query["host"])) / "pg_hba.conf"
    before = rules.read_text()
    execute(engine, "DROP ROLE IF EXISTS sri", "CREATE ROLE sri LOGIN PASSWORD 'benar'")
    try:
        rules.write_text("local all sri scram-sha-256\n" + before)
        reload_rules(engine)
        for password in ("rahasia", None):
            wrong = sa.make_url(address).set(username="sri", password=password)
            with pytest.raises(RegistryError, match="the password is wrong, or there is none") as caught:
                Registry.open(wrong.render_as_string(hide_password=False))
            assert "pgpass" in caught.value.hint
            assert "rahasia" not in whole_story(caught.value)
    finally:
        rules.write_text(before)
        reload_rules(engine)
        execute(engine, "DROP ROLE sri")
