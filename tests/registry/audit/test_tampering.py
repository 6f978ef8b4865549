"""Whoever changes a registry behind its log's back is found out, and what was changed is named."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from motif.registry.audit.ledger import verify_registry
from motif.registry.ledger.checkpoint import SigningKey
from motif.registry.registry import Registry
from motif.registry.storage.schema import metadata

pytestmark = pytest.mark.usefixtures("own_key")

ROUNDS = 100


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "registry.sqlite")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def named(folder: Path) -> str:
    return "\n".join(map(str, verify_registry(folder).findings))


def test_an_untouched_registry_is_whole(folder: Path) -> None:
    found = verify_registry(folder)
    assert (found.findings, found.notes) == ((), ())
    assert (found.originals, found.checkpoints) == (8, 2)


TAMPERINGS = [
    (
        "UPDATE entries SET title = 'Punya saya' WHERE number = 3",
        "changed: entry M-000003-7 (title: the log says 'Turi 2', the table holds 'Punya saya')",
    ),
    (
        "UPDATE entries SET registered_at = '2001-01-01 00:00:00.000000' WHERE number = 3",
        "changed: entry M-000003-7 (registered_at",
    ),
    (
        "UPDATE entries SET withdrawn_at = NULL, withdrawn_reason = '' WHERE number = 2",
        "changed: entry M-000002-1 (withdrawn_at",
    ),
    ("DELETE FROM similarities", "removed: likeness"),
    ("DELETE FROM fingerprints WHERE photo_key = 3", "removed: fingerprint cheapest-1 of photo 3"),
    ("UPDATE fingerprints SET data = x'' WHERE photo_key = 3", "changed: fingerprint cheapest-1 of photo 3"),
    ("UPDATE photos SET sha256 = 'ab' WHERE key = 4", "changed: photo 4 (sha256"),
    ("INSERT INTO blobs VALUES ('abcd', x'00')", "added: blob abcd"),
    ("INSERT INTO links VALUES ('S-1', 'motif', 0, 'M-2')", "added: link motif 0 of S-1"),
    ("UPDATE facts SET value = 'standard-1' WHERE name = 'profile'", "changed: fact profile"),
    ("UPDATE counters SET value = 99 WHERE name = 'entry'", "changed: counter entry"),
    ("DELETE FROM events WHERE seq = 4", "removed: event 4 of the log"),
    ("DELETE FROM events WHERE seq = 18", "removed: event 18 of the log (the log ends before it)"),
    ("UPDATE events SET body = replace(body, 'Turi 3', 'Turi x')", "changed: event 7 of the log"),
    ("UPDATE events SET leaf = x'00' WHERE seq = 5", "changed: event 5 of the log"),
    ("UPDATE heads SET size = size - 1", "damaged: the head of the log"),
    ("UPDATE heads SET roots = zeroblob(96)", "changed: the log (its hash is not the one that was kept"),
    ("UPDATE checkpoints SET note = replace(note, 'time 20', 'time 19')", "changed: checkpoint at 13 events"),
    ("DELETE FROM checkpoints WHERE size = 13", "removed: checkpoint at 13 events"),
    ("CREATE TABLE mine (x TEXT)", "table mine is not ours"),
    ("ALTER TABLE entries ADD COLUMN mine TEXT", "column mine of table entries is not ours"),
    ("ALTER TABLE entries ADD COLUMN mine TEXT DEFAULT 'x'", "column mine of table entries fills itself"),
    ("PRAGMA user_version = 7", "changed: the database's file"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("statement", "expected"), TAMPERINGS, ids=[one for one, _ in TAMPERINGS])
def test_each_tampering_is_named(folder: Path, statement: str, expected: str) -> None:
    execute(folder, statement)
    assert expected in named(folder)


def test_a_clock_that_was_set_back_is_noted(folder: Path) -> None:
    with Registry.open(folder) as registry:
        end = len(registry.ledger)
        for number, hours in ((3, -3), (4, -3), (5, 0)):
            at = datetime.now(UTC) + timedelta(hours=hours)
            with registry._store.writing() as writer:
                writer.withdraw(number, at=at, reason="salah")
        found = registry.ledger.verify()
    assert found.whole
    assert [note.partition(" is dated")[0] for note in found.notes if "clock" in note] == [f"event {end}"]


def test_changed_missing_and_added_originals_are_named(folder: Path) -> None:
    files = sorted((folder / "originals").glob("*/*"))
    files[0].write_bytes(files[0].read_bytes()[:-1] + b"x")
    files[1].unlink()
    (folder / "originals" / "mine.jpg").write_bytes(b"x")
    found = named(folder)
    assert f"changed: original {files[0].name} of M-" in found
    assert f"removed: original {files[1].name} of M-" in found
    assert "added: file mine.jpg" in found


def test_what_an_interrupted_program_leaves_is_explained(folder: Path) -> None:
    sha256 = hashlib.sha256(b"refused").hexdigest()
    place = folder / "originals" / sha256[:2]
    place.mkdir(exist_ok=True)
    (place / sha256).write_bytes(b"refused")
    (place / f".{sha256[:8]}-0123456789abcdef.tmp").write_bytes(b"ref")
    found = verify_registry(folder)
    assert found.findings == ()
    assert [note.partition(": ")[2] for note in found.notes] == [
        "half a file, left by a program that was stopped",
        "whole file of a registration that was refused or stopped",
    ]


def test_a_log_cut_back_to_an_older_copy_is_found_out_by_a_checkpoint(folder: Path, tmp_path: Path) -> None:
    older = tmp_path / "older.motif"
    shutil.copytree(folder, older)
    with Registry.open(folder) as registry:
        registry.withdraw(registry.list()[2].id, reason="salah")
        newer = registry.ledger.checkpoint()
    assert verify_registry(older).whole
    assert "removed: the end of the log" in str(verify_registry(older, known=[newer]).findings[0])


def test_signatures_of_a_stranger_do_not_count(folder: Path, tmp_path: Path) -> None:
    with Registry.open(folder) as registry:
        stranger = SigningKey.load(tmp_path / "stranger.pem").verifier(registry.ledger.origin)
        own = SigningKey.load().verifier(registry.ledger.origin)
    assert verify_registry(folder, keys=[own]).whole
    assert "signature is not valid" in str(verify_registry(folder, keys=[stranger]).findings[0])


def flip_a_byte(chance: random.Random, path: Path) -> str:
    data = bytearray(path.read_bytes())
    place = chance.randrange(len(data))
    data[place] ^= chance.randrange(1, 256)
    path.write_bytes(data)
    return f"byte {place} of {path.name}"


def tamper_with_a_row(chance: random.Random, folder: Path) -> str:
    """Change, copy or delete one row of one table, at random; remove the file checksum first."""
    (folder / "registry.checksum").unlink()
    with closing(sqlite3.connect(folder / "registry.sqlite")) as connection, connection:
        names = sorted({*metadata.tables, "alembic_version"})
        filled = [name for name in names if connection.execute(f"SELECT 1 FROM {name}").fetchone()]
        table = chance.choice(filled)
        rowid = chance.choice([row[0] for row in connection.execute(f"SELECT rowid FROM {table}")])
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        old = connection.execute(f"SELECT * FROM {table} WHERE rowid = ?", (rowid,)).fetchone()
        place = chance.randrange(len(columns))
        new = (*old[:place], other(chance, old[place]), *old[place + 1 :])
        way = chance.choice(["delete", "copy", "change", "change"])
        if way != "copy":
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
        if way != "delete":
            marks = ", ".join("?" * len(columns))
            connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", new)
        return f"{way} {columns[place]} of row {rowid} of {table}: {old[place]!r:.60}"


def other(chance: random.Random, old: object) -> object:
    if isinstance(old, int):
        return old + chance.choice([-1, 1, 1000])
    if isinstance(old, bytes):
        place = chance.randrange(len(old) + 1)
        return old[:place] + bytes([chance.randrange(256)]) + old[place:]
    if isinstance(old, str):
        place = chance.randrange(len(old) + 1)
        return old[:place] + chance.choice("x0 A") + old[place:]
    return "2001-01-01 00:00:00.000000"


def tamper(chance: random.Random, folder: Path) -> str:
    ways: list[Callable[[], str]] = [
        lambda: flip_a_byte(chance, folder / "registry.sqlite"),
        lambda: flip_a_byte(chance, chance.choice(sorted((folder / "originals").glob("*/*")))),
        lambda: tamper_with_a_row(chance, folder),
    ]
    return chance.choice(ways)()


@pytest.mark.slow
def test_every_one_of_many_random_tamperings_is_named(folder: Path, tmp_path: Path) -> None:
    chance = random.Random(20261124)
    unnoticed = []
    for number in range(ROUNDS):
        copy = tmp_path / f"copy-{number}.motif"
        shutil.copytree(folder, copy)
        what = tamper(chance, copy)
        if verify_registry(copy).whole:
            unnoticed.append(what)
        shutil.rmtree(copy, ignore_errors=True)  # SQLite may remove a file of its own just now
    assert unnoticed == []
