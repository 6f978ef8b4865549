"""A bag (RFC 8493 [1]_) in a ZIP: files are added one after the other, manifests at the end.

Nothing in it is compressed: photos are already, and so an archive cannot unpack to more than it is.

References
----------
.. [1] Kunze et al. (2018). RFC 8493: The BagIt File Packaging Format (V1.0).
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class BagFile:
    """A bag being written.

    Parameters
    ----------
    file : ZipFile
        Open for writing.
    target : Path
        What the archive is going to be called; the bag's folder inside is called alike, in plain letters.
    at : datetime, optional
        The date of the bag and of its files; now by default. The same files with the same date give the same
        bytes.

    Examples
    --------
    >>> import io
    >>> with zipfile.ZipFile(io.BytesIO(), "w") as file:
    ...     bag = BagFile(file, Path("Kain Blitar.zip"))
    ...     bag.add("data/turi.txt", [b"bunga"])
    ...     bag.finish({"Contact-Name": "Bu Sri"})
    ...     file.namelist()[:2]
    ['Kain-Blitar/data/turi.txt', 'Kain-Blitar/bagit.txt']
    """

    def __init__(self, file: zipfile.ZipFile, target: Path, *, at: datetime | None = None) -> None:
        self._file = file
        self._base = re.sub(r"[^A-Za-z0-9_-]+", "-", target.stem).strip("-")[:60] or "registry"
        self._at = datetime.now(UTC) if at is None else at.astimezone(UTC)
        self._manifest: dict[str, str] = {}
        self._bytes = 0

    def __contains__(self, name: str) -> bool:
        return name in self._manifest

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """Add a file, unless one of that name is in.

        Parameters
        ----------
        name : str
            ``data/…`` for the payload; plain letters, never what somebody typed.
        parts : iterable of bytes
        """
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

    def finish(self, facts: Mapping[str, str]) -> None:
        """Add the tag files.

        Parameters
        ----------
        facts : mapping
            More for ``bag-info.txt``, each on one line.
        """
        info = {
            "Bag-Software-Agent": "motif",
            "Bagging-Date": f"{self._at:%Y-%m-%d}",
            "Payload-Oxum": f"{self._bytes}.{len(self._manifest)}",
            **facts,
        }
        tags = {
            "bagit.txt": BAGIT,
            "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in info.items()),
            "manifest-sha256.txt": _lines(self._manifest),
        }
        for name, text in tags.items():
            self.add(name, [text.encode()])
        self.add("tagmanifest-sha256.txt", [_lines({n: self._manifest[n] for n in tags}).encode()])


def _lines(manifest: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in manifest.items())
