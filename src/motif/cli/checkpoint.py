"""``motif checkpoint``: sign the log as it is, and have it timestamped."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, tell
from motif.messages import N_, _

FILE = click.Path(path_type=Path, dir_okay=False)


@make_command(
    "checkpoint",
    examples=[
        "motif checkpoint > checkpoint-2026-11-24.txt",
        "motif checkpoint --timestamp-request request.tsq",
        "motif checkpoint --timestamp-answer answer.tsr --chain authority.pem",
    ],
)
@click.option(
    "--timestamp-request",
    "request",
    type=FILE,
    help="Also write the request for a timestamp (RFC 3161) there.",
)
@click.option(
    "--timestamp-answer", "answer", type=FILE, help="Sign nothing: import the answer to an earlier request."
)
@click.option("--chain", type=FILE, help="PEM certificates of the authority, which are trusted.")
@registry_option
@json_option
def command(
    request: Path | None, answer: Path | None, chain: Path | None, registry: str, as_json: bool
) -> None:
    """Sign the log as it is, and print the signed text.

    Keep it where nobody who can change the registry can change it: on paper, with a notary, in a letter. The
    key is made when it is needed first, and lies outside the registry (MOTIF_SIGNING_KEY).

    A timestamp proves to others when it was there. The request is a small file to be carried to a timestamp
    authority (openssl, curl, or its website); the answer is imported later and verified against --chain.
    """
    if (answer is None) != (chain is None) or (answer and request):
        raise click.UsageError(
            _("--timestamp-answer and --chain go together, and without --timestamp-request.")
        )
    if answer is not None and chain is not None:
        _import(answer, chain, registry, as_json=as_json)
    else:
        _sign(request, registry, as_json=as_json)


def _sign(request: Path | None, registry: str, *, as_json: bool) -> None:
    from motif.errors import ParameterError
    from motif.registry.checkpoint import SigningKey
    from motif.registry.registry import Registry
    from motif.registry.timestamp import request_for

    if request is not None:  # before anything is signed
        request_for("whether the extra is installed")
        if request.exists():
            raise ParameterError(
                N_("{request} is there already", request=request), hint=N_("Give another name.")
            )
    with Registry.open(registry, create=False) as opened:
        key = SigningKey.load()
        note = opened.ledger.checkpoint(key)
        public = str(key.verifier(opened.ledger.origin))
    if request is not None:
        request.write_bytes(request_for(note))
    if as_json:
        asked = {} if request is None else {"timestamp_request": str(request)}
        emit_json({"format": 1, "checkpoint": note, "key": public} | asked)
    else:
        emit(note.rstrip("\n"))
        tell(_("Public key, to be published: {key}").format(key=public))


def _import(answer: Path, chain: Path, registry: str, *, as_json: bool) -> None:
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        found = opened.ledger.import_timestamp(answer.read_bytes(), chain.read_bytes())
    if as_json:
        emit_json({"format": 1, "timestamp": found.to_json()})
    else:
        told = _("Timestamp kept: the log had {count} events at {when} UTC, says")
        emit(told.format(count=found.size, when=f"{found.at:%Y-%m-%d %H:%M:%S}"))
        emit(found.authority)
