"""``motif list``: what is registered?"""

from __future__ import annotations

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, page_width
from motif.report.text import list_text


@make_command("list", examples=["motif list", "motif list --json"])
@registry_option
@json_option
def command(registry: str, as_json: bool) -> None:
    """List what is registered.

    In the order of registration; withdrawn entries are marked.
    """
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        entries = opened.list(include_withdrawn=True)
    if as_json:
        emit_json([entry.to_json() for entry in entries])
    else:
        emit(list_text(entries, width=page_width()))
