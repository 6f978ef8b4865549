"""Where pictures are named: files, folders, globs, lists, columns of a table, object stores."""

from __future__ import annotations

import csv
import glob
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from motif.batch import remote
from motif.batch.rows import Item
from motif.errors import ParameterError, UnreadablePhotoError
from motif.messages import N_, system_reason

PHOTO_SUFFIXES = frozenset(
    {".bmp", ".dib", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
)
"""What a walk through a folder takes for a photo; case does not matter."""

_TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
_DELIMITERS = ",;\t"


def find_pictures(
    sources: Iterable[str],
    *,
    column: str | None = None,
    title_column: str | None = None,
    listed: Iterable[str] = (),
) -> Iterator[Item]:
    """Name the pictures of some sources, one after the other, as they are asked for.

    Parameters
    ----------
    sources : iterable of str
        Each one of: a file, which is taken whatever it is; a folder, walked with its subfolders in the
        order of names, without hidden files, registries and links to folders; a glob, in which ``**``
        stands for any folders; ``-`` for ``listed``; with ``column``, a CSV file; an address such as
        ``s3://bucket/folder`` (see ``motif.batch.remote``).
    column, title_column : str or None
        Columns of CSV files that hold the paths and the titles. A path counts from the CSV file's
        folder, or from here if there is no such file.
    listed : iterable of str
        Files, folders and addresses, one each; empty ones are passed over.

    Yields
    ------
    Item
        One with a ``problem`` for each folder that cannot be read.

    Raises
    ------
    ParameterError
        If a CSV file cannot be read or lacks a column.
    """
    for source in sources:
        if source == "-":
            yield from chain.from_iterable(_named(path) for path in listed if path)
        elif column is not None and Path(source).suffix.lower() in _TABLE_SUFFIXES:
            yield from _of_table(Path(source), column, title_column)
        elif not os.path.lexists(source) and glob.has_magic(source) and not remote.is_remote(source):
            matches = sorted(glob.iglob(source, recursive=True))  # noqa: PTH207 - absolute ones too
            yield from chain.from_iterable(_named(match) for match in matches or [source])
        else:
            yield from _named(source)


def is_picture(name: str) -> bool:
    """Tell whether a walk takes a file of this name."""
    return not name.startswith(".") and Path(name).suffix.lower() in PHOTO_SUFFIXES


def is_walked(name: str) -> bool:
    """Tell whether a walk goes into a folder of this name."""
    return not name.startswith(".") and not name.endswith(".motif")


def walk(path: Path, report: Callable[[OSError], object]) -> Iterator[Path]:
    """Yield the pictures of a folder and its subfolders, in the order of names."""
    for folder, subfolders, names in os.walk(path, onerror=report):
        subfolders[:] = sorted(filter(is_walked, subfolders))
        yield from (Path(folder, name) for name in sorted(filter(is_picture, names)))


def unreadable(error: OSError) -> UnreadablePhotoError:
    """Say that a folder cannot be read."""
    message = N_(
        "folder cannot be read ({reason}); expected one that may be opened", reason=system_reason(error)
    )
    return UnreadablePhotoError(message, hint=N_("Check that you may open the folder."))


def _named(path: str) -> Iterator[Item]:
    if remote.is_remote(path):
        yield from remote.find_pictures(path, is_picture=is_picture, is_walked=is_walked)
    elif Path(path).is_dir():
        yield from _of_folder(Path(path))
    else:
        yield Item(path=path)


def _of_folder(path: Path) -> Iterator[Item]:
    failed: list[OSError] = []
    for picture in walk(path, failed.append):
        yield from _problems(failed)
        yield Item(path=os.fspath(picture))
    yield from _problems(failed)


def _problems(failed: list[OSError]) -> Iterator[Item]:
    while failed:
        error = failed.pop(0)
        yield Item(path=os.fsdecode(error.filename), problem=unreadable(error))


def _of_table(path: Path, column: str, title_column: str | None) -> Iterator[Item]:
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            header = file.readline()
            file.seek(0)
            delimiter = max(_DELIMITERS, key=header.count)
            table = csv.DictReader(file, delimiter=delimiter, strict=True)
            names = table.fieldnames or ()
            for wanted in filter(None, (column, title_column)):
                if wanted not in names:
                    message = N_("{path!r} has no column {wanted!r}", path=os.fspath(path), wanted=wanted)
                    hint = N_("Its columns are: {names}.", names=", ".join(names)[:500])
                    raise ParameterError(message, hint=hint)
            for row in table:
                if row[column]:
                    title = (row[title_column] or "") if title_column else ""
                    yield Item(path=_beside(path, row[column]), title=title)
    except ParameterError:
        raise
    except (OSError, csv.Error, ValueError) as error:
        reason = system_reason(error)
        message = N_("{path!r} cannot be read as a table ({reason})", path=os.fspath(path), reason=reason)
        hint = N_("Save it as CSV in UTF-8, with a first row of names.")
        raise ParameterError(message, hint=hint) from error


def _beside(table: Path, path: str) -> str:
    """Take a path as counted from the table's folder, if something is there."""
    if remote.is_remote(path):
        return path
    beside = os.fspath(table.parent / path)
    return beside if os.path.lexists(beside) else path
