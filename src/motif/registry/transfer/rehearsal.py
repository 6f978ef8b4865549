"""A copy of a registry without its originals, to try things on: what happens there happens nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from motif.errors import RegistryCorruptError
from motif.messages import N_
from motif.registry.storage.migrate import Founding
from motif.registry.storage.opening import Opened, open_place
from motif.registry.store import RESTORE_HINT, Store
from motif.registry.transfer.copy import RegistrySource, copy_events


class NoOriginals:
    """Takes every file and keeps none."""

    def put(self, sha256: str, data: bytes) -> None:
        """Keep nothing."""

    def get(self, sha256: str, *, size_bytes: int) -> bytes:
        """Return an empty file."""
        return b""

    def unregistered_files(self, known: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield nothing."""
        return iter(())


@contextmanager
def rehearsal_of(store: Store) -> Iterator[Opened]:
    """Copy the log and the tables of a store, as they are now, into a folder that is deleted at the end.

    Parameters
    ----------
    store : Store

    Yields
    ------
    Opened
        The caller closes its store.

    Raises
    ------
    RegistryCorruptError
        If the store's log is damaged.
    """
    with TemporaryDirectory(prefix="motif-") as folder:
        with store.reading() as reader:
            source = RegistrySource(reader, NoOriginals())
            first = next(source.events(0), None)
            if first is None:
                message = N_("there is nothing to copy: the log is empty")
                raise RegistryCorruptError(message, hint=RESTORE_HINT)
            founding = Founding(event=first, goal=source.head)
            opened = replace(
                open_place(Path(folder, "registry.motif"), founding=founding), originals=NoOriginals()
            )
            copy_events(source, opened)
        with opened.store.writing() as writer:
            writer.set_copy_goal(None)
        yield opened
