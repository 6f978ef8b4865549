"""Nothing is written over a log that was cut, put back or rewritten; a person may accept it; the log tells.

Each state is made with the real thing: files put back, rows changed behind the program's back, a process that
is killed. Then every command that writes, or passes on what the log says, is run.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import cv2
import pytest
from click.testing import CliRunner, Result
from tests.pictures import spots

from motif.cli.group import cli
from motif.errors import ParameterError, RegistryRollbackError
from motif.profiles import CHEAPEST_1
from motif.registry.audit.ledger import verify_registry
from motif.registry.ledger.checkpoint import Checkpoint, SigningKey
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import frontier_of, leaf_hash
from motif.registry.registry import Registry
from motif.registry.storage import known_log
from motif.registry.transfer.copy import copy_registry

DATABASE = "registry.sqlite"


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office's folder at two times, ``older`` and ``newer``, its key, and the registry of ``others``."""
    place = tmp_path_factory.mktemp("history")
    key = SigningKey.load(place / "key.pem")
    with Registry.open(place / "newer", profile=CHEAPEST_1) as registry:
        registry.register(spots(1), title="Turi")
        registry.register(spots(2), title="Kawung")
        registry.ledger.checkpoint(key)
    shutil.copytree(place / "newer", place / "older")
    with Registry.open(place / "newer") as registry:
        registry.register(spots(3), title="Sekar Jagad")
        registry.withdraw("M-000002-1", reason="dobel")
        registry.ledger.checkpoint(key)
    with Registry.open(place / "others", profile=CHEAPEST_1) as registry:
        for seed in range(10, 14):
            registry.register(spots(seed), title=f"Lain {seed}")
        registry.ledger.checkpoint(SigningKey.load(place / "other.pem"))
    return place


@pytest.fixture
def office(history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the newer folder in the present folder, and a few files to be given to commands."""
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "of-the-user"
    own.mkdir()
    shutil.copyfile(history / "key.pem", own / "key.pem")
    monkeypatch.setenv("MOTIF_SIGNING_KEY", str(own / "key.pem"))
    monkeypatch.setenv("MOTIF_REGISTRY", "registry.motif")
    cv2.imwrite("new.png", spots(9))
    Path("list.csv").write_text("title,photo\nBaru,new.png\n", encoding="utf-8")
    return Path(shutil.copytree(history / "newer", tmp_path / "registry.motif"))


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def set_head(folder: Path, size: int) -> None:
    """Let the log end after ``size`` events, as a forger would who knows how the head is computed."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        leaves = [row[0] for row in connection.execute("SELECT leaf FROM events ORDER BY seq")][:size]
        connection.execute("DELETE FROM events WHERE seq >= ?", (size,))
        head = frontier_of(leaves)
        connection.execute("UPDATE heads SET size = ?, roots = ?", (head.size, head.to_bytes()))


def rewrite(folder: Path) -> None:
    """Change the title of the first entry in log, hashes and table alike."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        body = connection.execute("SELECT body FROM events WHERE seq = 1").fetchone()[0]
        event = Event.from_bytes(body)
        forged = replace(event, data=event.data | {"title": "Punya saya"}).to_bytes()
        connection.execute(
            "UPDATE events SET body = ?, leaf = ? WHERE seq = 1", (forged.decode(), leaf_hash(forged))
        )
        connection.execute("UPDATE entries SET title = 'Punya saya' WHERE number = 1")
        size = connection.execute("SELECT count(*) FROM events").fetchone()[0]
    set_head(folder, size)


def forget(folder: Path, *ends: str) -> None:
    for end in ends:
        (folder / f"registry.{end}").unlink()


def put_back(folder: Path, source: Path, *names: str) -> None:
    for name in names:
        shutil.copyfile(source / name, folder / name)


def older_database(folder: Path, history: Path) -> None:
    put_back(folder, history / "older", DATABASE)


def older_database_and_checksum(folder: Path, history: Path) -> None:
    put_back(folder, history / "older", DATABASE, "registry.checksum")


def older_database_and_acknowledged(folder: Path, history: Path) -> None:
    put_back(folder, history / "older", DATABASE, "registry.acknowledged")


def older_database_without_checksum(folder: Path, history: Path) -> None:
    older_database(folder, history)
    forget(folder, "checksum")


def older_database_without_acknowledged(folder: Path, history: Path) -> None:
    older_database(folder, history)
    forget(folder, "acknowledged")


def older_folder_that_went_on(folder: Path, history: Path) -> None:
    put_back(folder, history / "older", DATABASE, "registry.checksum")
    (folder / "registry.acknowledged").rename(folder / "kept")
    with Registry.open(folder) as registry:
        for seed in range(20, 24):
            registry.register(spots(seed), title=f"Sesudah {seed}")
    (folder / "kept").rename(folder / "registry.acknowledged")


def another_registry(folder: Path, history: Path) -> None:
    put_back(folder, history / "others", DATABASE)


def another_registry_with_its_checksum(folder: Path, history: Path) -> None:
    put_back(folder, history / "others", DATABASE, "registry.checksum")


def cut(folder: Path, history: Path) -> None:
    set_head(folder, 6)


def cut_and_forgotten(folder: Path, history: Path) -> None:
    set_head(folder, 6)
    forget(folder, "checksum", "acknowledged")


def cut_to_nothing(folder: Path, history: Path) -> None:
    set_head(folder, 1)


def rewritten(folder: Path, history: Path) -> None:
    rewrite(folder)


def rewritten_and_forgotten(folder: Path, history: Path) -> None:
    rewrite(folder)
    forget(folder, "checksum", "acknowledged")


def rewritten_without_hashes(folder: Path, history: Path) -> None:
    execute(folder, "UPDATE events SET leaf = zeroblob(32) WHERE seq = 1")
    forget(folder, "checksum", "acknowledged")


def signed_again(folder: Path, history: Path) -> None:
    """Rewrite the past, and put checkpoints of a key of one's own over it."""
    rewrite(folder)
    forged = SigningKey.load(history / "other.pem")
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        leaves = [row[0] for row in connection.execute("SELECT leaf FROM events ORDER BY seq")]
        for size, note in connection.execute("SELECT size, note FROM checkpoints").fetchall():
            known = Checkpoint.from_note(note)
            again = forged.sign(replace(known, root=frontier_of(leaves[:size]).root()))
            connection.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (again, size))
        head = frontier_of(leaves)
    forget(folder, "acknowledged")
    known_log.write_file_checksum(folder / DATABASE, head)


def checkpoint_of_a_longer_log(folder: Path, history: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        note = connection.execute("SELECT note FROM checkpoints ORDER BY size DESC").fetchone()[0]
        longer = replace(Checkpoint.from_note(note), size=99)
        connection.execute("DELETE FROM checkpoints")
        signed = SigningKey.load(history / "key.pem").sign(longer)
        connection.execute("INSERT INTO checkpoints (size, note) VALUES (99, ?)", (signed,))


def bytes_changed(folder: Path, history: Path) -> None:
    execute(folder, "PRAGMA user_version = 7")


def checksum_garbled(folder: Path, history: Path) -> None:
    (folder / "registry.checksum").write_text("{}", encoding="utf-8")


def checksum_of_another_log(folder: Path, history: Path) -> None:
    put_back(folder, history / "others", "registry.checksum")


def acknowledged_garbled(folder: Path, history: Path) -> None:
    (folder / "registry.acknowledged").write_text("nothing\nat all\n", encoding="utf-8")


def database_of_no_bytes(folder: Path, history: Path) -> None:
    (folder / DATABASE).write_bytes(b"")


def database_of_no_tables(folder: Path, history: Path) -> None:
    (folder / DATABASE).unlink()
    execute(folder, "CREATE TABLE x (y)", "DROP TABLE x")


def database_missing(folder: Path, history: Path) -> None:
    (folder / DATABASE).unlink()


def database_missing_with_its_originals(folder: Path, history: Path) -> None:
    (folder / DATABASE).unlink()
    shutil.rmtree(folder / "originals")


def newest_entry_in_a_log_that_was_removed(folder: Path, history: Path) -> None:
    register_and_be_killed(folder)
    (folder / f"{DATABASE}-wal").unlink()


def register_and_be_killed(folder: Path) -> None:
    """Register in a process that is killed as soon as it has reported the entry as registered."""
    program = (
        "import sys; from motif.registry.registry import Registry; from tests.pictures import spots\n"
        "registry = Registry.open(sys.argv[1])\n"
        "print(registry.register(spots(30), title='Terakhir').id, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"M-")
        process.send_signal(signal.SIGKILL)


STATES: dict[Callable[[Path, Path], None], str] = {
    older_database: "older database was put back",
    older_database_and_checksum: "older database was put back",
    older_database_and_acknowledged: "older database was put back",
    older_database_without_checksum: "older database was put back",
    older_database_without_acknowledged: "older database was put back",
    older_folder_that_went_on: "the log is another",
    another_registry: "the log is another",
    another_registry_with_its_checksum: "the log is another",
    cut: "the log was cut",
    cut_and_forgotten: "the log was cut",
    cut_to_nothing: "the log was cut",
    rewritten: "the log is another",
    rewritten_and_forgotten: "the log is another",
    rewritten_without_hashes: "the log was rewritten",
    signed_again: "the checkpoint at 5 events was changed",
    checkpoint_of_a_longer_log: "the log was cut",
    bytes_changed: "bytes of the database's file were changed",
    checksum_garbled: "the file checksum was changed",
    checksum_of_another_log: "the log is another",
    acknowledged_garbled: "registry.acknowledged was changed",
    database_of_no_bytes: "the registry's database is empty",
    database_of_no_tables: "the registry's database is empty",
    database_missing: "has lost registry.sqlite",
    database_missing_with_its_originals: "has lost registry.sqlite",
    newest_entry_in_a_log_that_was_removed: "the log was cut",
}
"""How a log can come to be another than it was, and what is said of it."""

WRITING = {
    "checkpoint": ("checkpoint",),
    "register": ("register", "new.png", "--title", "Baru"),
    "register many": ("register", "--batch", "new.png"),
    "import": ("import", "list.csv"),
    "proof": ("proof", "M-000001-3"),
    "backup": ("registry", "backup", "out.zip"),
    "copy": ("registry", "copy", "registry.motif", "elsewhere"),
    "add a photo": ("add-photo", "M-000001-3", "new.png"),
    "filing": ("filing", "new", "M-000001-3"),
    "withdraw": ("withdraw", "M-000001-3", "--reason", "salah"),
    "decide": ("decide", "M-000001-3", "classic", "--by", "Sri", "--reason", "lama"),
    "party": ("party", "add", "--name", "Sri"),
    "set": ("set", "M-000001-3", "first_announced_city=Blitar"),
    "remember a check": ("check", "new.png", "--remember"),
}
"""The commands that write to the log, or pass on what it says."""


def run(*args: str) -> Result:
    result = CliRunner().invoke(cli, list(args), prog_name="motif")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def end_of(folder: Path) -> list[tuple[object, ...]]:
    """Return what the log holds, read without the program."""
    if not (folder / DATABASE).exists():
        return []
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            return []
        return connection.execute("SELECT seq, body FROM events ORDER BY seq").fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_verify_names_it_and_nothing_is_written_over_it(
    office: Path, history: Path, state: Callable[[Path, Path], None]
) -> None:
    state(office, history)
    before = end_of(office)
    for name, command in WRITING.items():
        refused = run(*command)
        assert refused.exit_code == 1, (name, refused.output)
        assert STATES[state] in refused.stderr, (name, refused.stderr)
        assert end_of(office) == before, name
    assert not Path("out.zip").exists() and not Path("elsewhere").exists()
    verified = run("verify")
    assert verified.exit_code == 1
    assert "Whole" not in verified.stdout


def test_a_log_that_fits_is_written_to(office: Path) -> None:
    for name, command in WRITING.items():
        done = run(*command)
        assert done.exit_code in (0, 4), (name, done.output)  # 4: the same photo once more
        assert "Warning" not in done.stderr
    assert verify_registry(office).whole


@pytest.mark.parametrize("state", [older_database, cut, bytes_changed], ids=lambda state: state.__name__)
def test_looking_something_up_warns(office: Path, history: Path, state: Callable[[Path, Path], None]) -> None:
    state(office, history)
    for command in (("list",), ("show", "M-000001-3"), ("check", "new.png"), ("alerts",)):
        answered = run(*command)
        assert answered.exit_code == 0, answered.output
        assert "Warning: " in answered.stderr and STATES[state] in answered.stderr


ACCEPTED = [
    older_database,
    older_database_and_checksum,
    older_folder_that_went_on,
    another_registry,
    bytes_changed,
    newest_entry_in_a_log_that_was_removed,
]
"""What a restored copy can look like, and so what a person may accept."""


@pytest.mark.slow
@pytest.mark.parametrize("state", ACCEPTED, ids=lambda state: state.__name__)
def test_a_person_accepts_a_rollback_and_the_log_tells(
    office: Path, history: Path, state: Callable[[Path, Path], None]
) -> None:
    state(office, history)
    size = len(end_of(office))
    accepted = run("registry", "accept-rollback", "--reason", "dipulihkan dari cadangan")
    assert accepted.exit_code == 0, accepted.output
    with Registry.open(office) as registry:
        *_, event = registry.ledger.events()
        assert (event.kind, event.seq) == ("rollback.accepted", size)
        assert event.data["reason"] == "dipulihkan dari cadangan"
        assert event.data["size"] == size
        assert event.data["known_size"] >= 8
        assert registry.ledger.rollback_problem() == ""
    audit = verify_registry(office)
    assert "a rollback was accepted (dipulihkan dari cadangan)" in "".join(audit.notes)
    if state is not another_registry:  # whose originals are elsewhere
        assert audit.findings == ()
    assert run("checkpoint").exit_code == 0
    assert run("register", "new.png", "--title", "Baru").exit_code == 0


def put_back_all(office: Path, history: Path) -> None:
    """Sign, and then put back the whole older folder, with all that lies beside its database."""
    assert run("checkpoint").exit_code == 0
    shutil.rmtree(office)
    shutil.copytree(history / "older", office)


@pytest.mark.slow
def test_who_signed_a_longer_log_does_not_write_over_an_older_folder(office: Path, history: Path) -> None:
    put_back_all(office, history)
    before = end_of(office)
    for name, command in WRITING.items():
        if name not in ("copy", "backup", "remember a check"):  # which do not ask what the user has signed
            refused = run(*command)
            assert refused.exit_code == 1 and "older database was put back" in refused.stderr, name
            assert end_of(office) == before, name
    assert "Warning" in run("list").stderr
    verified = run("verify")
    assert verified.exit_code == 0, "an older copy is whole, too"
    assert "it may be an older copy" in verified.stderr
    assert run("registry", "accept-rollback", "--reason", "dipulihkan").exit_code == 0
    assert run("checkpoint").exit_code == 0
    assert "older copy" not in run("verify").stderr


@pytest.mark.slow
def test_a_database_of_a_server_that_was_put_back_is_noticed_too(
    office: Path, history: Path, new_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    newer, older = new_database(), new_database()
    copy_registry(history / "newer", newer)
    copy_registry(history / "older", older)
    assert run("checkpoint", "--registry", newer).exit_code == 0
    monkeypatch.setenv("MOTIF_REGISTRY", older)
    refused = run("withdraw", "M-000001-3", "--reason", "salah")
    assert refused.exit_code == 1 and "older database was put back" in refused.stderr
    assert run("registry", "accept-rollback", "--reason", "dipulihkan").exit_code == 0
    assert run("withdraw", "M-000001-3", "--reason", "salah").exit_code == 0
    assert verify_registry(older).whole


def test_where_nothing_was_put_back_there_is_nothing_to_accept(office: Path) -> None:
    before = end_of(office)
    refused = run("registry", "accept-rollback", "--reason", "entah")
    assert refused.exit_code == 1 and "nothing contradicts the log" in refused.stderr
    assert end_of(office) == before


@pytest.mark.parametrize("state", [cut_and_forgotten, rewritten, signed_again], ids=lambda s: s.__name__)
def test_a_log_that_does_not_fit_its_checkpoints_is_not_accepted(
    office: Path, history: Path, state: Callable[[Path, Path], None]
) -> None:
    state(office, history)
    before = end_of(office)
    refused = run("registry", "accept-rollback", "--reason", "tolong")
    assert refused.exit_code == 1 and STATES[state] in refused.stderr
    assert end_of(office) == before


def test_a_registry_that_stays_open_notices_too(office: Path, history: Path) -> None:
    with Registry.open(office) as registry:
        registry.withdraw("M-000001-3", reason="salah")
        with known_log.acknowledged_path(office / DATABASE).open("a", encoding="utf-8") as file:
            file.write(f"99 {'0' * 64}\n")
        with pytest.raises(RegistryRollbackError):
            registry.register(spots(9), title="Baru")


def test_a_reason_is_needed(office: Path, history: Path) -> None:
    older_database(office, history)
    for reason in ("", "  "):
        assert run("registry", "accept-rollback", "--reason", reason).exit_code == 1
    with Registry.open(office) as registry, pytest.raises(ParameterError):
        registry.ledger.accept_rollback(reason="")
