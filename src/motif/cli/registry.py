"""What the commands that copy a whole registry say."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from motif.cli.group import PlaceType
from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, tell
from motif.messages import _

if TYPE_CHECKING:
    from motif.registry.transfer.copy import Copied


SECONDS_BETWEEN_LINES = 10.0


def tell_progress() -> Callable[[int, int], None]:
    """Return what says on stderr, now and then, how far a copy is."""
    told_s = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal told_s
        if time.monotonic() - told_s > SECONDS_BETWEEN_LINES:
            told_s = time.monotonic()
            tell(_("{done} of {total} events").format(done=done, total=total))

    return show


def report(copied: Copied, target: str | Path, *, as_json: bool) -> None:
    """Print what a copy holds."""
    root = copied.root.hex()
    if as_json:
        emit_json({"format": 1, "events": copied.events, "originals": copied.originals, "root": root})
    else:
        sentence = _("{target}: {events} events, {originals} originals, verified; root {root}.")
        emit(sentence.format(target=target, events=copied.events, originals=copied.originals, root=root))


@make_command("registry backup", examples=["motif registry backup 2026-11-24.zip"])
@click.argument("archive", type=click.Path(path_type=Path))
@registry_option
@json_option
def backup(archive: Path, registry: str, as_json: bool) -> None:
    """Write the whole registry into one file, as it is now.

    ARCHIVE is a ZIP that holds a BagIt bag: log, fingerprints and originals. Others may go on writing. Keep
    it on another disk; motif registry restore reads it back.
    """
    from motif.registry.transfer.backup import backup_registry

    report(backup_registry(registry, archive, on_progress=tell_progress()), archive, as_json=as_json)


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
def copy(source: str, target: str, as_json: bool) -> None:
    """Copy a registry to another place, log and originals included.

    The copy is the same registry, and in the end its log is held against the source's. Others may go on
    writing to SOURCE. What was stopped half-way goes on when it is run again; until it is whole, TARGET
    cannot be opened.
    """
    from motif.registry.transfer.copy import copy_registry

    report(copy_registry(source, target, on_progress=tell_progress()), target, as_json=as_json)


@make_command("registry restore", examples=["motif registry restore 2026-11-24.zip registry.motif"])
@click.argument("archive", type=click.Path(path_type=Path))
@click.argument("target", type=PlaceType())
@json_option
def restore(archive: Path, target: str, as_json: bool) -> None:
    """Make a registry out of a backup.

    It is the same registry as the one that was backed up, with the same log. Everything in ARCHIVE is
    verified. TARGET must be empty or not there yet; what was stopped half-way goes on when it is run again.
    """
    from motif.registry.transfer.restore import restore_registry

    report(restore_registry(archive, target, on_progress=tell_progress()), target, as_json=as_json)
