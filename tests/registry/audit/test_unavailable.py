"""What cannot be read just now is never called damage, each state with its sentence and its exit code.

Each state is made with the real thing: permissions, a full disk, a server and a pooler.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from tests.pictures import spots

from motif.cli.group import cli
from motif.errors import RegistryUnavailableError
from motif.profiles import CHEAPEST_1
from motif.registry.audit.ledger import verify_registry
from motif.registry.registry import Registry
from motif.registry.transfer.copy import copy_registry

pytestmark = pytest.mark.usefixtures("own_key")

ALARM = ("find out who", "NOT WHOLE", "damaged", "Rusak")


def run(*args: str | Path) -> Result:
    result = CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="motif")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def motif(*args: str | Path, start: Callable[[], object] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, of which ``start`` takes something away."""
    command = [sys.executable, "-m", "motif", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=start)


def obey_permissions() -> None:
    """Let the administrator obey permissions like everybody else: without CAP_DAC_OVERRIDE and its like."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):
        libc.prctl(24, capability, 0, 0, 0)


def assert_no_alarm(text: str) -> None:
    assert not [word for word in ALARM if word in text], text


@pytest.fixture
def forbid() -> Iterator[Callable[[Path, int], None]]:
    """Take permissions of a path away until the test ends."""
    modes: dict[Path, int] = {}

    def change(path: Path, mode: int) -> None:
        modes[path] = path.stat().st_mode
        path.chmod(mode)

    yield change
    for path, mode in modes.items():
        path.chmod(mode)


FORBIDDEN = {
    "database": lambda folder: folder / "registry.sqlite",
    "checksum": lambda folder: folder / "registry.checksum",
    "acknowledged": lambda folder: folder / "registry.acknowledged",
    "original": lambda folder: min((folder / "originals").glob("*/*")),
    "folder of an original": lambda folder: min((folder / "originals").glob("*")),
    "originals": lambda folder: folder / "originals",
    "folder": lambda folder: folder,
}


@pytest.mark.skipif(sys.platform != "linux", reason="permissions as Linux has them")
@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_may_not_be_read_is_not_called_damaged(
    folder: Path, what: str, forbid: Callable[[Path, int], None]
) -> None:
    forbid(FORBIDDEN[what](folder), 0)
    for command in ("verify", "checkpoint"):
        done = motif(command, "--registry", folder, start=obey_permissions)
        if command == "verify" or done.returncode:
            assert done.returncode == 5, done
            assert "ermission" in done.stderr or "cannot be opened" in done.stderr
        assert_no_alarm(done.stdout + done.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="permissions as Linux has them")
def test_a_folder_that_may_only_be_read_is_verified_and_not_written(
    folder: Path, forbid: Callable[[Path, int], None]
) -> None:
    for path in (*folder.glob("registry.*"), folder):
        forbid(path, 0o500 if path.is_dir() else 0o400)
    verified = motif("verify", "--registry", folder, start=obey_permissions)
    assert (verified.returncode, verified.stdout[:6]) == (0, "Whole:"), verified
    refused = motif("checkpoint", "--registry", folder, start=obey_permissions)
    assert refused.returncode == 5 and "for reading only" in refused.stderr
    assert_no_alarm(refused.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
def test_a_process_that_may_open_no_more_files_is_not_alarmed(folder: Path) -> None:
    for most in range(5, 30, 3):
        done = motif(
            "verify",
            "--registry",
            folder,
            start=lambda most=most: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)),  # type: ignore[misc]
        )
        assert_no_alarm(done.stdout + done.stderr)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of a few megabytes, where the system allows it."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4M", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("leftover", [0, 4096, 16_384, 40_000])
def test_a_full_disk_is_not_called_damage(folder: Path, small_disk: Path, leftover: int) -> None:
    place = Path(shutil.copytree(folder, small_disk / "r"))
    for name in ("registry.sqlite-wal", "registry.sqlite-shm"):
        (place / name).unlink(missing_ok=True)
    filling = small_disk / "filling"
    with filling.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(max(0, file.tell() - leftover))
    for command in (("verify",), ("list",), ("checkpoint",), ("withdraw", "M-000003-7", "--reason", "salah")):
        done = motif(*command, "--registry", place)
        assert_no_alarm(done.stdout + done.stderr)
        if done.returncode:
            assert done.returncode == 5, done
            assert "the disk is full" in done.stderr, done.stderr
    filling.unlink()
    assert verify_registry(place).whole


def test_a_registry_that_others_hold_is_not_called_damaged(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "registry.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert run("verify", "--registry", folder).exit_code == 0
        refused = pytest.raises(RegistryUnavailableError, match="held by another")
        with Registry.open(folder, busy_timeout_s=0.1) as registry, refused:
            registry.withdraw("M-000003-7", reason="salah")


def test_a_newer_version_and_an_unfinished_copy_are_not_called_damaged(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "registry.sqlite")) as connection, connection:
        connection.execute("INSERT INTO heads SELECT 'goal', size, roots FROM heads")
    unfinished = run("verify", "--registry", folder)
    assert unfinished.exit_code == 5 and "unfinished copy" in unfinished.stderr
    with closing(sqlite3.connect(folder / "registry.sqlite")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    newer = run("verify", "--registry", folder)
    assert newer.exit_code == 1 and "Update motif" in newer.stderr
    for done in (unfinished, newer):
        assert_no_alarm(done.stdout + done.stderr)


def test_a_mistyped_place_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "beach.jpg").write_bytes(b"x")
    for place in (tmp_path / "registy", tmp_path / "holiday", tmp_path / "holiday" / "beach.jpg"):
        done = run("verify", "--registry", place)
        assert done.exit_code == 1
        assert_no_alarm(done.stdout + done.stderr)


@pytest.mark.parametrize(
    "name",
    ["Thumbs.db", "desktop.ini", ".DS_Store", "._IMG_1.JPG", "ehthumbs.db", ".localized", "THUMBS.DB"],
)
def test_files_of_a_desktop_among_the_originals_are_explained(folder: Path, name: str) -> None:
    for place in (folder, folder / "originals", min((folder / "originals").glob("*"))):
        (place / name).write_bytes(b"x")
    done = run("verify", "--registry", folder)
    assert done.exit_code == 0, done.output
    assert "a desktop puts into folders" in done.stderr


def test_a_folder_that_somebody_looked_at_becomes_a_registry(tmp_path: Path) -> None:
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store"):
        (tmp_path / name).write_bytes(b"x")
    with Registry.open(tmp_path, profile=CHEAPEST_1) as registry:
        registry.register(spots(1), title="Turi")


def test_a_link_or_a_folder_that_is_called_like_a_desktops_file_is_not_explained(folder: Path) -> None:
    (folder / "originals" / "desktop.ini").symlink_to("/etc/passwd")
    (folder / "originals" / "Thumbs.db").mkdir()
    assert run("verify", "--registry", folder).exit_code == 1


def test_a_fault_of_the_program_is_no_finding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from motif.registry.audit import audit

    def at_fault(*args: object) -> Iterator[object]:
        raise AttributeError("'Thing' object has no attribute 'size'")

    for part in ("_check_note", "_compared"):
        with monkeypatch.context() as patch:
            patch.setattr(audit, part, at_fault)
            with pytest.raises(AttributeError):
                verify_registry(folder)


# On a server.


@pytest.fixture
def address(folder: Path, new_database: Callable[..., str]) -> str:
    """The registry on a server."""
    place = new_database()
    copy_registry(folder, place)
    return place


def execute(address: str, *statements: str) -> None:
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def name_of(address: str) -> str:
    return str(sa.make_url(address).database)


def beside(address: str) -> str:
    """Return the address of another database of the server."""
    return sa.make_url(address).set(database="postgres").render_as_string(hide_password=False)


def test_a_server_that_is_not_reached_is_not_called_damaged() -> None:
    for place in (
        "postgresql+psycopg://sri@127.0.0.1:1/batik",
        "postgresql+psycopg://sri@no-such-host.invalid/batik",
        "postgresql+psycopg:///batik?host=/nowhere",
    ):
        for command in (("verify",), ("list",), ("checkpoint",)):
            done = run(*command, "--registry", place)
            assert done.exit_code == 5 and "cannot be reached" in done.stderr
            assert_no_alarm(done.stdout + done.stderr)


SETTINGS = [
    "datestyle TO 'German'",
    "datestyle TO 'SQL, DMY'",
    "datestyle TO 'Postgres, MDY'",
    "timezone TO 'Asia/Jakarta'",
    "timezone TO '<+0730>-7:30'",
    "intervalstyle TO 'sql_standard'",
    "bytea_output TO 'escape'",
    "client_encoding TO 'LATIN1'",
    "default_transaction_isolation TO 'serializable'",
    "standard_conforming_strings TO off",
    "extra_float_digits TO 0",
    "search_path TO public",
    "default_transaction_deferrable TO on",
    "lc_messages TO 'C'",
]


def test_a_servers_own_settings_change_nothing(address: str) -> None:
    for setting in SETTINGS:
        execute(address, f"ALTER DATABASE {name_of(address)} SET {setting}")
        done = run("verify", "--registry", address)
        assert done.exit_code == 0, (setting, done.output)
    for number in (3, 4):
        with Registry.open(address) as registry:
            registry.withdraw(registry.list()[number].id, reason="salah")
    assert run("verify", "--registry", address).exit_code == 0
    with Registry.open(address) as registry:
        registry.register(spots(70), title="Baru")
    assert run("verify", "--registry", address).exit_code == 0


REFUSALS = {
    "statement_timeout TO '1ms'": "the server stopped the query",
    "default_transaction_read_only TO on": "",
}


def test_a_server_that_stops_queries_or_only_reads_is_not_called_damaged(address: str) -> None:
    for setting, sentence in REFUSALS.items():
        execute(address, f"ALTER DATABASE {name_of(address)} SET {setting}")
        for command in (("verify",), ("withdraw", "M-000003-7", "--reason", "salah")):
            done = run(*command, "--registry", address)
            assert done.exit_code in (0, 5), (setting, done.output)
            assert sentence in done.stderr or done.exit_code == 0
            assert_no_alarm(done.stdout + done.stderr)
        execute(beside(address), f"ALTER DATABASE {name_of(address)} RESET ALL")


def test_users_and_databases_that_the_server_refuses(address: str) -> None:
    user = f"sri_{os.getpid()}_{int(time.time())}"
    name = name_of(address)
    url = sa.make_url(address)
    as_user = url.set(username=user).render_as_string(hide_password=False)
    execute(address, f"CREATE ROLE {user} LOGIN")
    try:
        tried = {
            "no such role": url.set(username="nobody_here").render_as_string(hide_password=False),
            "no such database": url.set(database="nothing_here").render_as_string(hide_password=False),
            "no right to any table": as_user,
        }
        answered = {what: run("verify", "--registry", place) for what, place in tried.items()}
        execute(address, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}")
        assert run("verify", "--registry", as_user).exit_code == 0
        execute(address, f"REVOKE SELECT ON original_parts FROM {user}")
        answered["no right to the originals"] = run("verify", "--registry", as_user)
        execute(address, f"REVOKE SELECT ON photos FROM {user}")
        answered["no right to a table"] = run("verify", "--registry", as_user)
        execute(address, f"ALTER ROLE {user} CONNECTION LIMIT 0")
        answered["no connection left"] = run("verify", "--registry", as_user)
        execute(beside(address), f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        answered["closed"] = run("verify", "--registry", address)
    finally:
        execute(beside(address), f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        execute(address, f"DROP OWNED BY {user}", f"DROP ROLE {user}")
    for what, done in answered.items():
        assert done.exit_code == 5, (what, done.output)
        assert_no_alarm(done.stdout + done.stderr)


def test_a_database_of_another_program_is_not_called_damaged(new_database: Callable[..., str]) -> None:
    address = new_database()
    execute(address, "CREATE TABLE customers (id int)")
    done = run("verify", "--registry", address)
    assert done.exit_code == 1 and "belongs to another program" in done.stderr
    assert_no_alarm(done.stdout + done.stderr)


def test_a_server_that_stops_in_the_middle_is_not_called_damage(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from motif.registry.storage.originals import SqlOriginals

    get = SqlOriginals.get

    def stop_then_get(self: SqlOriginals, sha256: str, *, size_bytes: int) -> bytes:
        execute(
            address,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'motif' AND datname = current_database()",
        )
        return get(self, sha256, size_bytes=size_bytes)

    monkeypatch.setattr(SqlOriginals, "get", stop_then_get)
    done = run("verify", "--registry", address)
    assert done.exit_code == 5, done.output
    assert_no_alarm(done.stdout + done.stderr)


@pytest.fixture
def pooler(address: str) -> Iterator[str]:
    """PgBouncer in transaction mode: each transaction may get another connection to the server."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("no pgbouncer here")
    url = sa.make_url(address)
    server = Path(str(url.query["host"]))
    with tempfile.TemporaryDirectory(prefix="motif-pool-", ignore_cleanup_errors=True) as place:
        settings = Path(place) / "settings"
        settings.write_text(
            f"[databases]\n* = host={server} user=postgres\n"
            f"[pgbouncer]\nlisten_addr =\nunix_socket_dir = {place}\nauth_type = any\n"
            "pool_mode = transaction\ndefault_pool_size = 3\n"
        )
        os.chown(place, server.stat().st_uid, -1)
        settings.chmod(0o644)
        user = ["-u", server.owner()] if os.getuid() == 0 else []
        with subprocess.Popen([program, *user, str(settings)], stderr=subprocess.DEVNULL) as process:
            for _ in range(200):
                if any(Path(place).glob(".s.PGSQL.*")):
                    break
                time.sleep(0.05)
            yield url.set(query={"host": place}, port=6432).render_as_string(hide_password=False)
            process.terminate()


def test_a_pooler_in_transaction_mode_works(pooler: str) -> None:
    for number in range(3):
        with Registry.open(pooler) as registry:
            for seed in range(4):
                registry.register(spots(100 + 10 * number + seed), title=f"Lewat {number} {seed}")
            assert registry.check(spots(100 + 10 * number)).verdict == "conflict"
        done = run("verify", "--registry", pooler)
        assert done.exit_code == 0, done.output
    assert run("list", "--registry", pooler).exit_code == 0
