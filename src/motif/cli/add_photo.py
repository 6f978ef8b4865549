"""``motif add-photo``: a further photo of a registered design."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument, registry_option
from motif.cli.output import emit, emit_json
from motif.report.text import photo_added_text


@make_command("add-photo", examples=["motif add-photo M-000042-8 whole-cloth.jpg"])
@click.argument("entry_id", metavar="ID")
@photo_argument("photo")
@registry_option
@json_option
def command(entry_id: str, photo: Path, registry: Path, as_json: bool) -> None:
    """Add PHOTO to the entry ID.

    It may show another part of the cloth, or another dye. Checks look at every photo of an entry.
    """
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        entry = opened.add_photo(entry_id, photo)
    if as_json:
        emit_json(entry.to_json())
    else:
        emit(photo_added_text(entry))
