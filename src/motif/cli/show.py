"""``motif show``: everything about one entry."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, page_width
from motif.report.text import entry_text


@make_command("show", examples=["motif show M-000042-7"])
@click.argument("entry_id", metavar="ID")
@registry_option
@json_option
def command(entry_id: str, registry: Path, as_json: bool) -> None:
    """Show the entry ID and its photos.

    Small letters, and spaces instead of dashes, do as well: "m 000042 7".
    """
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        entry = opened.get(entry_id)
    if as_json:
        emit_json(entry.to_json())
    else:
        emit(entry_text(entry, width=page_width()))
