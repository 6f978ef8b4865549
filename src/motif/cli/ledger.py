"""``motif checkpoint``: sign the log as it is, and have it timestamped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, tell
from motif.messages import N_, _
from motif.report.text import count

if TYPE_CHECKING:
    from motif.registry.audit.findings import Audit


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
def checkpoint(
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
    from motif.registry.audit.timestamp import request_for
    from motif.registry.ledger.checkpoint import SigningKey
    from motif.registry.registry import Registry

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
        sentence = _("Timestamp kept: the log had {count} events at {when} UTC, says")
        emit(sentence.format(count=found.size, when=f"{found.at:%Y-%m-%d %H:%M:%S}"))
        emit(found.authority)


@make_command("proof", examples=["motif proof M-000042-7 > proof.json"])
@click.argument("what", metavar="ID")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="An earlier checkpoint; also prove that the log was only appended to since.",
)
@registry_option
@json_option
def proof(what: str, since: Path | None, registry: str, as_json: bool) -> None:
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


EXIT_CODES = codes.DOING | {
    codes.DONE: "nothing was changed behind the log's back",
    codes.ERROR: "something was, and is named; or an error",
}


@make_command(
    "verify",
    examples=["motif verify", "motif verify --checkpoint kept-by-the-notary.txt"],
    exit_codes=EXIT_CODES,
)
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A checkpoint that was kept elsewhere; the log must pass through it.",
)
@click.option(
    "--chain",
    type=click.Path(path_type=Path, dir_okay=False),
    help="PEM certificates under which timestamps must be; by default those that the log names.",
)
@registry_option
@json_option
@click.pass_context
def verify(
    ctx: click.Context, checkpoints: tuple[Path, ...], chain: Path | None, registry: str, as_json: bool
) -> None:
    """Hold log, tables and originals against each other.

    Names what was changed, removed or added behind the log's back.
    """
    from motif.registry.audit.ledger import verify_registry

    found = verify_registry(
        registry,
        known=[path.read_text(encoding="utf-8") for path in checkpoints],
        chain=None if chain is None else chain.read_bytes(),
    )
    if as_json:
        emit_json(found.to_json())
    else:
        for finding in found.findings:
            emit(ascii_safe(finding.in_words()))
        emit(_summary(found))
    if not found.whole:
        tell(_("Change nothing: keep a copy of the registry as it is, and find out who could write to it."))
    for note in found.notes:
        tell(_("Note: {note}").format(note=ascii_safe(_(note))))
    ctx.exit(codes.DONE if found.whole else codes.ERROR)


def _summary(found: Audit) -> str:
    if found.whole:
        sentence = _("Whole: {events}, {originals}, {checkpoints}; root {root}.")
    else:
        sentence = _("NOT WHOLE: {events}, {originals}, {checkpoints}; root {root}.")
    return sentence.format(
        events=count(found.events, N_("event")),
        originals=count(found.originals, N_("original")),
        checkpoints=count(found.checkpoints, N_("checkpoint")),
        root=found.root.hex(),
    )


def ascii_safe(text: str) -> str:
    """Spell what a damaged registry says so that a terminal only shows it."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
