"""``motif erase``: erase what is kept of a person."""

from __future__ import annotations

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json


@make_command("erase", examples=["motif erase P-000042-7 --reason 'asked for on 24 November'"])
@click.argument("record_id", metavar="ID")
@click.option("--reason", required=True, help="Stands in the log for ever: do not name the person in it.")
@registry_option
@json_option
def command(record_id: str, reason: str, registry: str, as_json: bool) -> None:
    """Erase what is kept of a person, in all versions.

    The log keeps that there was something, when it was erased and why; nothing of what it said can be
    made out from it. Copies and backups made before are not reached: erase there too.
    """
    from motif.messages import _
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        opened.records.erase(record_id, reason=reason)
    if as_json:
        emit_json({"format": 1, "erased": record_id})
    else:
        emit(_("Erased: {id}.").format(id=record_id))
