"""``motif verify``: is everything as the log says?"""

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
    from motif.registry.findings import Audit

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
    help="PEM certificates under which timestamps must be; those that the log names unless told.",
)
@registry_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, checkpoints: tuple[Path, ...], chain: Path | None, registry: str, as_json: bool
) -> None:
    """Hold log, tables and originals against each other.

    Names what was changed, removed or added behind the log's back.
    """
    from motif.registry.verification import verify_registry

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
        told = _("Whole: {events}, {originals}, {checkpoints}; root {root}.")
    else:
        told = _("NOT WHOLE: {events}, {originals}, {checkpoints}; root {root}.")
    return told.format(
        events=count(found.events, N_("event")),
        originals=count(found.originals, N_("original")),
        checkpoints=count(found.checkpoints, N_("checkpoint")),
        root=found.root.hex(),
    )


def ascii_safe(text: str) -> str:
    """Spell what a damaged registry says so that a terminal only shows it."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
