"""Originals: whole or not there, private, verified, and never somewhere else."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from motif.errors import OriginalMissingError, ParameterError, RegistryCorruptError
from motif.registry.storage.originals import Originals

DATA = b"a scan" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "originals")


def test_a_file_comes_back_untouched(originals: Originals) -> None:
    originals.put(SHA256, DATA)
    assert originals.get(SHA256, size_bytes=len(DATA)) == DATA
    assert originals.path(SHA256) == originals.folder / SHA256[:2] / SHA256


def test_only_the_owner_may_look(originals: Originals) -> None:
    originals.put(SHA256, DATA)
    path = originals.path(SHA256)
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent, originals.folder)] == [
        0o600,
        0o700,
        0o700,
    ]


def test_putting_a_file_again_leaves_it_alone(originals: Originals) -> None:
    originals.put(SHA256, DATA)
    before = originals.path(SHA256).stat()
    originals.put(SHA256, DATA)
    after = originals.path(SHA256).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_cut_file_is_replaced_when_the_whole_one_comes(originals: Originals) -> None:
    originals.put(SHA256, DATA)
    originals.path(SHA256).write_bytes(DATA[:10])
    originals.put(SHA256, DATA)
    assert originals.get(SHA256, size_bytes=len(DATA)) == DATA


def test_nothing_temporary_stays_behind(originals: Originals) -> None:
    originals.put(SHA256, DATA)
    assert [path.name for path in originals.path(SHA256).parent.iterdir()] == [SHA256]


@pytest.mark.parametrize("content", [DATA[:-1], DATA + b"x", b"", b"b" + DATA[1:]])
def test_a_changed_file_is_named(originals: Originals, content: bytes) -> None:
    originals.put(SHA256, DATA)
    originals.path(SHA256).write_bytes(content)
    with pytest.raises(RegistryCorruptError, match=SHA256) as raised:
        originals.get(SHA256, size_bytes=len(DATA))
    assert not isinstance(raised.value, OriginalMissingError)


def test_a_missing_file_is_named(originals: Originals) -> None:
    with pytest.raises(OriginalMissingError, match=f"{SHA256} is missing"):
        originals.get(SHA256, size_bytes=len(DATA))


@pytest.mark.parametrize("name", ["../../etc/passwd", "", SHA256.upper(), SHA256 + "\n", SHA256[:-1] + "/"])
def test_only_digits_become_a_path(originals: Originals, name: str) -> None:
    with pytest.raises(ParameterError):
        originals.put(name, DATA)
    with pytest.raises(ParameterError):
        originals.get(name, size_bytes=1)


@pytest.mark.parametrize("depth", ["originals", "originals/" + SHA256[:2]])
def test_a_link_in_place_of_a_folder_is_not_followed(
    originals: Originals, tmp_path: Path, depth: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / depth
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(elsewhere)
    with pytest.raises(RegistryCorruptError, match="is not a folder"):
        originals.put(SHA256, DATA)
    assert not any(elsewhere.iterdir())


def test_a_link_in_place_of_a_file_is_not_followed(originals: Originals, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(DATA)
    path = originals.path(SHA256)
    path.parent.mkdir(parents=True)
    path.symlink_to(secret)
    with pytest.raises(RegistryCorruptError, match="missing"):
        originals.get(SHA256, size_bytes=len(DATA))
    originals.put(SHA256, b"other")
    assert (secret.read_bytes(), path.is_symlink()) == (DATA, False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_a_file_does_not_hang(originals: Originals) -> None:
    path = originals.path(SHA256)
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    with pytest.raises(RegistryCorruptError, match="missing"):
        originals.get(SHA256, size_bytes=len(DATA))
