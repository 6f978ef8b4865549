"""Pictures in object stores, through fsspec (extra ``cloud``): listed, and fetched ahead of the workers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from motif.batch.rows import Item, Stamp
from motif.errors import MissingExtraError, UnreadablePhotoError
from motif.extras import require
from motif.messages import N_
from motif.photo.limits import PhotoLimits
from motif.photo.pages import count_pages, page_name, split_page
from motif.photo.pixels import is_picture

STORES = ("s3", "gs", "gcs", "abfs", "az", "memory")
"""Kinds of addresses that are fetched. Web addresses are not: a list from outside may name any machine."""

_ADDRESS = re.compile(rf"(?:{'|'.join(STORES)})://")
_HEAD_BYTES = 128
_BLOCK_BYTES = 1 << 16
_PAGED_SUFFIXES = frozenset({".tif", ".tiff", ".heic", ".heif", ".hif"})
_TIME_NAMES = ("LastModified", "last_modified", "mtime", "updated", "created")


def is_remote(path: str) -> bool:
    """Tell an address in an object store from a path.

    Parameters
    ----------
    path : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_remote("s3://archive/2024/parang.jpg"), is_remote("photos/parang.jpg"), is_remote("http://x/y.jpg")
    (True, False, False)
    """
    return _ADDRESS.match(path) is not None


def find_pictures(
    address: str,
    *,
    is_photo_name: Callable[[str], bool],
    is_walked: Callable[[str], bool],
    pass_over: Callable[[str], object],
) -> Iterator[Item]:
    """Name the pictures under an address, folder by folder in the order of names.

    Of an object in a folder whose name says no photo, the first bytes are asked for; of one whose name says
    TIFF or HEIC, the places that tell its pages.

    Parameters
    ----------
    address : str
        An object, which is taken whatever it is; a page of one; a folder; the beginning of names; or a glob.
    is_photo_name, is_walked : callable, name -> bool
        What is taken of a folder without a look at it, and which folders.
    pass_over : callable
        Receives the address of each object that is not hidden and no picture.

    Yields
    ------
    Item
        With a ``problem`` where the store refuses.

    Raises
    ------
    MissingExtraError
        If the extra ``cloud`` is not installed.
    """
    try:
        store, root = _store(address)
        for info in _roots(store, root):
            if info["type"] == "directory":
                yield from _walk(store, info["name"], is_photo_name, is_walked, pass_over)
            elif "page" in info:
                yield replace(_item(store, info), path=address, page=info["page"])
            else:
                yield from _items(store, info)
    except MissingExtraError:
        raise
    except Exception as error:  # stores fail with whatever their libraries raise
        yield Item(path=address, problem=_refused(address, error))


def fetch(item: Item, folder: Path, number: int) -> Item:
    """Copy an object into a folder; never raises on account of the object.

    Parameters
    ----------
    item : Item
    folder : Path
    number : int
        Names the copy; the object's own name is not trusted with that.

    Returns
    -------
    Item
        With the copy's ``file``, or with a ``problem``.
    """
    if item.problem is not None:
        return item
    stamp = item.stamp or Stamp()
    address = item.path.removesuffix(f"#{item.page}") if item.page > 1 else item.path
    file = folder / f"{number}{PurePosixPath(address).suffix[:8]}"
    try:
        if (stamp.size_bytes or 0) <= PhotoLimits().max_bytes:
            store, name = _store(address)
            store.get_file(name, str(file))
        else:
            with file.open("wb") as copy:
                copy.truncate(stamp.size_bytes)  # read_photo refuses it by its size, in its own words
    except Exception as error:  # as above
        return replace(item, stamp=stamp, known_sha256="", problem=_refused(item.path, error))
    return replace(item, stamp=stamp, file=page_name(str(file), item.page))


def _store(address: str) -> tuple[Any, str]:
    fsspec = require("fsspec", extra="cloud")
    try:
        # not url_to_fs, which takes "::" in a name for one address within another
        kind = fsspec.get_filesystem_class(address.partition(":")[0])
        options = kind._get_kwargs_from_urls(address)
        store: tuple[Any, str] = kind(**options), kind._strip_protocol(address)
    except ImportError as error:  # s3fs and gcsfs come with the extra too
        raise MissingExtraError(
            N_("{scheme}: addresses need the extra 'cloud'", scheme=address.partition(":")[0]),
            hint=N_("Install it: pip install 'motif-registry[{extra}]'", extra="cloud"),
        ) from error
    return store


def _roots(store: Any, root: str) -> Iterator[dict[str, Any]]:
    file, page = split_page(root)
    if store.exists(root):
        infos = {root: store.info(root)}
    elif page > 1 and store.exists(file):
        infos = {file: store.info(file) | {"page": page}}
    elif any(sign in root for sign in "*?["):
        infos = store.glob(root, detail=True)
    else:
        infos = store.glob(f"{root}*", detail=True)
    if not infos:
        raise FileNotFoundError("nothing is there")
    yield from (infos[name] for name in sorted(infos))


def _walk(
    store: Any,
    root: str,
    is_photo_name: Callable[[str], bool],
    is_walked: Callable[[str], bool],
    pass_over: Callable[[str], object],
) -> Iterator[Item]:
    for _, folders, files in store.walk(root, detail=True):
        for name in [name for name in folders if not is_walked(name)]:
            del folders[name]
        for name in sorted(name for name in files if not name.startswith(".")):
            if is_photo_name(name) or _holds_picture(store, files[name]["name"]):
                yield from _items(store, files[name])
            else:
                pass_over(store.unstrip_protocol(files[name]["name"]))


def _holds_picture(store: Any, name: str) -> bool:
    try:
        return is_picture(store.cat_file(name, start=0, end=_HEAD_BYTES))
    except Exception:  # an object that may not be read is passed over by its name
        return False


def _items(store: Any, info: dict[str, Any]) -> Iterator[Item]:
    """Name an object, and where it may have pages each of them."""
    item = _item(store, info)
    count = 1
    if PurePosixPath(info["name"]).suffix.lower() in _PAGED_SUFFIXES:
        try:
            with store.open(info["name"], "rb", block_size=_BLOCK_BYTES) as file:
                count = count_pages(file)
        except Exception:  # whoever reads the object meets the same error, and reports it
            count = 1
    for page in range(1, count + 1):
        yield replace(item, path=page_name(item.path, page), page=page)


def _item(store: Any, info: dict[str, Any]) -> Item:
    return Item(path=store.unstrip_protocol(info["name"]), stamp=_stamp(info))


def _stamp(info: dict[str, Any]) -> Stamp:
    times = [info[name] for name in _TIME_NAMES if info.get(name)]
    return Stamp(size_bytes=info.get("size"), mtime_ns=_nanoseconds(times[0]) if times else None)


def _nanoseconds(time: Any) -> int:
    """Read a time as the stores give it: a number of seconds, text, or a datetime."""
    if isinstance(time, str):
        time = datetime.fromisoformat(time)
    seconds = time.timestamp() if isinstance(time, datetime) else float(time)
    return round(seconds * 1e6) * 1000


def _refused(address: str, error: Exception) -> UnreadablePhotoError:
    reason = str(error) or type(error).__name__
    message = N_(
        "{address!r} cannot be read from its store ({reason})", address=address[:200], reason=reason[:300]
    )
    return UnreadablePhotoError(message, hint=N_("Check the address, your credentials and the network."))
