"""``motif registry restore``: a registry out of the file that a backup wrote."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli.copying import report, tell_progress
from motif.cli.group import command as make_command
from motif.cli.options import json_option
from motif.cli.place import PlaceType


@make_command("registry restore", examples=["motif registry restore 2026-11-24.zip registry.motif"])
@click.argument("archive", type=click.Path(path_type=Path))
@click.argument("target", type=PlaceType())
@json_option
def command(archive: Path, target: str, as_json: bool) -> None:
    """Make a registry out of a backup.

    It is the same registry as the one that was backed up, with the same log. Everything in ARCHIVE is
    verified. TARGET must be empty or not there yet; what was stopped half-way goes on when it is run again.
    """
    from motif.registry.unpack import restore_registry

    report(restore_registry(archive, target, told=tell_progress()), target, as_json=as_json)
