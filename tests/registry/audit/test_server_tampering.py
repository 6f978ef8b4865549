"""Whoever changes a server's tables behind the log's back is found out too, whichever row it is."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from motif.registry.audit.ledger import verify_registry
from motif.registry.registry import Registry
from motif.registry.storage import index_rows
from motif.registry.transfer.copy import copy_registry

pytestmark = [
    pytest.mark.usefixtures("own_key"),
    pytest.mark.slow,  # starts a database server
]

ROUNDS = 60


@pytest.fixture
def address(template: Path, new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The folder's registry on a server, some of its photos in full segments, large and small."""
    monkeypatch.setattr(index_rows, "SEGMENTS", (4, 2))
    made = new_database()
    copy_registry(template / "registry.motif", made)
    return made


@pytest.fixture
def connection(address: str) -> Iterator[sa.Connection]:
    """Somebody who may do anything, and whom no rule of the tables stops."""
    engine = sa.create_engine(address)
    with engine.connect() as made:
        made.execute(sa.text("SET session_replication_role = replica"))
        made.commit()
        yield made
    engine.dispose()


class Tables:
    """All tables as they are, to be changed and put back."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        metadata = sa.MetaData()
        metadata.reflect(connection)
        self._tables = metadata.tables
        self.rows = {
            name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for name, table in metadata.tables.items()
        }
        connection.commit()

    def write(self, name: str, rows: list[dict[str, Any]]) -> bool:
        """Put these rows into a table; False where the server does not take them."""
        table = self._tables[name]
        try:
            with self._connection.begin():
                self._connection.execute(table.delete())
                self._connection.execute(table.insert(), rows) if rows else None
        except sa.exc.DBAPIError:
            return False
        return True


def other(chance: random.Random, old: object) -> object:
    if isinstance(old, int):
        return old + chance.choice([-1, 1, 1000])
    if isinstance(old, bytes):
        place = chance.randrange(len(old) + 1)
        if place < len(old) and chance.random() < 0.5:
            return old[:place] + bytes([old[place] ^ chance.randrange(1, 256)]) + old[place + 1 :]
        return old[:place] + bytes([chance.randrange(256)]) + old[place:]
    if isinstance(old, str):
        place = chance.randrange(len(old) + 1)
        return old[:place] + chance.choice("x0 A") + old[place:]
    assert isinstance(old, datetime)
    return old + timedelta(microseconds=chance.choice([-1, 1, 10**6]))


def tampered(chance: random.Random, rows: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Change, copy or delete one row."""
    place = chance.randrange(len(rows))
    column = chance.choice(list(rows[place]))
    old = rows[place][column]
    if old is None:
        old = b"" if column == "timestamp_token" else datetime(2001, 1, 1, tzinfo=UTC)
    changed = rows[place] | {column: other(chance, old)}
    way = chance.choice(["delete", "copy", "change", "change"])
    if way == "delete":
        return "a row deleted", rows[:place] + rows[place + 1 :]
    rest = rows if way == "copy" else rows[:place] + rows[place + 1 :]
    return f"{way} {column}: {rows[place][column]!r:.60}", [*rest, changed]


def test_an_untouched_registry_is_whole(address: str) -> None:
    assert verify_registry(address).findings == ()


def test_every_one_of_many_random_tamperings_is_named(address: str, connection: sa.Connection) -> None:
    chance = random.Random(20261124)
    tables = Tables(connection)
    filled = sorted(name for name, rows in tables.rows.items() if rows)
    assert {"photo_words", "posting_lists", "original_parts", "events"} <= set(filled)
    unnoticed, done = [], 0
    with Registry.open(address) as registry:
        while done < ROUNDS:
            name = chance.choice(filled)
            what, rows = tampered(chance, tables.rows[name])
            if not tables.write(name, rows):
                continue  # a key twice: the server keeps it out
            done += 1
            if registry.ledger.verify().whole:
                unnoticed.append(f"{name}: {what}")
            assert tables.write(name, tables.rows[name])
        assert registry.ledger.verify().findings == ()
    assert unnoticed == []
