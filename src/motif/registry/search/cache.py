"""The candidate index on disk: derived, disposable, and trusted only if this machine wrote the very file.

Beside the index lies a stamp with the index file's size, inode and times. They differ in a folder that was
copied, unpacked or restored, so a cache from elsewhere is never decoded.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from motif.files import replace_file
from motif.matching.candidates import CandidateIndex
from motif.profiles import Profile
from motif.registry.store import EntryReader
from motif.times import iso

_log = logging.getLogger(__name__)
_FORMAT = 1
"""Number of the form of the index file and its stamp."""
_STAMP_BYTES_MAX = 4_000


class IndexCache:
    """Keeps one profile's candidate index in a folder.

    Parameters
    ----------
    folder : Path
        Created when the index is first saved.
    profile : Profile
    registry_id : str
        An index of another registry is not loaded.
    """

    def __init__(self, folder: Path, profile: Profile, registry_id: str) -> None:
        self._profile = profile
        self._registry_id = registry_id
        self.path = folder / f"candidates-{profile.id}.idx"
        self._stamp_path = self.path.with_suffix(".json")

    def load(self, reader: EntryReader) -> CandidateIndex | None:
        """Return the saved index, which may lack new photos and hold withdrawn ones.

        Returns
        -------
        CandidateIndex or None
            None if it is missing, damaged, of another registry, or not the file that was saved here.
        """
        try:
            with self._stamp_path.open("rb") as file:
                stamp = json.loads(file.read(_STAMP_BYTES_MAX))
            newest = stamp.get("newest")
            if not isinstance(newest, int) or not 0 <= newest < 2**31:
                raise ValueError("its stamp is damaged")
            if stamp != self._stamp(reader, newest):
                return None
            return CandidateIndex.load(self.path, self._profile)
        except FileNotFoundError:
            return None
        except Exception as error:  # a faulty cache is no reason to fail
            _log.warning("search index %s is built again: %s", self.path.name, error)
            return None

    def save(self, index: CandidateIndex, reader: EntryReader) -> None:
        """Save an index; a failure is logged and otherwise harmless."""
        try:
            if self.path.parent.is_symlink():
                raise NotADirectoryError("its folder is a link")
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            replace_file(self.path, index.save)
            stamp = json.dumps(self._stamp(reader, max(index.keys(), default=0)))
            replace_file(self._stamp_path, lambda draft: draft.write_text(stamp))
        except OSError as error:
            _log.warning("search index %s is not saved: %s", self.path.name, error)

    def _stamp(self, reader: EntryReader, newest: int) -> dict[str, Any]:
        """Return what identifies this file and, by its newest photo, the registry's history."""
        file = self.path.lstat()
        newest_photo = reader.active([newest]).get(newest)
        photo = None if newest_photo is None else newest_photo.photo
        return {
            "format": _FORMAT,
            "registry": self._registry_id,
            "file": [file.st_size, file.st_ino, file.st_mtime_ns, file.st_ctime_ns],
            "newest": newest,
            "newest_photo": None if photo is None else [photo.sha256, iso(photo.added_at)],
        }
