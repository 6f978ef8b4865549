"""Restores a registry from one file; everything that the file says is checked before it is used.

No name in the archive becomes a path: files are looked up by the SHA-256 that the log names, and only
content with that SHA-256 is taken.
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from motif.bagit import BAGIT
from motif.errors import MotifError, ParameterError, RegistryCorruptError, RegistryError
from motif.messages import N_, system_reason
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import Frontier, frontier_of, leaf_hash
from motif.registry.storage.opening import Place
from motif.registry.storage.projection import changes_of, digests_of
from motif.registry.transfer.backup import LEDGER
from motif.registry.transfer.copy import Copied, ProgressCallback, copy_into

_BESIDE_BYTES_MAX = 2_100_000
_PART_BYTES = 1 << 20
_LINE_BYTES_MAX = 1_000_000
_TAG_BYTES_MAX = 4_000
_PAYLOAD = re.compile(r"data/(?:ledger\.jsonl|(?:beside|originals)/([0-9a-f]{2})/(\1[0-9a-f]{62}))")
_MANIFEST = "manifest-sha256.txt"
_TAG_MANIFEST = "tagmanifest-sha256.txt"
_TAGS = frozenset({"bagit.txt", "bag-info.txt", _MANIFEST, _TAG_MANIFEST})
_LISTED = re.compile("([0-9a-f]{64})  (.+)")
_HINT = N_("Use another backup; nothing was taken from this one that is not whole.")


def restore_registry(
    archive: str | os.PathLike[str], target: Place, *, on_progress: ProgressCallback | None = None
) -> Copied:
    """Make the registry that ``backup_registry`` wrote into a file; same id, same log, same originals.

    Parameters
    ----------
    archive : path
        May come from anybody.
    target : as for ``Registry.open``
        Empty, or not there yet; or what an earlier attempt left, which is continued.
    on_progress : callable, optional
        See ``ProgressCallback``.

    Returns
    -------
    Copied

    Raises
    ------
    RegistryCorruptError
        If the archive is damaged, or was not written by ``backup_registry``.
    RegistryError
        If the target holds something else, or cannot be written.
    """
    with _opened(Path(archive)) as file:
        return copy_into(BagSource(file, Path(archive).stat().st_size), target, on_progress=on_progress)


class BagSource:
    """The registry in an archive; see ``transfer.Source``.

    Parameters
    ----------
    file : ZipFile
    size_bytes : int
        Of the archive; what is in it cannot be more.
    """

    def __init__(self, file: zipfile.ZipFile, size_bytes: int) -> None:
        self._file = file
        self._members = _members(file, size_bytes)
        if self._read("bagit.txt", _TAG_BYTES_MAX) != BAGIT.encode():
            raise _damaged(N_("it is not a BagIt 1.0 bag"))
        self._info = _tags(self._read("bag-info.txt", _TAG_BYTES_MAX))
        self._require_manifest()
        self.head = self.frontier(None)
        stated = (self._info.get("Motif-Ledger-Size"), self._info.get("Motif-Ledger-Root"))
        if stated != (str(self.head.size), self.head.root().hex()):
            raise _damaged(N_("its log is not the one that it states"))

    def frontier(self, size: int | None) -> Frontier:
        return frontier_of(map(leaf_hash, islice(self._lines(LEDGER), size)))

    def events(self, start: int) -> Iterator[Event]:
        for line in islice(self._lines(LEDGER), start, None):
            try:
                yield Event.from_bytes(line)
            except (ParameterError, UnicodeError) as error:
                raise _damaged(N_("its log: {error}", error=error)) from error

    def attachments(self, page: Sequence[Event]) -> dict[str, bytes]:
        try:
            digests = {sha256 for event in page for sha256 in digests_of(changes_of(event))}
        except ParameterError as error:
            raise _damaged(N_("its log: {error}", error=error)) from error
        return {sha256: self._file_of("beside", sha256, _BESIDE_BYTES_MAX) or b"" for sha256 in digests}

    def original(self, sha256: str, size_bytes: int) -> bytes:
        data = self._file_of("originals", sha256, size_bytes)
        if data is None or len(data) != size_bytes:
            raise _damaged(N_("original {sha256} is missing or has another size", sha256=sha256))
        return data

    def _file_of(self, folder: str, sha256: str, limit: int) -> bytes | None:
        name = f"data/{folder}/{sha256[:2]}/{sha256}"
        if name not in self._members:
            return None
        data = self._read(name, limit)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _damaged(N_("{name} has another SHA-256 than its name", name=name))
        return data

    def _read(self, name: str, limit: int) -> bytes:
        member = self._member(name)
        if member.file_size > limit:
            values = {"name": name, "file_size": member.file_size, "limit": limit}
            raise _damaged(N_("{name} has {file_size} bytes; expected {limit} or fewer", **values))
        return self._file.read(member)

    def _member(self, name: str) -> zipfile.ZipInfo:
        if name not in self._members:
            raise _damaged(N_("{name} is missing", name=name))
        return self._members[name]

    def _lines(self, name: str) -> Iterator[bytes]:
        """Yield lines, each read only as far as it may go."""
        with self._file.open(self._member(name)) as file:
            while line := file.readline(_LINE_BYTES_MAX):
                if not line.endswith(b"\n") or line == b"\n":
                    raise _damaged(N_("it has a line that is empty, cut or too long"))
                yield line.removesuffix(b"\n")

    def _require_manifest(self) -> None:
        """Compare the lists of files with the files, and what is said of the payload with the payload."""
        payload = self._members.keys() - _TAGS
        listed = self._list(_MANIFEST, payload)
        listed_tags = self._list(_TAG_MANIFEST, _TAGS - {_TAG_MANIFEST})
        for name, digest in listed.items():
            if name != LEDGER and digest != name.rpartition("/")[2]:
                raise _damaged(N_("its list of files gives {name} another SHA-256", name=name))
        for name, digest in {**listed_tags, **listed}.items():
            if self._digest(name) != digest:
                message = N_("{name} has another SHA-256 than its list of files says", name=name)
                raise _damaged(message)
        total = sum(self._members[name].file_size for name in payload)
        if self._info.get("Payload-Oxum") != f"{total}.{len(payload)}":
            raise _damaged(N_("its files are not as many, or not as large, as it states (Payload-Oxum)"))

    def _digest(self, name: str) -> str:
        digest = hashlib.sha256()
        with self._file.open(self._member(name)) as file:
            while part := file.read(_PART_BYTES):
                digest.update(part)
        return digest.hexdigest()

    def _list(self, name: str, expected: Set[str]) -> dict[str, str]:
        """Read a list of files and their SHA-256; refuse one of other files than expected."""
        listed: dict[str, str] = {}
        for line in self._lines(name):
            match = _LISTED.fullmatch(line.decode("utf-8", "replace"))
            if not match:
                raise _damaged(N_("{name} has a line that is not written as it should be", name=name))
            digest, file = match.groups()
            if file in listed:
                raise _damaged(N_("its list of files names {file!r:.100} twice", file=file))
            listed[file] = digest
        if listed.keys() != expected:
            file = min(listed.keys() ^ expected)
            raise _damaged(N_("its list of files and its files differ in {name!r:.100}", name=file))
        return listed


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as file:
            yield file
    except MotifError:  # a RegistryBusyError is a TimeoutError, and so an OSError too
        raise
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as error:  # names that are no text
        raise _damaged(N_("it is not a complete ZIP file ({error})", error=error)) from error
    except OSError as error:
        message = N_("{path} cannot be read: {reason}", path=path, reason=system_reason(error))
        raise RegistryError(message, hint=N_("Check it.")) from error


def _members(file: zipfile.ZipFile, size_bytes: int) -> dict[str, zipfile.ZipInfo]:
    """Return the files of the bag by their name in it; refuse any other file."""
    base = next((n.partition("/")[0] for n in file.namelist() if n.endswith("/bagit.txt")), None)
    members: dict[str, zipfile.ZipInfo] = {}
    for member in file.infolist():
        name = member.filename.removeprefix(f"{base}/")
        if name not in _TAGS and not _PAYLOAD.fullmatch(name):
            raise _damaged(
                N_("it holds {filename!r:.100}, which does not belong in a backup", filename=member.filename)
            )
        if name in members:
            raise _damaged(N_("it holds {name} twice", name=name))
        if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
            raise _damaged(N_("{name} in it is compressed or encrypted", name=name))
        members[name] = member
    if sum(member.file_size for member in members.values()) > size_bytes:
        raise _damaged(N_("its files claim to be larger than itself"))
    return members


def _tags(data: bytes) -> dict[str, str]:
    tags: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(": ")
        if not colon or name in tags:
            message = N_("{line!r:.100} in bag-info.txt is not a fact, or is there twice", line=line)
            raise _damaged(message)
        tags[name] = value
    return tags


def _damaged(what: str) -> RegistryCorruptError:
    return RegistryCorruptError(N_("the archive cannot be restored: {what}", what=what), hint=_HINT)
