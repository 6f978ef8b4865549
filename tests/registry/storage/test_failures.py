"""Troubles of disk and database reach the caller as registry errors that say what to do."""

from __future__ import annotations

import errno
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from tests.pictures import spots
from tests.records import entry_photo

from motif.errors import (
    EntryNotFoundError,
    ParameterError,
    RegistryBusyError,
    RegistryCorruptError,
    RegistryError,
    SchemaVersionError,
)
from motif.profiles import CHEAPEST_1, STANDARD_1
from motif.registry.registry import Registry
from motif.registry.storage.failures import translate_errors
from motif.registry.storage.migrate import OpenOptions
from motif.registry.storage.originals import Originals
from motif.registry.storage.sql_store import SqlStore

pytestmark = pytest.mark.slow  # starts processes

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PHOTO = entry_photo(added_at=NOON, profile_id="cheapest-1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "registry.motif"
    Registry.open(path, profile=CHEAPEST_1).close()
    return path


@pytest.mark.parametrize(
    ("number", "part"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_disk_errors_become_registry_errors(number: int, part: str) -> None:
    with pytest.raises(RegistryError, match=part) as caught, translate_errors("kain.motif"):
        raise OSError(number, os.strerror(number))
    assert "kain.motif" in caught.value.message
    assert caught.value.hint
    assert isinstance(caught.value.__cause__, OSError)


def test_our_own_errors_pass_as_they_are() -> None:
    for error in (RegistryBusyError("busy"), EntryNotFoundError("none"), ParameterError("odd")):
        with pytest.raises(type(error)) as caught, translate_errors("kain.motif"):
            raise error
        assert caught.value is error


def test_a_full_disk_under_the_database_is_said_so(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x.sqlite")
    connection.execute("PRAGMA max_page_count=3")
    with pytest.raises(RegistryError, match="disk is full"), translate_errors(tmp_path):
        connection.execute("CREATE TABLE t AS SELECT zeroblob(100000)")


def test_a_writer_that_waits_too_long_gives_up(folder: Path) -> None:
    with Registry.open(folder, busy_timeout_s=0.05) as one, Registry.open(folder) as other:
        with other._store.writing(), pytest.raises(RegistryBusyError) as caught, one._store.writing():
            pass
        assert "try again" in caught.value.hint
        assert len(one) == 0


def test_no_registry_is_made_unless_asked(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(RegistryError, match="no registry"):
            Registry.open(path, create=False)
    assert not any(tmp_path.iterdir())


def test_a_file_is_no_registry(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.touch()
    with pytest.raises(RegistryError, match="is a file"):
        Registry.open(path)


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(RegistryError, match="holds no registry"):
        Registry.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_folder_above_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="No such file or directory"):
        Registry.open(tmp_path / "no" / "registry.motif")


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_a_path_that_cannot_be_is_refused(path: str) -> None:
    with pytest.raises(ParameterError, match="expected the path of a folder"):
        Registry.open(path)


@pytest.mark.parametrize(
    "name", ["nama dengan spasi & 100% #1?.motif", "ꦏꦮꦸꦁ.motif", os.fsdecode(b"caf\xe9.motif")]
)
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    Registry.open(tmp_path / name, profile=CHEAPEST_1).close()
    with Registry.open(tmp_path / name, create=False) as registry:
        assert registry.profile == CHEAPEST_1
    assert [path.name for path in (tmp_path / name).iterdir()] == ["registry.sqlite"]


def test_everything_is_private(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "registry.sqlite").stat().st_mode) == 0o600


def test_a_registry_that_lost_its_database_is_not_made_anew(folder: Path) -> None:
    (folder / "originals").mkdir()
    (folder / "registry.sqlite").unlink()
    with pytest.raises(RegistryCorruptError, match=r"has lost registry\.sqlite"):
        Registry.open(folder)


def test_a_file_that_is_no_database_is_called_damaged(folder: Path) -> None:
    (folder / "registry.sqlite").write_bytes(b"no database " * 1000)
    with pytest.raises(RegistryCorruptError, match="damaged"):
        Registry.open(folder)


def test_a_registry_keeps_its_profile(folder: Path) -> None:
    with pytest.raises(RegistryError, match=r"profile is cheapest-1; standard-1 was asked for"):
        Registry.open(folder, profile=STANDARD_1)
    with pytest.raises(ParameterError, match="not one of this version"):
        Registry.open(folder, profile=replace(CHEAPEST_1, review_score=0.1))


@pytest.mark.parametrize("is_in_log", [True, False], ids=["also in the log", "in the table alone"])
def test_a_profile_of_a_newer_version_is_said_so_and_one_that_was_changed_is_damage(
    folder: Path, is_in_log: bool
) -> None:
    connection = sqlite3.connect(folder / "registry.sqlite")
    connection.execute("UPDATE facts SET value = 'standard-9' WHERE name = 'profile'")
    if is_in_log:
        connection.execute("UPDATE events SET body = replace(body, 'cheapest-1', 'standard-9') WHERE seq = 0")
    connection.commit()
    connection.close()
    with pytest.raises(SchemaVersionError if is_in_log else RegistryCorruptError, match="standard-9"):
        Registry.open(folder)


def test_a_closed_registry_says_so(folder: Path) -> None:
    registry = Registry.open(folder)
    registry.close()
    registry.close()
    with pytest.raises(RegistryError, match="is closed"):
        len(registry)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET title = 'a' || char(10)",
        "UPDATE entries SET title = x'00ff'",
        "UPDATE entries SET registered_at = 'yesterday'",
        "UPDATE entries SET withdrawn_reason = 'but no time'",
        "UPDATE photos SET sha256 = '../../../../etc/passwd'",
        "UPDATE photos SET width_px = 'wide'",
        "UPDATE photos SET name = '/etc/passwd'",
        "DELETE FROM counters",
        "DROP TABLE similarities",
    ],
)
def test_records_that_make_no_sense_are_called_damaged(folder: Path, statement: str) -> None:
    with Registry.open(folder) as registry, registry._store.writing() as writer:
        number = writer.add_entry(title="Turi", note="", at=NOON, similar_to=())
        writer.add_photo(number, PHOTO, b"fingerprint")
    connection = sqlite3.connect(folder / "registry.sqlite")
    connection.execute(statement)
    connection.commit()
    connection.close()
    with Registry.open(folder) as registry, pytest.raises(RegistryCorruptError):
        registry.list(include_withdrawn=True)
        registry.withdraw("M-000001-3", reason="dobel")


def test_damaged_pages_never_crash(folder: Path) -> None:
    with Registry.open(folder) as registry, registry._store.writing() as writer:
        for index in range(50):
            number = writer.add_entry(title=f"Turi {index}", note="x" * 500, at=NOON, similar_to=())
            writer.add_photo(number, PHOTO, bytes(5000))
    whole = (folder / "registry.sqlite").read_bytes()
    chance = random.Random(2)
    for _ in range(30):
        damaged = bytearray(whole)
        for _ in range(200):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (folder / "registry.sqlite").write_bytes(damaged)
        try:
            with Registry.open(folder) as registry:
                registry.list(include_withdrawn=True)
        except RegistryError as error:
            assert error.hint


@contextmanager
def unprivileged() -> Iterator[Path]:
    """Be nobody for a while, if we are root, in a place that nobody can reach.

    Only within a test: what runs between tests, such as a measurement of coverage, may have files of its own.
    """
    place = Path(tempfile.mkdtemp())
    was_root = os.geteuid() == 0
    if was_root:
        os.chown(place, 65534, 65534)
        _import_all_that_a_check_needs()  # another user may not be allowed to read this Python
        os.seteuid(65534)
    try:
        yield place
    finally:
        if was_root:
            os.seteuid(0)
        for path in [place, *place.rglob("*")]:
            path.chmod(0o700)
        shutil.rmtree(place)


def _import_all_that_a_check_needs() -> None:
    with (
        tempfile.TemporaryDirectory() as warm,
        Registry.open(Path(warm) / "r", profile=CHEAPEST_1) as registry,
    ):
        noise = np.random.default_rng(2).integers(0, 256, (200, 200), np.uint8)
        registry.register(noise, title="Turi")
        registry.check(noise)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_a_registry_that_cannot_be_written_can_be_read() -> None:
    designs = [spots(seed, (20, 20), 10) for seed in range(10)]
    with unprivileged() as place:
        folder = place / "registry.motif"
        with Registry.open(folder, profile=CHEAPEST_1) as registry:
            for seed, design in enumerate(designs):
                registry.register(design, title=f"Turi {seed}", allow_duplicate=True)
        (folder / "registry.sqlite").chmod(0o400)
        folder.chmod(0o500)
        with Registry.open(folder) as registry:
            assert len(registry) == 10
            assert registry.check(designs[0]).verdict == "conflict"
            assert registry.original("M-000001-3")
            with pytest.raises(RegistryError, match="for reading only"):
                registry.withdraw("M-000001-3", reason="dobel")
        assert sorted(path.name for path in folder.iterdir()) == [
            "originals",
            "registry.acknowledged",
            "registry.sqlite",
        ]


@pytest.fixture
def reader(folder: Path) -> Iterator[Registry]:
    """A registry of one entry, opened as by somebody who may only read."""
    with Registry.open(folder, profile=CHEAPEST_1) as registry:
        registry.register(spots(0), title="Turi 0")
    store = SqlStore.open_sqlite(folder / "registry.sqlite", OpenOptions(create=False), writable=False)
    with Registry(store, Originals(folder / "originals"), profile=CHEAPEST_1) as opened:
        yield opened


def test_who_may_only_read_sees_what_others_register_meanwhile(folder: Path, reader: Registry) -> None:
    assert reader.check(spots(1)).verdict == "clear"
    with Registry.open(folder) as writer:
        writer.register(spots(1), title="Turi 1")
        assert reader.check(spots(1)).verdict == "conflict"  # it lies in the database's log as yet
        for seed in range(2, 8):
            writer.register(spots(seed), title=f"Turi {seed}")
    assert [reader.check(spots(seed)).verdict for seed in (1, 7)] == ["conflict", "conflict"]
    assert reader.ledger.verify().whole


def test_a_view_to_which_somebody_wrote_ends_with_an_error(folder: Path, reader: Registry) -> None:
    with pytest.raises(RegistryBusyError, match="while it was read"), reader._store.reading() as view:
        assert view.count() == 1
        with Registry.open(folder) as writer:
            writer.register(spots(1), title="Turi 1")
    assert len(reader) == 2


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_a_place_that_cannot_be_written_holds_no_new_registry() -> None:
    with unprivileged() as place:
        place.chmod(0o500)
        with pytest.raises(RegistryError, match="cannot be written"):
            Registry.open(place / "registry.motif")
        with pytest.raises(RegistryError):
            Registry.open(place)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
def test_a_limit_on_file_size_stops_a_write_and_loses_nothing(folder: Path) -> None:
    code = f"""
import resource, numpy as np
from motif.errors import RegistryError
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry
noise = np.random.default_rng(1).integers(0, 256, (400, 400), np.uint8)
with Registry.open({str(folder)!r}) as registry:
    registry.register(noise[:100, :100], title="small")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        registry.register(noise, title="large")
    except RegistryError as error:
        print(error.hint)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, bool(ended.stdout.strip())) == (0, True), ended.stderr
    with Registry.open(folder) as registry:
        assert [entry.title for entry in registry] == ["small"]
        assert len(registry.original("M-000001-3")) > 10_000


@pytest.mark.parametrize("name", ["registry.sqlite", "registry.sqlite-wal", "registry.sqlite-shm"])
def test_links_in_place_of_the_database_are_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"something else")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(target)
    with pytest.raises(RegistryCorruptError, match="is a link"):
        Registry.open(folder)
    assert target.read_bytes() == b"something else"
