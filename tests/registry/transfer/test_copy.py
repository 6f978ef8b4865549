"""A copy, a backup and what is restored from it are the same registry; nothing hostile gets in on the way."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.records import keep_token

from motif.errors import RegistryCorruptError, RegistryError
from motif.files import name_once
from motif.registry.ledger.checkpoint import SigningKey
from motif.registry.ledger.merkle import Frontier
from motif.registry.records.works import Motif
from motif.registry.registry import Registry
from motif.registry.storage.opening import open_place
from motif.registry.transfer.backup import backup_registry
from motif.registry.transfer.copy import copy_registry, snapshot
from motif.registry.transfer.restore import restore_registry

pytestmark = pytest.mark.slow  # starts a database server


@pytest.fixture
def source(small_registry: Path, tmp_path: Path) -> Path:
    """A registry with a withdrawn entry, a second photo, a checkpoint and its timestamp."""
    with Registry.open(small_registry) as registry:
        registry.ledger.checkpoint(SigningKey.load(tmp_path / "key.pem"))
        size = registry.ledger.checkpoints()[0].size
        for token in (b"first answer", b"second answer"):  # the first is nowhere any more
            keep_token(registry, size, token)
    return small_registry


@pytest.fixture
def archive(source: Path, tmp_path: Path) -> Path:
    backup_registry(source, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


def told_of(folder: Path | str) -> tuple[object, ...]:
    """Return all that a registry tells, and that it is whole."""
    with Registry.open(folder, create=False) as registry:
        assert registry.ledger.verify().findings == ()
        originals = [registry.original(photo.sha256) for entry in registry for photo in entry.photos]
        entries = registry.list(include_withdrawn=True)
        return registry.ledger.head(), entries, originals, registry.ledger.checkpoints()


def test_a_copy_is_the_same_registry(source: Path, tmp_path: Path) -> None:
    copied = copy_registry(source, tmp_path / "office")
    assert told_of(tmp_path / "office") == told_of(source)
    assert (copied.events, copied.originals) == (14, 5)


def test_through_a_server_and_back_it_is_still_the_same(
    source: Path, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    server = new_database()
    copy_registry(source, server)
    assert told_of(server) == told_of(source)
    backup_registry(server, tmp_path / "server.zip")
    restore_registry(tmp_path / "server.zip", tmp_path / "restored")
    assert told_of(tmp_path / "restored") == told_of(source)


def test_what_is_restored_is_the_same_registry(source: Path, archive: Path, tmp_path: Path) -> None:
    restored = restore_registry(archive, tmp_path / "restored")
    assert told_of(tmp_path / "restored") == told_of(source)
    assert restored.events == 14


def test_only_the_owner_can_read_backup_and_copy(archive: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    restore_registry(archive, tmp_path / "restored")
    for path in (tmp_path / "restored").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_copy_goes_on_where_it_was_stopped(source: Path, tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise StopError

    with pytest.raises(StopError):
        copy_registry(source, tmp_path / "office", on_progress=stop)
    with pytest.raises(RegistryError, match="unfinished copy"):
        Registry.open(tmp_path / "office")
    copy_registry(source, tmp_path / "office")
    assert told_of(tmp_path / "office") == told_of(source)


def test_a_copy_follows_a_source_that_has_grown(source: Path, tmp_path: Path) -> None:
    copy_registry(source, tmp_path / "office")
    with Registry.open(source) as registry:
        registry.withdraw("M-000001-3", reason="salah")
    copy_registry(source, tmp_path / "office")
    copy_registry(source, tmp_path / "office")
    assert told_of(tmp_path / "office") == told_of(source)


def test_a_target_that_went_its_own_way_is_left_alone(source: Path, tmp_path: Path) -> None:
    copy_registry(source, tmp_path / "office")
    for folder, reason in ((source, "salah"), (tmp_path / "office", "dobel")):
        with Registry.open(folder) as registry:
            registry.withdraw("M-000001-3", reason=reason)
    before = told_of(tmp_path / "office")
    with pytest.raises(RegistryError, match="changes of its own"):
        copy_registry(source, tmp_path / "office")
    assert told_of(tmp_path / "office") == before


def test_nobody_writes_to_a_target_while_it_is_copied_to(
    source: Path, tmp_path: Path, new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motif.registry.transfer.copy._PAGE", 1)
    for target in (tmp_path / "office", new_database()):
        copy_registry(source, target)
        with Registry.open(source) as registry:
            for number in range(3):
                registry.records.put(Motif(id="M-000001-3", history=f"{target} {number}"))
        with Registry.open(target) as opened:  # open since before the copy begins

            def meddle(done: int, total: int, opened: Registry = opened) -> None:
                if done < total:
                    with pytest.raises(RegistryError, match="unfinished copy"):
                        opened.records.put(Motif(id="M-000001-3", history="of the office"))

            copy_registry(source, target, on_progress=meddle)
            assert opened.records.motif("M-000001-3").history == f"{target} 2"
            opened.records.put(Motif(id="M-000001-3", history="of the office"))


def test_another_registry_is_left_alone(source: Path, tmp_path: Path) -> None:
    Registry.open(tmp_path / "other").close()
    with pytest.raises(RegistryError, match="another registry"):
        copy_registry(source, tmp_path / "other")
    Registry.open(tmp_path / "other").close()


def test_what_is_written_meanwhile_is_not_in_the_copy(source: Path, tmp_path: Path) -> None:
    with snapshot(source) as taken, Registry.open(source) as registry:
        registry.withdraw("M-000001-3", reason="salah")
        assert taken.head.size == 14
    backup_registry(source, tmp_path / "later.zip")
    assert restore_registry(tmp_path / "later.zip", tmp_path / "restored").events == 15


def test_a_missing_original_stops_a_copy_and_a_backup(source: Path, tmp_path: Path) -> None:
    lost = next(path for path in (source / "originals").rglob("*") if path.is_file())
    lost.unlink()
    with pytest.raises(RegistryCorruptError, match=f"original {lost.name} is missing"):
        copy_registry(source, tmp_path / "office")
    with pytest.raises(RegistryCorruptError, match=f"original {lost.name} is missing"):
        backup_registry(source, tmp_path / "backup.zip")
    assert not [path for path in tmp_path.iterdir() if "backup" in path.name]


def test_a_source_that_was_tampered_with_gives_no_copy(source: Path, tmp_path: Path) -> None:
    opened = open_place(source)
    with opened.store._engine.begin() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE fingerprints SET data = x'00' WHERE photo_key = 2")
    opened.store.close()
    with pytest.raises(RegistryCorruptError, match="the source is damaged"):
        copy_registry(source, tmp_path / "office")
    with pytest.raises(RegistryError, match="unfinished"):
        Registry.open(tmp_path / "office")


def test_a_backup_overwrites_nothing(source: Path, archive: Path, tmp_path: Path) -> None:
    before = archive.read_bytes()
    for name in ("backup.zip", "backup.tar.xz"):
        with pytest.raises(RegistryError):
            backup_registry(source, tmp_path / name)
    assert archive.read_bytes() == before


def test_a_backup_is_made_where_there_are_no_links(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")  # as on a memory stick

    monkeypatch.setattr(os, "link", refuse)
    backup_registry(source, tmp_path / "stick.zip")
    assert restore_registry(tmp_path / "stick.zip", tmp_path / "restored").events == 14
    before = (tmp_path / "stick.zip").read_bytes()
    (tmp_path / "draft").write_bytes(b"other")
    with pytest.raises(FileExistsError):
        name_once(tmp_path / "draft", tmp_path / "stick.zip")
    assert (tmp_path / "stick.zip").read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_the_archive_is_a_bag(archive: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(archive, tmp_path)
    bag = tmp_path / "backup"
    assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    payload = {str(path.relative_to(bag)): path for path in (bag / "data").rglob("*") if path.is_file()}
    for manifest, files in (
        ("manifest-sha256.txt", payload.keys()),
        ("tagmanifest-sha256.txt", {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"}),
    ):
        listed = dict(line.split("  ")[::-1] for line in (bag / manifest).read_text().splitlines())
        assert listed.keys() == set(files)
        for name, digest in listed.items():
            assert hashlib.sha256((bag / name).read_bytes()).hexdigest() == digest
    info = dict(line.split(": ") for line in (bag / "bag-info.txt").read_text().splitlines())
    size = sum(path.stat().st_size for path in payload.values())
    assert info["Payload-Oxum"] == f"{size}.{len(payload)}"


Files = dict[str, bytes]


def remove_original(files: Files) -> None:
    del files[next(name for name in files if "/originals/" in name)]


def change_original(files: Files) -> None:
    files[next(name for name in files if "/originals/" in name)] += b"x"


def change_log(files: Files) -> None:
    files["b/data/ledger.jsonl"] = files["b/data/ledger.jsonl"].replace(b"Kembang", b"KEMBANG")


def climb_out(files: Files) -> None:
    files["b/data/originals/../../../../evil"] = b"evil"


def absolute(files: Files) -> None:
    files["/tmp/evil"] = b"evil"


def add_stranger(files: Files) -> None:
    sha256 = hashlib.sha256(b"?").hexdigest()
    files[f"b/data/originals/{sha256[:2]}/{sha256}"] = b"?"


def make_no_bag(files: Files) -> None:
    files["b/bagit.txt"] = b"BagIt-Version: 9\n"


def cut_log(files: Files) -> None:
    files["b/data/ledger.jsonl"] = b"".join(files["b/data/ledger.jsonl"].splitlines(True)[:-1])


def forge_log(files: Files) -> None:
    """Forge the log and all that names it, so that only its own sense speaks against it."""
    lines = files["b/data/ledger.jsonl"].splitlines()
    first = json.loads(lines[0])
    first["data"]["registry_id"] = "../../evil"
    lines[0] = json.dumps(first, sort_keys=True, separators=(",", ":")).encode()
    frontier = Frontier(size=0, roots=())
    for line in lines:
        frontier = frontier.append(hashlib.sha256(b"\0" + line).digest())
    old = hashlib.sha256(files["b/data/ledger.jsonl"]).hexdigest()
    files["b/data/ledger.jsonl"] = b"".join(line + b"\n" for line in lines)
    new = hashlib.sha256(files["b/data/ledger.jsonl"]).hexdigest()
    manifest = files["b/manifest-sha256.txt"]
    files["b/manifest-sha256.txt"] = manifest.replace(old.encode(), new.encode())
    info = files["b/bag-info.txt"].decode().splitlines()
    info[-1] = f"Motif-Ledger-Root: {frontier.root().hex()}"
    payload = [data for name, data in files.items() if name.startswith("b/data/")]
    place = next(place for place, line in enumerate(info) if line.startswith("Payload-Oxum"))
    info[place] = f"Payload-Oxum: {sum(map(len, payload))}.{len(payload)}"
    files["b/bag-info.txt"] = "\n".join(info).encode()
    names = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    lines_of_tags = [f"{hashlib.sha256(files[f'b/{name}']).hexdigest()}  {name}\n" for name in names]
    files["b/tagmanifest-sha256.txt"] = "".join(lines_of_tags).encode()


@pytest.mark.parametrize(
    "spoil",
    [
        remove_original,
        change_original,
        change_log,
        climb_out,
        absolute,
        add_stranger,
        make_no_bag,
        cut_log,
        forge_log,
    ],
)
def test_a_hostile_archive_gives_no_registry(
    spoil: Callable[[Files], None], archive: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(archive) as file:
        files = {name.replace("backup/", "b/", 1): file.read(name) for name in file.namelist()}
    spoil(files)
    with zipfile.ZipFile(tmp_path / "spoiled.zip", "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    place = tmp_path / "in" / "side" / "restored"
    place.parent.mkdir(parents=True)
    with pytest.raises(RegistryCorruptError):
        restore_registry(tmp_path / "spoiled.zip", place)
    with pytest.raises(RegistryError):
        Registry.open(place, create=False)
    assert not list(tmp_path.rglob("*evil*"))


def test_an_archive_that_unpacks_to_more_than_it_is_is_refused(archive: Path, tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(archive) as old,
        zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("backup/data/beside/00/" + "0" * 64, bytes(10_000_000))
    with pytest.raises(RegistryCorruptError, match="compressed"):
        restore_registry(tmp_path / "bomb.zip", tmp_path / "restored")


def test_a_name_in_an_archive_that_is_no_text_is_refused(archive: Path, tmp_path: Path) -> None:
    data = bytearray(archive.read_bytes())
    listed = data.find(b"PK\1\2")
    data[listed + 9] |= 8  # names are in UTF-8
    data[listed + 46] = 0xFF
    (tmp_path / "named.zip").write_bytes(data)
    for path in (tmp_path / "named.zip", f"{tmp_path}/no\0.zip"):
        with pytest.raises(RegistryCorruptError, match="cannot be restored"):
            restore_registry(path, tmp_path / "restored")


def test_half_an_archive_is_refused(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "half.zip").write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(RegistryCorruptError, match="archive"):
        restore_registry(tmp_path / "half.zip", tmp_path / "restored")
    with pytest.raises(RegistryError, match=r"none\.zip"):
        restore_registry(tmp_path / "none.zip", tmp_path / "restored")


def test_an_office_copies_backs_up_and_restores(source: Path, tmp_path: Path) -> None:
    def motif(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "motif", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    copied = motif("registry", "copy", "laptop", "office", "--json")
    assert (copied.returncode, json.loads(copied.stdout)["events"]) == (0, 14)
    assert motif("--registry", "office", "registry", "backup", "b.zip").returncode == 0
    restored = motif("registry", "restore", "b.zip", "again")
    assert restored.stdout.startswith("again: 14 events, 5 originals, verified")
    assert motif("registry").returncode == 2
    assert "unfinished" not in motif("--registry", "again", "list").stderr
