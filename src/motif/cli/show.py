"""``motif show``: everything about one entry."""

from __future__ import annotations

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, page_width
from motif.report.text import entry_text


@make_command("show", examples=["motif show M-000042-7", "motif show F-000001-3"])
@click.argument("entry_id", metavar="ID")
@registry_option
@json_option
def command(entry_id: str, registry: str, as_json: bool) -> None:
    """Show an entry, its photos and all that is linked with it.

    ID may also be that of a record. Small letters, and spaces instead of dashes, do as well: "m 000042 7".
    """
    from motif.registry.registry import Registry
    from motif.registry.values import parse_record_id
    from motif.report.records import linked_text, record_text

    with Registry.open(registry, create=False) as opened:
        if parse_record_id(entry_id)[0] != "M":
            record = opened.records.get(entry_id)
            if as_json:
                emit_json(record.to_json())
            else:
                emit(record_text(record, width=page_width()))
            return
        entry, linked = opened.get(entry_id), opened.records.about(entry_id)
    if as_json:
        records = {kind: [one.to_json() for one in found] for kind, found in linked.items()}
        emit_json(entry.to_json() | {"records": records})
    else:
        told = [entry_text(entry, width=page_width()), linked_text(linked, width=page_width())]
        emit("\n\n".join(filter(None, told)))
