"""Finds the photos that a list names, as a person would, and never outside of their folder."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from motif.errors import ParameterError, UnreadablePhotoError
from motif.messages import N_

_DRIVE = re.compile(r"[A-Za-z]:[/\\]")


class PhotoFolder:
    """A folder with photos, searched by the names that somebody typed.

    Parameters
    ----------
    path : Path
        Nothing outside it is found, whatever links it contains.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._names: dict[Path, dict[str, list[str]]] = {}

    def find(self, name: str) -> Path:
        """Return the path of a photo.

        The file of exactly this name, or else the only one whose name differs in case or Unicode form. A
        name may begin with that of the folder itself.

        Parameters
        ----------
        name : str
            Relative, with ``/`` or ``\\`` between its parts; not trusted. All other signs belong to the name.

        Returns
        -------
        Path

        Raises
        ------
        ParameterError
            If the name leads out of the folder, directly or through a link, or is empty.
        UnreadablePhotoError
            If no file fits, or several do.
        """
        parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".")]
        if not parts:
            raise ParameterError(N_("the row names no photo"), hint=N_("Give the photo's file name."))
        foreign = os.name == "nt" and ":" in name
        if name[:1] in ("/", "\\") or ".." in parts or "\0" in name or _DRIVE.match(name) or foreign:
            raise _outside(name)
        whole = [part for part in name.split("/") if part not in ("", ".")]  # a backslash may belong to it
        for exact in (whole, parts):
            path = self.path.joinpath(*exact)
            if os.path.lexists(path):
                return self._within(path, name)
        found = self._alike(parts)
        if not found and len(parts) > 1 and _folded(parts[0]) == _folded(self.path.name):
            found = self._alike(parts[1:])
        if len(found) > 1:
            names = ", ".join(path.name for path in found)
            message = N_("photo {name!r:.80} may be any of several: {names:.200}", name=name, names=names)
            raise UnreadablePhotoError(message, hint=N_("Write its name as it is in the folder."))
        if not found:
            message = N_("photo {photo!r:.80} is not in the folder", photo=name)
            raise UnreadablePhotoError(message, hint=N_("Put it there, or correct its name in the list."))
        return self._within(found[0], name)

    def _within(self, path: Path, name: str) -> Path:
        try:
            inside = path.resolve().is_relative_to(self.path)
        except (OSError, RuntimeError, ValueError):
            inside = False
        if not inside:
            raise _outside(name)
        if not path.is_file():
            message = N_("photo {photo!r:.80} is not in the folder", photo=name)
            raise UnreadablePhotoError(message, hint=N_("Put it there, or correct its name in the list."))
        return path

    def _alike(self, parts: list[str]) -> list[Path]:
        """Return the paths whose parts differ from these in case or Unicode form at most."""
        paths = [self.path]
        for part in parts:
            paths = [path / name for path in paths for name in self._listed(path).get(_folded(part), ())]
        return paths

    def _listed(self, folder: Path) -> dict[str, list[str]]:
        """Return the names in a folder by what they have in common in another case or Unicode form."""
        if folder not in self._names:
            names: dict[str, list[str]] = {}
            try:
                for name in sorted(path.name for path in folder.iterdir()):
                    names.setdefault(_folded(name), []).append(name)
            except OSError:
                names = {}
            self._names[folder] = names
        return self._names[folder]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _outside(name: str) -> ParameterError:
    hint = N_("Give a name within the folder with the photos.")
    return ParameterError(N_("photo {name!r:.80} leads out of the folder", name=name), hint=hint)
