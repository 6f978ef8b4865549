"""``motif list``: what is registered?"""

from __future__ import annotations

import click

from motif.cli.batch import Progress
from motif.cli.group import command as make_command
from motif.cli.options import json_option, reader_option, registry_option
from motif.cli.output import emit, emit_json, page_width
from motif.cli.session import emit_result, session, view_registry
from motif.messages import _
from motif.report.record_text import entry_text, list_text


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
def list_entries(family: str, symmetry: str, color: str) -> None:
    """List what is registered.

    In the order of registration; withdrawn entries are marked. Family, symmetry and colours are measured,
    as motif describe does, the first time that they are asked for, and kept. They are suggestions.
    """
    from motif.registry.search.traits import matches_traits

    with view_registry() as registry:
        entries = registry.list(include_withdrawn=True)
        if family or symmetry or color:
            matching = []
            with Progress(len(entries), quiet=False) as progress:
                for entry, traits in registry.traits(entries):
                    progress.advance(failed=traits.sha256 is None)
                    if matches_traits(traits, family=family, symmetry=symmetry, color=color):
                        matching.append(entry)
            entries = tuple(matching)
    if session().json:
        emit_json([entry.to_json() for entry in entries])
    else:
        filtered = family or symmetry or color
        emit(_("No entry suits.") if filtered and not entries else list_text(entries, width=page_width()))


@make_command("show", examples=["motif show M-000042-7", "motif show F-000001-3"])
@click.argument("entry_id", metavar="ID")
@reader_option
@registry_option
@json_option
def show(entry_id: str, by: str) -> None:
    """Show an entry, its photos and all that is linked with it.

    ID may also be that of a record. Small letters, and spaces instead of dashes, do as well: "m 000042 7".
    """
    from motif.registry.records.ids import parse_record_id
    from motif.report.record_text import linked_text, record_text

    width = page_width()
    with view_registry(by=by) as registry:
        if parse_record_id(entry_id)[0] != "M":
            record = registry.records.get(entry_id)
            emit_result(record.to_json(), record_text(record, width=width))
            return
        entry, linked = registry.get(entry_id), registry.records.about(entry_id)
    records = {kind: [record.to_json() for record in linked[kind]] for kind in linked}
    paragraphs = [entry_text(entry, width=width), linked_text(linked, width=width)]
    emit_result(entry.to_json() | {"records": records}, "\n\n".join(filter(None, paragraphs)))
