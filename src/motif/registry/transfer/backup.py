"""A registry as one file: log, attachments and originals, as a bag in a ZIP."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motif.bagit import BagFile
from motif.errors import RegistryError
from motif.files import draft_of, name_once, sync_folder, synced_file
from motif.messages import N_
from motif.registry.ledger.checkpoint import origin_of
from motif.registry.storage.failures import translate_errors
from motif.registry.storage.opening import Place
from motif.registry.transfer.copy import (
    Copied,
    ProgressCallback,
    RegistrySource,
    files_of,
    pages,
    require_apart,
    snapshot,
)

LEDGER = "data/ledger.jsonl"


def backup_registry(
    source: Place, archive: str | os.PathLike[str], *, on_progress: ProgressCallback | None = None
) -> Copied:
    """Write a registry as it is at this moment into one file; others may write to it meanwhile.

    Parameters
    ----------
    source : as for ``Registry.open``
    archive : path of a file ``.zip`` that is not there yet
        Only its owner can read it. It appears when it is whole.
    on_progress : callable, optional
        Hears how many events are in it, and how many there are.

    Returns
    -------
    Copied

    Raises
    ------
    RegistryError
        If the file is there already, or cannot be written.
    RegistryCorruptError
        If an original is missing or was changed.
    """
    target = Path(archive)
    if target.suffix.lower() != ".zip":
        message = N_("{name}: expected a name that ends with .zip", name=target.name)
        raise RegistryError(message, hint=N_("Give another name."))
    require_apart(source, target)
    if target.exists():
        raise _exists_already(target)
    with snapshot(source) as registry, _new_archive(target) as file:
        bag, head = BagFile(file, target), registry.head
        originals = _fill(bag, registry, on_progress)
        facts = {
            "External-Identifier": origin_of(next(registry.events(0)).data["registry_id"]),
            "Motif-Ledger-Size": str(head.size),
            "Motif-Ledger-Root": head.root().hex(),
        }
        bag.finish(facts)
    return Copied(events=head.size, originals=originals, root=head.root())


def _fill(bag: BagFile, source: RegistrySource, on_progress: ProgressCallback | None) -> int:
    """Add the payload; return how many originals there are."""
    bag.add(LEDGER, (event.to_bytes() + b"\n" for event in source.events(0)))
    originals = done = 0
    for page in pages(source.events(0)):
        for sha256, data in source.attachments(page).items():
            if data:
                bag.add(f"data/beside/{sha256[:2]}/{sha256}", [data])
        for sha256, size_bytes in files_of(page):
            name = f"data/originals/{sha256[:2]}/{sha256}"
            if name not in bag:
                bag.add(name, [source.original(sha256, size_bytes)])
                originals += 1
        done += len(page)
        if on_progress is not None:
            on_progress(done, source.head.size)
    return originals


@contextmanager
def _new_archive(target: Path) -> Iterator[zipfile.ZipFile]:
    """Write a ZIP under another name, sync it, and give it its name when it is whole."""
    with translate_errors(target.parent):
        try:
            with draft_of(target) as draft:
                with synced_file(draft) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                    yield archive
                name_once(draft, target)  # of two that write to one name, the first stays
        except FileExistsError as error:
            raise _exists_already(target) from error
        sync_folder(target.parent)


def _exists_already(target: Path) -> RegistryError:
    return RegistryError(
        N_("{target} is there already", target=target), hint=N_("Give another name; nothing is overwritten.")
    )
