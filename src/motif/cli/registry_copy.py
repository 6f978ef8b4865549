"""``motif registry copy``: the whole registry to another place."""

from __future__ import annotations

import click

from motif.cli.copying import report, tell_progress
from motif.cli.group import command as make_command
from motif.cli.options import json_option
from motif.cli.place import PlaceType


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
def command(source: str, target: str, as_json: bool) -> None:
    """Copy a registry to another place, log and originals included.

    The copy is the same registry, and in the end its log is held against the source's. Others may go on
    writing to SOURCE. What was stopped half-way goes on when it is run again; until it is whole, TARGET
    cannot be opened.
    """
    from motif.registry.transfer import copy_registry

    report(copy_registry(source, target, told=tell_progress()), target, as_json=as_json)
