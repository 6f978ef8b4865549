"""``motif checkpoint``: sign the log as it is."""

from __future__ import annotations

from pathlib import Path

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, tell


@make_command("checkpoint", examples=["motif checkpoint > checkpoint-2026-11-24.txt"])
@registry_option
@json_option
def command(registry: Path, as_json: bool) -> None:
    """Sign the log as it is, and print the signed text.

    Keep it where nobody who can change the registry can change it: on paper, with a notary, in a letter. The
    key is made when it is needed first, and lies outside the registry (MOTIF_SIGNING_KEY).
    """
    from motif.registry.checkpoint import SigningKey
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        key = SigningKey.load()
        note = opened.ledger.checkpoint(key)
        public = str(key.verifier(opened.ledger.origin))
    if as_json:
        emit_json({"format": 1, "checkpoint": note, "key": public})
    else:
        emit(note.rstrip("\n"))
        tell(f"Public key, to be published: {public}")
