"""``motif list``: what is registered?"""

from __future__ import annotations

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, page_width
from motif.cli.progress import Progress
from motif.messages import _
from motif.report.text import list_text


@make_command(
    "list", examples=["motif list", "motif list --family kawung --colour soga", "motif list --json"]
)
@click.option(
    "--family", default="", metavar="NAME", help="Only entries with this suggested family, such as kawung."
)
@click.option(
    "--symmetry", default="", metavar="GROUP", help="Only those with this group first, such as p4m."
)
@click.option(
    "--colour",
    "--color",
    "color",
    default="",
    metavar="NAME",
    help="Only those with a colour of this name, such as soga.",
)
@registry_option
@json_option
def command(family: str, symmetry: str, color: str, registry: str, as_json: bool) -> None:
    """List what is registered.

    In the order of registration; withdrawn entries are marked. Family, symmetry and colours are measured,
    as motif describe does, the first time that they are asked for, and kept. They are suggestions.
    """
    from motif.registry.registry import Registry
    from motif.registry.traits import traits

    with Registry.open(registry, create=False) as opened:
        entries = opened.list(include_withdrawn=True)
        if family or symmetry or color:
            with Progress(len(entries), quiet=False) as progress:
                found = []
                for entry, measured in traits(opened, entries):
                    progress.advance(failed=measured.sha256 is None)
                    if measured.suits(family=family, symmetry=symmetry, color=color):
                        found.append(entry)
            entries = tuple(found)
    if as_json:
        emit_json([entry.to_json() for entry in entries])
    else:
        asked = family or symmetry or color
        emit(_("No entry suits.") if asked and not entries else list_text(entries, width=page_width()))
