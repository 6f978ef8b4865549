"""``motif registry copy``, ``backup``, ``restore`` and what mends one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from motif.cli.group import PlaceType
from motif.cli.group import command as make_command
from motif.cli.options import PATH, json_option, registry_option
from motif.cli.output import tell
from motif.cli.session import emit_result, session
from motif.messages import _

if TYPE_CHECKING:
    from motif.registry.transfer.copy import Copied


SECONDS_BETWEEN_LINES = 10.0


def tell_progress() -> Callable[[int, int], None]:
    """Return a function that says on stderr, now and then, how far a copy is."""
    last_line_s = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last_line_s
        if time.monotonic() - last_line_s > SECONDS_BETWEEN_LINES:
            last_line_s = time.monotonic()
            tell(_("{done} of {total} events").format(done=done, total=total))

    return show


def emit_copied(copied: Copied, target: str | Path) -> None:
    """Print what a copy holds."""
    counts = {"events": copied.events, "originals": copied.originals, "root": copied.root.hex()}
    sentence = _("{target}: {events} events, {originals} originals, verified; root {root}.")
    emit_result({"format": 1} | counts, sentence.format(target=target, **counts))


def tell_salt(place: str | Path) -> None:
    """Say which salt the hashes of NIK in a registry need, if it is not at hand."""
    from motif.errors import RegistryError
    from motif.registry.records.people import NikHasher, salt_path
    from motif.registry.registry import Registry

    with Registry.open(place, create=False) as registry:
        registry_id, needed = registry.ledger.origin.rpartition("/")[2], registry.records.nik_salt_id()
    if needed:
        try:
            NikHasher.load(registry_id, needed=needed)
        except RegistryError:
            sentence = _("Its NIK are hashed with salt {id}, which is in no backup: bring the file {place}.")
            tell(sentence.format(id=needed, place=salt_path(registry_id)))


@make_command("registry backup", examples=["motif registry backup 2026-11-24.zip"])
@click.argument("archive", type=PATH)
@registry_option
@json_option
def backup(archive: Path) -> None:
    """Write the whole registry into one file, as it is now.

    ARCHIVE is a ZIP that holds a BagIt bag: log, fingerprints and originals. Others may go on writing. Keep
    it on another disk; motif registry restore reads it back.
    """
    from motif.registry.transfer.backup import backup_registry

    emit_copied(backup_registry(session().registry, archive, on_progress=tell_progress()), archive)


@make_command(
    "registry copy",
    examples=[
        "motif registry copy registry.motif /mnt/usb/registry.motif",
        "motif registry copy registry.motif postgresql+psycopg://sri@office/batik",
    ],
)
@click.argument("source", type=PlaceType())
@click.argument("target", type=PlaceType())
@json_option
def copy(source: str, target: str) -> None:
    """Copy a registry to another place, log and originals included.

    The copy is the same registry, and in the end its log is held against the source's. Others may go on
    writing to SOURCE. What was stopped half-way goes on when it is run again; until it is whole, TARGET
    cannot be opened.
    """
    from motif.registry.transfer.copy import copy_registry

    emit_copied(copy_registry(source, target, on_progress=tell_progress()), target)
    tell_salt(target)


@make_command("registry restore", examples=["motif registry restore 2026-11-24.zip registry.motif"])
@click.argument("archive", type=PATH)
@click.argument("target", type=PlaceType())
@json_option
def restore(archive: Path, target: str) -> None:
    """Make a registry out of a backup.

    It is the same registry as the one that was backed up, with the same log. Everything in ARCHIVE is
    verified. TARGET must be empty or not there yet; what was stopped half-way goes on when it is run again.
    """
    from motif.registry.transfer.restore import restore_registry

    emit_copied(restore_registry(archive, target, on_progress=tell_progress()), target)
    tell_salt(target)


@make_command(
    "registry accept-rollback",
    examples=["motif registry accept-rollback --reason 'backup of 24 November'"],
)
@click.option("--reason", required=True, help="Which backup was restored, and why; it stands in the log.")
@registry_option
@json_option
def accept_rollback(reason: str) -> None:
    """Go on with a registry that was put back on purpose.

    After an older copy of the database was put back, or its newest entries were lost, nothing can be written:
    files beside it know that the log was longer. Here a person says that this is so and why. The log keeps
    it, and motif verify tells it from then on. What was lost stays lost.
    """
    from motif.registry.registry import Registry

    with Registry.open(session().registry, create=False) as registry:
        event = registry.ledger.accept_rollback(reason=reason)
    sentence = _("Accepted, as event {seq}: the log goes on from {size} events; {known} were known.").format(
        seq=event.seq, size=event.data["size"], known=event.data["known_size"]
    )
    emit_result({"format": 1, "event": event.to_json()}, sentence)


@make_command("registry reindex", examples=["motif registry reindex"])
@registry_option
@json_option
def reindex() -> None:
    """Build the search index again from the fingerprints.

    Nothing else is changed. It can be stopped: the next check goes on with it.
    """
    from motif.registry.registry import Registry

    with Registry.open(session().registry, create=False) as registry:
        photos = registry.rebuild_index()
    sentence = _("{photos} photos are indexed.").format(photos=photos)
    emit_result({"format": 1, "photos": photos}, sentence)
