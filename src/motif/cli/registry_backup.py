"""``motif registry backup``: the whole registry in one file."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli.copying import report, tell_progress
from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option


@make_command("registry backup", examples=["motif registry backup 2026-11-24.zip"])
@click.argument("archive", type=click.Path(path_type=Path))
@registry_option
@json_option
def command(archive: Path, registry: str, as_json: bool) -> None:
    """Write the whole registry into one file, as it is now.

    ARCHIVE is a ZIP that holds a BagIt bag: log, fingerprints and originals. Others may go on writing. Keep
    it on another disk; motif registry restore reads it back.
    """
    from motif.registry.bag import backup_registry

    report(backup_registry(registry, archive, told=tell_progress()), archive, as_json=as_json)
