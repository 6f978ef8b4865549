"""Put a registry's folder back, cut and rewrite its log in many ways, then run every command that writes.

    python benchmarks/rollbacks.py

Each way is what became of the database and what became of the two files beside it. Prints JSON: how many
ways and commands, what was not refused, and what was written all the same; ends with 1 if anything was.
Where a person may accept what is there, it is accepted, and the log must tell.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from common import Life, draw_drops
from motif.cli.group import cli
from motif.profiles import CHEAPEST_1
from motif.registry.ledger.checkpoint import Checkpoint, SigningKey
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import frontier_of, leaf_hash
from motif.registry.registry import Registry

DATABASE = "registry.sqlite"
BESIDE = ("registry.checksum", "registry.acknowledged")
WRITING = (
    ("checkpoint",),
    ("register", "new.png", "--title", "Baru"),
    ("register", "--batch", "new.png"),
    ("import", "list.csv"),
    ("proof", "M-000001-3"),
    ("registry", "backup", "out.zip"),
    ("registry", "copy", "registry.motif", "elsewhere"),
    ("add-photo", "M-000001-3", "new.png"),
    ("withdraw", "M-000001-3", "--reason", "salah"),
    ("decide", "M-000001-3", "classic", "--by", "Sri", "--reason", "lama"),
    ("party", "add", "--name", "Sri"),
    ("filing", "add", "--route", "copyright"),
    ("set", "M-000001-3", "first_announced_city=Blitar"),
    ("check", "new.png", "--remember"),
)
NAMED = (
    "older database was put back",
    "the log is another",
    "the log was cut",
    "the log was rewritten",
    "was changed",
    "were changed",
    "database is empty",
    "has lost registry.sqlite",
)
"""What is said of a registry over which nothing is written."""

UNKNOWABLE = {
    ("without its write-ahead log", "acknowledged removed"),
    ("without its write-ahead log", "acknowledged older"),
    ("as it was, and bytes changed", "checksum removed"),
    ("as it was, and bytes changed", "checksum older"),
}
"""After these nothing in the folder knows more than the log."""

Way = Callable[[Path, Path], object]


def main() -> int:
    """Try all ways."""
    with tempfile.TemporaryDirectory(prefix="motif-bench-") as name:
        os.chdir(name)
        place = Path(name)
        os.environ |= {
            "MOTIF_REGISTRY": "registry.motif",
            "MOTIF_SIGNING_KEY": str(place / "key.pem"),
            "XDG_CACHE_HOME": str(place / "caches"),
        }
        _make_history(place)
        report = [_try(place, way, changes) for way, changes in _ways().items()]
    commands = sum(each["commands"] for each in report)
    slipped = {each["way"]: each["slipped"] for each in report if each["slipped"]}
    untold = [each["way"] for each in report if each["untold"]]
    summary = {
        "ways": len(report),
        "commands": commands,
        "refused_and_named": commands - sum(map(len, slipped.values())),
        "not_refused": slipped,
        "written_over": [each["way"] for each in report if each["written"]],
        "called_whole": [each["way"] for each in report if each["whole"]],
        "accepted": sum(each["accepted"] for each in report),
        "accepted_and_not_told": untold,
    }
    print(json.dumps(summary, indent=2))
    return int(bool(slipped or untold or summary["written_over"] or summary["called_whole"]))


def _make_history(place: Path) -> None:
    """Keep an office's folder at two times, and the registry of others."""
    key = SigningKey.load(place / "key.pem")
    with Registry.open(place / "newer", profile=CHEAPEST_1) as registry:
        for seed in (1, 2):
            registry.register(draw_drops(seed), title=f"Motif {seed}")
        registry.ledger.checkpoint(key)
    shutil.copytree(place / "newer", place / "older")
    with Registry.open(place / "newer") as registry:
        registry.register(draw_drops(3), title="Motif 3")
        registry.withdraw("M-000002-1", reason="dobel")
        registry.ledger.checkpoint(key)
    with Registry.open(place / "others", profile=CHEAPEST_1) as registry:
        for seed in range(10, 14):
            registry.register(draw_drops(seed), title=f"Motif {seed}")
        registry.ledger.checkpoint(SigningKey.load(place / "other.pem"))
    (place / "new.png").write_bytes(draw_drops(99))
    (place / "list.csv").write_text("title,photo\nBaru,new.png\n", encoding="utf-8")


def _ways() -> dict[str, tuple[Way, ...]]:
    databases: dict[str, Way] = {
        "older": lambda place, folder: shutil.copyfile(place / "older" / DATABASE, folder / DATABASE),
        "of others": lambda place, folder: shutil.copyfile(place / "others" / DATABASE, folder / DATABASE),
        "cut by one event": lambda place, folder: _cut(folder, 1),
        "cut by four events": lambda place, folder: _cut(folder, 4),
        "cut to its first event": lambda place, folder: _cut(folder, None),
        "rewritten": lambda place, folder: _rewrite(folder),
        "rewritten and signed again": lambda place, folder: _sign_again(place, folder),
        "of no bytes": lambda place, folder: (folder / DATABASE).write_bytes(b""),
        "of no tables": lambda place, folder: _without_tables(folder),
        "missing": lambda place, folder: (folder / DATABASE).unlink(),
        "without its write-ahead log": lambda place, folder: _kill_and_remove_log(folder),
        "as it was, and bytes changed": lambda place, folder: _execute(folder, "PRAGMA user_version = 7"),
    }
    beside: dict[str, Way] = {
        "both kept": lambda place, folder: None,
        "checksum removed": lambda place, folder: (folder / BESIDE[0]).unlink(),
        "acknowledged removed": lambda place, folder: (folder / BESIDE[1]).unlink(),
        "checksum older": lambda place, folder: shutil.copyfile(
            place / "older" / BESIDE[0], folder / BESIDE[0]
        ),
        "acknowledged older": lambda place, folder: shutil.copyfile(
            place / "older" / BESIDE[1], folder / BESIDE[1]
        ),
        "checksum of others": lambda place, folder: shutil.copyfile(
            place / "others" / BESIDE[0], folder / BESIDE[0]
        ),
        "acknowledged of others": lambda place, folder: shutil.copyfile(
            place / "others" / BESIDE[1], folder / BESIDE[1]
        ),
        "checksum garbled": lambda place, folder: (folder / BESIDE[0]).write_text("{}"),
        "acknowledged garbled": lambda place, folder: (folder / BESIDE[1]).write_text("nothing\nat all\n"),
    }
    return {
        f"database {database}, {files}": (databases[database], beside[files])
        for database, files in product(databases, beside)
        if (database, files) not in UNKNOWABLE
    }


def _try(place: Path, way: str, changes: tuple[Way, ...]) -> dict[str, Any]:
    for name in ("registry.motif", "elsewhere", "caches"):
        shutil.rmtree(place / name, ignore_errors=True)
    for path in (place / "out.zip", *place.glob("signed-*")):  # of a way that was not refused
        path.unlink(missing_ok=True)
    folder = Path(shutil.copytree(place / "newer", place / "registry.motif"))
    for change in changes:
        change(place, folder)
    before, slipped = _events(folder), []
    for command in WRITING:
        done = CliRunner().invoke(cli, list(command), prog_name="motif")
        if done.exit_code != 1 or not any(words in done.stderr for words in NAMED):
            slipped.append(f"{' '.join(command)}: {done.exit_code} {done.stderr[:150]}")
    written = _events(folder) != before or any((place / name).exists() for name in ("out.zip", "elsewhere"))
    whole = CliRunner().invoke(cli, ["verify"], prog_name="motif").exit_code == 0
    accept = ["registry", "accept-rollback", "--reason", "dipulihkan"]
    accepted = CliRunner().invoke(cli, accept, prog_name="motif").exit_code == 0
    return {
        "way": way,
        "commands": len(WRITING),
        "slipped": slipped,
        "written": written,
        "whole": whole,
        "accepted": accepted,
        "untold": accepted and b"rollback.accepted" not in b"".join(_events(folder)[-1:]),
    }


def _events(folder: Path) -> list[bytes]:
    if not (folder / DATABASE).exists():
        return []
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            return []
        rows = connection.execute("SELECT body FROM events ORDER BY seq")
        return [row[0].encode() if isinstance(row[0], str) else row[0] for row in rows]


def _execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def _without_tables(folder: Path) -> None:
    (folder / DATABASE).unlink()
    _execute(folder, "CREATE TABLE x (y)", "DROP TABLE x")


def _cut(folder: Path, count: int | None) -> None:
    """Take events from the end of the log, all but one for None, and let the head say so."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        leaves = [row[0] for row in connection.execute("SELECT leaf FROM events ORDER BY seq")]
        head = frontier_of(leaves[: 1 if count is None else len(leaves) - count])
        connection.execute("DELETE FROM events WHERE seq >= ?", (head.size,))
        connection.execute("UPDATE heads SET size = ?, roots = ?", (head.size, head.to_bytes()))


def _rewrite(folder: Path) -> None:
    """Change the title of the first entry in log, hashes and table alike."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        body = connection.execute("SELECT body FROM events WHERE seq = 1").fetchone()[0]
        event = Event.from_bytes(body)
        forged = replace(event, data=event.data | {"title": "Punya saya"}).to_bytes()
        values = (forged.decode(), leaf_hash(forged))
        connection.execute("UPDATE events SET body = ?, leaf = ? WHERE seq = 1", values)
        connection.execute("UPDATE entries SET title = 'Punya saya' WHERE number = 1")
    _cut(folder, 0)


def _sign_again(place: Path, folder: Path) -> None:
    _rewrite(folder)
    forged = SigningKey.load(place / "other.pem")
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        leaves = [row[0] for row in connection.execute("SELECT leaf FROM events ORDER BY seq")]
        for size, note in connection.execute("SELECT size, note FROM checkpoints").fetchall():
            again = forged.sign(replace(Checkpoint.from_note(note), root=frontier_of(leaves[:size]).root()))
            connection.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (again, size))


def _kill_and_remove_log(folder: Path) -> None:
    """Remove the write-ahead log after a kill that followed the report of an entry."""

    def register(say: Callable[[str], None]) -> None:
        registry = Registry.open(folder, profile=CHEAPEST_1)
        say(registry.register(draw_drops(30), title="Terakhir").id)
        signal.pause()

    life = Life(register)
    assert life.hear().startswith("M-")
    life.kill()
    (folder / f"{DATABASE}-wal").unlink()


if __name__ == "__main__":
    sys.exit(main())
