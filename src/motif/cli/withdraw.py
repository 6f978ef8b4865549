"""``motif withdraw``: take an entry out of the search, and keep it."""

from __future__ import annotations

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json
from motif.report.text import withdrawn_text


@make_command("withdraw", examples=["motif withdraw M-000042-7 --reason 'Registered twice by mistake'"])
@click.argument("entry_id", metavar="ID")
@click.option("--reason", required=True, help="Why; it is kept with the entry.")
@registry_option
@json_option
def command(entry_id: str, reason: str, registry: str, as_json: bool) -> None:
    """Withdraw the entry ID.

    Nothing is deleted: the entry and its photos stay, with the reason, but checks pass over it.
    """
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        entry = opened.withdraw(entry_id, reason=reason)
    if as_json:
        emit_json(entry.to_json())
    else:
        emit(withdrawn_text(entry))
