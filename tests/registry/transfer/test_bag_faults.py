"""A backup with any fault of a bag is refused before anything is written.

Each fault is put into a whole backup, once with all lists that follow from it made anew, where that is asked,
so that nothing but the fault itself speaks against it.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.pictures import spots

from motif.errors import RegistryCorruptError
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry
from motif.registry.transfer.backup import backup_registry
from motif.registry.transfer.restore import restore_registry

Files = dict[str, bytes]
MANIFEST, TAGS, INFO = "manifest-sha256.txt", "tagmanifest-sha256.txt", "bag-info.txt"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The files of a whole backup."""
    place = tmp_path_factory.mktemp("bag")
    with Registry.open(place / "r", profile=CHEAPEST_1) as registry:
        for seed in (1, 2):
            registry.register(spots(seed), title=f"Turi {seed}")
    backup_registry(place / "r", place / "b.zip")
    with zipfile.ZipFile(place / "b.zip") as file:
        return {name.partition("/")[2]: file.read(name) for name in file.namelist()}


def list_tags(files: Files) -> None:
    """Make the list of tag files anew."""
    names = sorted(files.keys() & {"bagit.txt", INFO, MANIFEST})
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names]
    files[TAGS] = "".join(lines).encode()


def edit(name: str, old: bytes, new: bytes, *, again: bool = True) -> Callable[[Files], None]:
    def spoil(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
        if again and name != TAGS:
            list_tags(files)

    return spoil


def twice(name: str, *, other_digest: bool = False) -> Callable[[Files], None]:
    """Give the first line of a list twice."""

    def spoil(files: Files) -> None:
        line = files[name].splitlines(keepends=True)[0]
        files[name] += (b"0" * 64 + line[64:]) if other_digest else line
        if name != TAGS:
            list_tags(files)

    return spoil


def without(name: str, *, again: bool = True) -> Callable[[Files], None]:
    def spoil(files: Files) -> None:
        del files[name]
        if again and name != TAGS:
            list_tags(files)

    return spoil


def dropped_line(name: str) -> Callable[[Files], None]:
    def spoil(files: Files) -> None:
        files[name] = b"".join(files[name].splitlines(keepends=True)[1:])
        if name != TAGS:
            list_tags(files)

    return spoil


def stated_oxum(change: Callable[[int, int], str]) -> Callable[[Files], None]:
    def spoil(files: Files) -> None:
        payload = [data for name, data in files.items() if name.startswith("data/")]
        old = f"Payload-Oxum: {sum(map(len, payload))}.{len(payload)}\n".encode()
        assert old in files[INFO]
        files[INFO] = files[INFO].replace(old, change(sum(map(len, payload)), len(payload)).encode())
        list_tags(files)

    return spoil


def unread_file(files: Files) -> None:
    """Add a file that the log does not name, and whose content is another than its name says."""
    digest = hashlib.sha256(b"whole").hexdigest()
    name = f"data/beside/{digest[:2]}/{digest}"
    files[name] = b"spoilt"
    files[MANIFEST] += f"{digest}  {name}\n".encode()
    payload = [data for each, data in files.items() if each.startswith("data/")]
    lines = files[INFO].decode().splitlines(keepends=True)
    oxum = f"Payload-Oxum: {sum(map(len, payload))}.{len(payload)}\n"
    files[INFO] = "".join(oxum if line.startswith("Payload-Oxum") else line for line in lines).encode()
    list_tags(files)


FAULTS: dict[str, Callable[[Files], None]] = {
    "tag file changed": edit(INFO, b"motif", b"mutif", again=False),
    "tag file changed: bagit.txt": edit("bagit.txt", b"1.0", b"0.9", again=False),
    "list of files changed": edit(MANIFEST, b"  data/", b"   data/", again=False),
    "list of tags changed": edit(TAGS, b"0", b"1"),
    "list of tags with a line too few": dropped_line(TAGS),
    "list of tags missing": without(TAGS),
    "list of files missing": without(MANIFEST),
    "bag-info.txt missing": without(INFO),
    "bag-info.txt missing, and listed": without(INFO, again=False),
    "bagit.txt missing": without("bagit.txt"),
    "list of files with a line too few": dropped_line(MANIFEST),
    "file listed twice": twice(MANIFEST),
    "file listed twice, with two digests": twice(MANIFEST, other_digest=True),
    "tag listed twice": twice(TAGS),
    "tag listed twice, with two digests": twice(TAGS, other_digest=True),
    "digest in capitals": lambda files: files.update(
        {MANIFEST: files[MANIFEST][:64].upper() + files[MANIFEST][64:]}
    ),
    "one space": edit(MANIFEST, b"  data/", b" data/"),
    "a tab": edit(MANIFEST, b"  data/", b"\tdata/"),
    "a star": edit(MANIFEST, b"  data/", b" *data/"),
    "a name with ./": edit(MANIFEST, b"  data/", b"  ./data/"),
    "a name that climbs": edit(MANIFEST, b"  data/", b"  data/../data/"),
    "a name from the root": edit(MANIFEST, b"  data/", b"  /data/"),
    "a name from home": edit(MANIFEST, b"  data/", b"  ~/data/"),
    "another line end": edit(MANIFEST, b"\n", b"\r"),
    "an empty line": edit(MANIFEST, b"\n", b"\n\n"),
    "a mark of byte order": lambda files: files.update({"bagit.txt": b"\xef\xbb\xbf" + files["bagit.txt"]}),
    "another version": edit("bagit.txt", b"1.0", b"1.1"),
    "another encoding": edit("bagit.txt", b"UTF-8", b"UTF-16"),
    "white space in bagit.txt": edit("bagit.txt", b": 1.0", b" : 1.0"),
    "Payload-Oxum with other bytes": stated_oxum(lambda size, count: f"Payload-Oxum: {size + 1}.{count}\n"),
    "Payload-Oxum with other files": stated_oxum(lambda size, count: f"Payload-Oxum: {size}.{count + 1}\n"),
    "Payload-Oxum that is no number": stated_oxum(lambda size, count: "Payload-Oxum: many\n"),
    "Payload-Oxum missing": stated_oxum(lambda size, count: ""),
    "Payload-Oxum twice": stated_oxum(lambda size, count: f"Payload-Oxum: {size}.{count}\n" * 2),
    "a fact that is none": edit(INFO, b": motif", b" motif"),
    "a file that nobody reads": unread_file,
    "files to be fetched": lambda files: files.update({"fetch.txt": b"http://x 1 data/x\n"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bag_with_a_fault_is_refused(whole: Files, tmp_path: Path, fault: str) -> None:
    files = dict(whole)
    FAULTS[fault](files)
    assert files != whole
    archive = tmp_path / "b.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name, data in files.items():
            file.writestr(f"b/{name}", data)
    with pytest.raises(RegistryCorruptError, match="cannot be restored"):
        restore_registry(archive, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_the_bag_without_a_fault_is_restored(whole: Files, tmp_path: Path) -> None:
    files = dict(whole)
    list_tags(files)
    assert sorted(files[TAGS].splitlines()) == sorted(whole[TAGS].splitlines())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as file:
        for name, data in files.items():
            file.writestr(f"b/{name}", data)
    assert restore_registry(tmp_path / "b.zip", tmp_path / "restored").originals == 2
