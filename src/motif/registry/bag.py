"""A registry as one file: log, what stands beside it, and originals, as a bag (RFC 8493 [1]_) in a ZIP.

Nothing in it is compressed: photos are already, and so an archive cannot unpack to more than it is.

References
----------
.. [1] Kunze et al. (2018). RFC 8493: The BagIt File Packaging Format (V1.0).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from motif.errors import RegistryError
from motif.registry.failures import told
from motif.registry.merkle import Frontier
from motif.registry.originals import sync_folder
from motif.registry.place import Place
from motif.registry.transfer import Copied, RegistrySource, Told, files_of, pages, snapshot

BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
LEDGER = "data/ledger.jsonl"


def backup_registry(source: Place, archive: str | os.PathLike[str], *, told: Told | None = None) -> Copied:
    """Write a registry as it is at this moment into one file; others may write to it meanwhile.

    Parameters
    ----------
    source : as for ``Registry.open``
    archive : path of a file ``.zip`` that is not there yet
        Only its owner can read it. It appears when it is whole.
    told : callable, optional
        Hears how many events are in it, and how many there are.

    Raises
    ------
    RegistryError
        If the file is there already, or cannot be written.
    RegistryCorruptError
        If an original is missing or was changed.
    """
    target = Path(archive)
    if target.suffix.lower() != ".zip":
        raise RegistryError(f"{target.name}: expected a name that ends with .zip", hint="Give another name.")
    if target.exists():
        raise _taken(target)
    with snapshot(source) as taken, _written(target) as file:
        bag = _BagWriter(file, _base(target))
        originals = bag.fill(taken, told)
        bag.finish(taken.head, next(taken.events(0)).data["registry_id"])
    return Copied(events=taken.head.size, originals=originals, root=taken.head.root())


class _BagWriter:
    """Adds files to a bag, and its manifests at the end."""

    def __init__(self, file: zipfile.ZipFile, base: str) -> None:
        self._file = file
        self._base = base
        self._at = datetime.now(UTC)
        self._manifest: dict[str, str] = {}
        self._bytes = 0

    def fill(self, source: RegistrySource, told: Told | None) -> int:
        """Add the payload; return how many originals there are."""
        self._add(LEDGER, (event.to_bytes() + b"\n" for event in source.events(0)))
        originals = done = 0
        for page in pages(source.events(0)):
            for sha256, data in source.attachments(page).items():
                if data:
                    self._add(f"data/beside/{sha256[:2]}/{sha256}", [data])
            for sha256, size_bytes in files_of(page):
                name = f"data/originals/{sha256[:2]}/{sha256}"
                if name not in self._manifest:
                    self._add(name, [source.original(sha256, size_bytes)])
                    originals += 1
            done += len(page)
            if told is not None:
                told(done, source.head.size)
        return originals

    def finish(self, head: Frontier, registry_id: str) -> None:
        """Add the tag files."""
        info = {
            "Bag-Software-Agent": "motif",
            "Bagging-Date": f"{self._at:%Y-%m-%d}",
            "External-Identifier": f"motif-registry/{registry_id}",
            "Payload-Oxum": f"{self._bytes}.{len(self._manifest)}",
            "Motif-Ledger-Size": str(head.size),
            "Motif-Ledger-Root": head.root().hex(),
        }
        tags = {
            "bagit.txt": BAGIT,
            "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in info.items()),
            "manifest-sha256.txt": _lines(self._manifest),
        }
        for name, text in tags.items():
            self._add(name, [text.encode()])
        self._add("tagmanifest-sha256.txt", [_lines({n: self._manifest[n] for n in tags}).encode()])

    def _add(self, name: str, parts: Iterable[bytes]) -> None:
        if name in self._manifest:
            return
        member = zipfile.ZipInfo(f"{self._base}/{name}", self._at.timetuple()[:6])
        member.external_attr = (stat.S_IFREG | 0o600) << 16
        digest = hashlib.sha256()
        with self._file.open(member, "w", force_zip64=True) as out:
            for part in parts:
                digest.update(part)
                self._bytes += out.write(part)
        self._manifest[name] = digest.hexdigest()


@contextmanager
def _written(target: Path) -> Iterator[zipfile.ZipFile]:
    """Write a ZIP under another name, sync it, and give it its name when it is whole."""
    draft = target.with_name(f".{target.name}-{secrets.token_hex(8)}.tmp")
    with told(target.parent):
        try:
            descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            with os.fdopen(descriptor, "w+b") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
                    yield made
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, target)  # of two that write to one name, the first stays
        except FileExistsError as error:
            raise _taken(target) from error
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(target.parent)


def _taken(target: Path) -> RegistryError:
    return RegistryError(f"{target} is there already", hint="Give another name; nothing is overwritten.")


def _base(target: Path) -> str:
    """Return the name of the bag's folder inside the archive: the archive's own, in plain letters."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", target.stem).strip("-")[:60] or "registry"


def _lines(manifest: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in manifest.items())
