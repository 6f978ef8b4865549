"""The pages of a file: of a TIFF, and the pictures of a HEIC. Each is named by its number, as ``scan.tif#2``.

A page is cut out so that it is a file of its own, which any reader opens at that page: its bytes are those of
the file, but for the few that say which page comes first. So its SHA-256 is its own, and whoever keeps the
bytes keeps the page. Frames of an animation are no pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO

from motif.errors import UnreadablePhotoError
from motif.messages import N_
from motif.photo import heif, tiff

_NAMED_PAGE = re.compile(r"(.+)#([1-9]\d{0,4})", re.DOTALL)
_TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

ReadAt = Callable[[int, int], bytes]


def split_page(name: str) -> tuple[str, int]:
    """Split the name of a page into that of its file and its number.

    Parameters
    ----------
    name : str

    Returns
    -------
    file : str
    page : int
        From 1; 1 where the name has no number.

    Examples
    --------
    >>> split_page("scan.tif#2"), split_page("scan.tif"), split_page("a#b.jpg")
    (('scan.tif', 2), ('scan.tif', 1), ('a#b.jpg', 1))
    """
    match = _NAMED_PAGE.fullmatch(name)
    return (match[1], int(match[2])) if match else (name, 1)


def page_name(file: str, page: int) -> str:
    """Name a page of a file; the first one by the file's own name.

    Parameters
    ----------
    file : str
    page : int

    Returns
    -------
    str

    Examples
    --------
    >>> page_name("scan.tif", 1), page_name("scan.tif", 2)
    ('scan.tif', 'scan.tif#2')
    """
    return file if page == 1 else f"{file}#{page}"


_STILL_SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".gif", ".webp", ".mpo")


def may_have_pages(name: str) -> bool:
    """Tell by its name whether pages are looked for in a file before it is read.

    Parameters
    ----------
    name : str

    Returns
    -------
    bool
        False only for names of formats that have no pages.

    Examples
    --------
    >>> may_have_pages("scan.TIF"), may_have_pages("scan"), may_have_pages("photo.jpg")
    (True, True, False)
    """
    return not split_page(name)[0].lower().endswith(_STILL_SUFFIXES)


def pages_note(count: int, name: str) -> str:
    """Say that a file has more pages than the one that is read.

    Parameters
    ----------
    count : int
    name : str
        Of the file.

    Returns
    -------
    str
    """
    return N_("page 1 of {count} is read; the next one is {name}", count=count, name=page_name(name, 2))


def count_pages(source: bytes | BinaryIO) -> int:
    """Count the pages of a file without decoding it.

    Parameters
    ----------
    source : bytes or binary file
        A file is read in places only.

    Returns
    -------
    int
        1 for every other kind of file, and where the file cannot be understood.
    """
    read_at: ReadAt
    if isinstance(source, bytes):
        data = source

        def read_at(at: int, count: int) -> bytes:
            return data[at : at + count]
    else:
        file = source

        def read_at(at: int, count: int) -> bytes:
            file.seek(at)
            return file.read(count)

    head = read_at(0, 128)
    try:
        if head[:4] in _TIFF_MAGIC:
            return max(1, len(tiff.find_pages(read_at)))
        if heif.is_heif(head):
            return max(1, len(heif.find_pictures(read_at)))
    except (IndexError, OverflowError, OSError):
        return 1
    return 1


def cut_out(data: bytes, page: int) -> bytes:
    """Return a page as a file of its own.

    Parameters
    ----------
    data : bytes
    page : int
        From 1.

    Returns
    -------
    bytes
        For page 1, ``data`` itself.

    Raises
    ------
    UnreadablePhotoError
        If there is no such page.
    """
    if page == 1:
        return data
    count = count_pages(data)
    if page > count:
        message = N_("the file has {count} pages; expected page {page}", count=count, page=page)
        raise UnreadablePhotoError(
            message, hint=N_("Name a page that is there, or the file alone for the first.")
        )
    return tiff.cut_page(data, page) if data[:4] in _TIFF_MAGIC else heif.cut_picture(data, page)
