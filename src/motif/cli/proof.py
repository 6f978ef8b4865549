"""``motif proof``: a proof for somebody who cannot see the registry."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit_json


@make_command("proof", examples=["motif proof M-000042-7 > proof.json"])
@click.argument("what", metavar="ID")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="An earlier checkpoint; also prove that the log was only appended to since.",
)
@registry_option
@json_option
def command(what: str, since: Path | None, registry: str, as_json: bool) -> None:
    """Prove what was registered as ID, and when.

    Prints one JSON document. ID is an entry's id, a photo's SHA-256, or the number of an event. The script
    docs/verify_proof.py verifies the proof without the registry and without this program. Sign a checkpoint
    first.
    """
    from motif.registry.registry import Registry

    del as_json  # a proof is JSON in any case
    with Registry.open(registry, create=False) as opened:
        earlier = None if since is None else since.read_text(encoding="utf-8")
        emit_json(opened.ledger.proof(what, since=earlier), indent=None)
