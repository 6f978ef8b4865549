"""Reading ahead: the disk or the network works while the workers compute."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path

from motif.batch import remote
from motif.batch.disk import disk_reader
from motif.batch.rows import Item
from motif.photo.source import file_and_page

_DOWNLOADS = 8
"""Objects on their way at a time."""


def read_ahead(items: Iterable[Item], *, depth: int) -> Generator[Item, None, None]:
    """Yield items in their order, each a while after its bytes were asked for.

    A file is asked for from the operating system, which reads it into its cache; an object is copied
    into a temporary folder. No byte passes through this process's memory for longer than that.

    Parameters
    ----------
    items : iterable of Item
        Drawn ``depth`` ahead.
    depth : int
        Bounds the room that is used.

    Yields
    ------
    Item
        For an object with its ``file`` or a ``problem``.
    """
    waiting: deque[Item | Future[Item]] = deque()
    numbers = count()
    with (
        disk_reader() as disk,
        tempfile.TemporaryDirectory(prefix="motif-") as folder,
        ThreadPoolExecutor(_DOWNLOADS, thread_name_prefix="fetch") as pool,
    ):
        try:
            for item in items:
                if item.ready is None and remote.is_remote(item.path):
                    waiting.append(pool.submit(remote.fetch, item, Path(folder), next(numbers)))
                else:
                    if item.ready is None:
                        disk.ask(file_and_page(item.path)[0])
                    waiting.append(item)
                if len(waiting) > depth:
                    yield _come(waiting.popleft())
            while waiting:
                yield _come(waiting.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _come(item: Item | Future[Item]) -> Item:
    return item if isinstance(item, Item) else item.result()
