"""``motif checkpoint``, ``proof`` and ``verify``: the log signed, timestamped and examined."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import FILE, PATH, json_option, refuse_existing, registry_option
from motif.cli.output import emit_json, tell
from motif.cli.session import emit_result, open_registry, session, view_registry
from motif.messages import N_, _
from motif.registry.ledger.event import subject_of
from motif.report.text import count, printable

if TYPE_CHECKING:
    from motif.registry.audit.findings import Audit


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
def checkpoint(request: Path | None, answer: Path | None, chain: Path | None) -> None:
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
        _import(answer, chain)
    else:
        _sign(request)


def _sign(request: Path | None) -> None:
    from motif.registry.audit.timestamp import request_for
    from motif.registry.ledger.checkpoint import SigningKey

    if request is not None:  # before anything is signed
        request_for("whether the extra is installed")
        refuse_existing(request)
    with open_registry() as registry:
        note = registry.ledger.checkpoint()
        public = str(SigningKey.load().verifier(registry.ledger.origin))
    document = {"format": 1, "checkpoint": note, "key": public}
    if request is not None:
        request.write_bytes(request_for(note))
        document["timestamp_request"] = str(request)
    emit_result(document, note.rstrip("\n"))
    if not session().json:
        tell(_("Public key, to be published: {key}").format(key=public))


def _import(answer: Path, chain: Path) -> None:
    with open_registry() as registry:
        timestamp = registry.ledger.import_timestamp(answer.read_bytes(), chain.read_bytes())
    sentence = _("Timestamp kept: the log had {count} events at {when} UTC, says").format(
        count=timestamp.size, when=f"{timestamp.at:%Y-%m-%d %H:%M:%S}"
    )
    emit_result({"format": 1, "timestamp": timestamp.to_json()}, f"{sentence}\n{timestamp.authority}")


@make_command("log", examples=["motif log", "motif log --by sri", "motif log --about M-000042-7 --limit 20"])
@click.option("--by", default="", metavar="NAME", help="Only what this person did, or read.")
@click.option("--about", default="", metavar="ID", help="Only what concerns this entry, record or photo.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Most events.")
@registry_option
@json_option
def log(by: str, about: str, limit: int) -> None:
    """Show who did what, newest first.

    Whoever reads a design that is not open stands there, too, once a day.
    """
    with view_registry() as registry:
        events = registry.ledger.newest(by=by, about=about, limit=limit)
    lines = [
        f"{event.seq:>6}  {event.at:%Y-%m-%d %H:%M:%S}  {event.kind:<22} {subject_of(event):<14} "
        f"{printable(event.by)}".rstrip()
        for event in events
    ]
    emit_result([event.to_json() for event in events], "\n".join(lines) or _("Nothing stands in the log."))


@make_command("proof", examples=["motif proof M-000042-7 > proof.json"])
@click.argument("what", metavar="ID")
@click.option(
    "--since",
    type=PATH,
    help="An earlier checkpoint; also prove that the log was only appended to since.",
)
@registry_option
@json_option
def proof(what: str, since: Path | None) -> None:
    """Prove what was registered as ID, and when.

    Prints one JSON document. ID is an entry's id, a photo's SHA-256, or the number of an event. The script
    verify_proof.py, which comes with motif, verifies the proof without the registry and without this program.
    Sign a checkpoint first.
    """
    with view_registry() as registry:
        earlier = None if since is None else since.read_text(encoding="utf-8")
        emit_json(registry.ledger.proof(what, since=earlier), indent=None)


@make_command(
    "verify",
    examples=["motif verify", "motif verify --checkpoint kept-by-the-notary.txt"],
    exit_codes={
        codes.DONE: "nothing was changed behind the log's back",
        codes.ERROR: "something was, and is named; or an error",
    },
)
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=PATH,
    help="A checkpoint that was kept elsewhere; the log must pass through it.",
)
@click.option(
    "--chain",
    type=FILE,
    help="PEM certificates under which timestamps must be; by default those that the log names.",
)
@registry_option
@json_option
def verify(checkpoints: tuple[Path, ...], chain: Path | None) -> int:
    """Hold log, tables and originals against each other.

    Names what was changed, removed or added behind the log's back.
    """
    from motif.registry.audit.ledger import verify_registry

    audit = verify_registry(
        session().registry,
        known=[path.read_text(encoding="utf-8") for path in checkpoints],
        chain=None if chain is None else chain.read_bytes(),
    )
    lines = [_escaped(finding.in_words()) for finding in audit.findings]
    emit_result(audit.to_json(), "\n".join([*lines, _summary(audit)]))
    if not audit.whole:
        tell(_("Change nothing: keep a copy of the registry as it is, and find out who could write to it."))
    for note in audit.notes:
        tell(_("Note: {note}").format(note=_escaped(_(note))))
    return codes.DONE if audit.whole else codes.ERROR


def _summary(audit: Audit) -> str:
    if audit.whole:
        sentence = _("Whole: {events}, {originals}, {checkpoints}; root {root}.")
    else:
        sentence = _("NOT WHOLE: {events}, {originals}, {checkpoints}; root {root}.")
    return sentence.format(
        events=count(audit.events, N_("event")),
        originals=count(audit.originals, N_("original")),
        checkpoints=count(audit.checkpoints, N_("checkpoint")),
        root=audit.root.hex(),
    )


def _escaped(text: str) -> str:
    """Escape what is not printable: a damaged registry must not control the terminal."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
