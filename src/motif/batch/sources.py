"""Where pictures are named: files, folders, globs, lists, columns of a table, object stores."""

from __future__ import annotations

import codecs
import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Protocol

from motif.batch import remote
from motif.batch.prints import find_prints, is_prints
from motif.batch.rows import Item
from motif.errors import ParameterError, UnreadablePhotoError
from motif.messages import N_, system_reason
from motif.photo.pages import count_pages, may_have_pages, page_name
from motif.photo.pixels import is_picture
from motif.photo.source import file_and_page
from motif.tables import marked_encoding, read_csv

PHOTO_SUFFIXES = frozenset(
    {".bmp", ".dib", ".gif", ".heic", ".heif", ".hif", ".jfif", ".jpe", ".jpeg", ".jpg", ".mpo", ".png"}
    | {".tif", ".tiff", ".webp"}
)
"""What is a photo by its name, and so gives a row even where its content is none; case does not matter."""

_HEAD_BYTES = 128


def _ignore(path: str) -> None:
    """Take no note of what is passed over."""


_TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
_CHUNK_BYTES = 1 << 16


class ChunkReader(Protocol):
    """A binary stream, such as standard input, that is read as it comes."""

    def read1(self, size: int = -1, /) -> bytes: ...

    def read(self, size: int = -1, /) -> bytes: ...


def find_pictures(
    sources: Iterable[str],
    *,
    column: str | None = None,
    title_column: str | None = None,
    listed: Iterable[str] = (),
    pass_over: Callable[[str], object] = _ignore,
) -> Iterator[Item]:
    """Name the pictures of some sources, one after the other, as they are asked for.

    Of a folder each file is taken that is a picture by its content, or at least by its name. Each page of
    a TIFF and each picture of a HEIC is one: ``scan.tif``, ``scan.tif#2``.

    Parameters
    ----------
    sources : iterable of str
        Each one of: a file, which is taken whatever it is; a folder, walked with its subfolders in the
        order of names, without hidden files, registries and links to folders; a glob, in which ``**``
        stands for any folders; ``-`` for ``listed``; with ``column``, a CSV file; fingerprints
        that are ready (see ``motif.batch.prints``); an address such as
        ``s3://bucket/folder`` (see ``motif.batch.remote``).
    column, title_column : str or None
        Columns of CSV files that hold the paths and the titles. A path counts from the CSV file's
        folder, or from here if there is no such file.
    listed : iterable of str
        Files, folders and addresses, one each; empty ones are passed over.
    pass_over : callable
        Receives the path of each file of a folder that is no picture, and of each page that the row of a
        CSV file leaves out. Hidden files are not mentioned.

    Yields
    ------
    Item
        One with a ``problem`` for each folder that cannot be read, each link in a folder that leads out of
        it, and each row of a CSV file that names no picture.

    Raises
    ------
    ParameterError
        If a CSV file cannot be read or lacks a column.
    """
    for source in sources:
        if source == "-":
            yield from chain.from_iterable(_named(path, pass_over) for path in listed if path)
        elif is_prints(source):
            yield from find_prints(source)
        elif column is not None and Path(source).suffix.lower() in _TABLE_SUFFIXES:
            for item in _of_table(Path(source), column, title_column):
                for page in name_pages(item.path)[1:] if item.problem is None else ():
                    pass_over(page)
                yield item
        elif not os.path.lexists(source) and glob.has_magic(source) and not remote.is_remote(source):
            matches = sorted(glob.iglob(source, recursive=True))  # noqa: PTH207 - absolute ones too
            yield from chain.from_iterable(_named(match, pass_over) for match in matches or [source])
        else:
            yield from _named(source, pass_over)


def is_photo_name(name: str) -> bool:
    """Tell whether a file is a photo by its name."""
    return Path(name).suffix.lower() in PHOTO_SUFFIXES


def is_walked(name: str) -> bool:
    """Tell whether a walk goes into a folder of this name."""
    return not name.startswith(".") and not name.endswith(".motif")


def walk(
    path: Path, report: Callable[[Item], object], pass_over: Callable[[str], object] = _ignore
) -> Iterator[Path]:
    """Yield the pictures of a folder and its subfolders, in the order of names.

    Parameters
    ----------
    path : Path
    report : callable
        Receives, with its problem, each folder that cannot be read and each link that leads out of ``path``.
    pass_over : callable
        Receives the path of each other file that is not hidden and no picture.

    Yields
    ------
    Path
    """
    root = path.resolve()

    def report_unreadable(error: OSError) -> None:
        report(Item(path=os.fsdecode(error.filename), problem=unreadable(error)))

    for folder, subfolders, names in os.walk(path, onerror=report_unreadable):
        subfolders[:] = sorted(filter(is_walked, subfolders))
        for name in sorted(name for name in names if not name.startswith(".")):
            picture = Path(folder, name)
            if not is_photo_name(name) and not _holds_picture(picture):
                pass_over(os.fspath(picture))
            elif picture.is_symlink() and not _leads_into(picture, root):
                message = N_("link leads out of the folder; expected a file in it")
                hint = N_("Name the file itself, or its folder.")
                report(Item(path=os.fspath(picture), problem=UnreadablePhotoError(message, hint=hint)))
            else:
                yield picture


def _holds_picture(path: Path) -> bool:
    """Tell by its first bytes whether a regular file is a picture."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return is_picture(file.read(_HEAD_BYTES))
    except OSError:
        return False


def name_pages(path: str) -> list[str]:
    """Name the pages of a file.

    Parameters
    ----------
    path : str

    Returns
    -------
    list of str
        ``path`` alone where it names a page already, or cannot be read.

    Examples
    --------
    >>> name_pages("no-such-file.tif")
    ['no-such-file.tif']
    """
    file, page = file_and_page(path)
    if page > 1 or remote.is_remote(path) or not may_have_pages(file):
        return [path]
    try:
        if not Path(file).is_file():
            return [path]
        with Path(file).open("rb") as opened:
            count = count_pages(opened)
    except (OSError, ValueError):
        return [path]
    return [page_name(path, number) for number in range(1, count + 1)]


def _leads_into(link: Path, root: Path) -> bool:
    try:
        return link.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link to itself
        return False


def unreadable(error: OSError) -> UnreadablePhotoError:
    """Say that a folder cannot be read."""
    message = N_(
        "folder cannot be read ({reason}); expected one that may be opened", reason=system_reason(error)
    )
    return UnreadablePhotoError(message, hint=N_("Check that you may open the folder."))


def listed_paths(stream: ChunkReader) -> Iterator[str]:
    """Yield the paths that a list names, one a line, or with NULs between as ``find -print0`` writes them.

    Parameters
    ----------
    stream : binary file
        In UTF-16 or UTF-8 if it begins with that mark, as PowerShell writes it; else in the file system's
        encoding. Read as it comes.

    Yields
    ------
    str

    Raises
    ------
    ParameterError
        If it is UTF-16 without its mark, or damaged.
    """
    start = b""
    while len(start) < 4 or not (b"\n" in start or b"\0" in start):
        chunk = stream.read1(_CHUNK_BYTES)
        start += chunk
        if not chunk or len(start) > _CHUNK_BYTES:
            break
    marked = marked_encoding(start)
    if marked == "utf-16":
        try:
            text = (start + stream.read()).decode(marked)
        except UnicodeError as error:
            message = N_("the list is not in {encoding}: {error}", encoding="UTF-16", error=error)
            raise ParameterError(message, hint=N_("Write it again.")) from error
        yield from filter(None, re.split(r"[\r\n\0]+", text))
        return
    start = start.removeprefix(codecs.BOM_UTF8)
    if 4 * start.count(b"\0") > len(start) > 2:
        message = N_("the list holds NULs after single letters, as UTF-16 without its mark does")
        raise ParameterError(message, hint=N_("Write it in UTF-8, or short names as ./a."))
    lines = _parts(start, stream, b"\0" if b"\0" in start else b"\n")
    yield from (os.fsdecode(line) for line in lines if line.strip(b"\r\n"))


def _parts(start: bytes, stream: ChunkReader, separator: bytes) -> Iterator[bytes]:
    """Yield what lies between separators; of lines, without carriage returns at their ends."""
    rest = start
    while True:
        *parts, rest = rest.split(separator)
        yield from (part.rstrip(b"\r") if separator == b"\n" else part for part in parts)
        chunk = stream.read1(_CHUNK_BYTES)
        if not chunk:
            yield rest.rstrip(b"\r\n")
            return
        rest += chunk


def _named(path: str, pass_over: Callable[[str], object]) -> Iterator[Item]:
    if remote.is_remote(path):
        yield from remote.find_pictures(
            path, is_photo_name=is_photo_name, is_walked=is_walked, pass_over=pass_over
        )
    elif Path(path).is_dir():
        yield from _of_folder(Path(path), pass_over)
    else:
        yield from (Item(path=page) for page in name_pages(path))


def _of_folder(path: Path, pass_over: Callable[[str], object]) -> Iterator[Item]:
    failed: list[Item] = []
    for picture in walk(path, failed.append, pass_over):
        yield from failed
        failed.clear()
        yield from (Item(path=page) for page in name_pages(os.fspath(picture)))
    yield from failed


def _of_table(path: Path, column: str, title_column: str | None) -> Iterator[Item]:
    try:
        rows = (
            (number, row)
            for number, row in enumerate(read_csv(path, errors="surrogateescape"), 1)
            if any(row)
        )
        names = next(rows, (0, list[str]()))[1]
        for wanted in filter(None, (column, title_column)):
            if wanted not in names:
                message = N_("{path!r} has no column {wanted!r}", path=os.fspath(path), wanted=wanted)
                hint = N_("Its columns are: {names}.", names=", ".join(names)[:500])
                raise ParameterError(message, hint=hint)
        for number, row in rows:
            yield _of_row(
                path, number, dict(zip(names, row, strict=False)), row[len(names) :], (column, title_column)
            )
    except OSError as error:
        message = N_(
            "{path!r} cannot be read as a table ({reason})", path=os.fspath(path), reason=system_reason(error)
        )
        hint = N_("Save it as CSV in UTF-8, with a first row of names.")
        raise ParameterError(message, hint=hint) from error


def _of_row(
    table: Path, number: int, cells: dict[str, str], rest: list[str], wanted: tuple[str, str | None]
) -> Item:
    column, title_column = wanted
    if any(rest):
        message = N_("row {row} has more cells than there are names", row=number)
        hint = N_("Is a cell with the separator in it not in quotation marks?")
        return Item(path=f"{table}:{number}", problem=ParameterError(message, hint=hint))
    if not cells.get(column):
        message = N_("row {row} names no picture", row=number)
        return Item(path=f"{table}:{number}", problem=ParameterError(message, hint=N_("Name its file.")))
    title = cells.get(title_column, "") if title_column else ""
    return Item(path=_beside(table, cells[column]), title=title)


def _beside(table: Path, path: str) -> str:
    """Take a path as counted from the table's folder, if something is there."""
    if remote.is_remote(path):
        return path
    beside = os.fspath(table.parent / path)
    return beside if os.path.lexists(beside) else path
