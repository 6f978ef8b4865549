"""``motif register``: put a design into the registry, unless it is there already."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument, registry_option, strict_option
from motif.cli.output import emit, emit_json, tell
from motif.report.records import alert_text
from motif.report.text import registered_text, similar_text

EXIT_CODES = codes.DOING | {
    codes.DONE: "registered, also where a warning says that a person must look",
    codes.CONFLICT: "not registered: strong indication that the design is there already",
}


@make_command(
    "register",
    examples=[
        "motif register parang.jpg --title 'Parang Biru'",
        "motif register copy.jpg --title 'Parang Biru, second maker' --allow-duplicate",
    ],
    exit_codes=EXIT_CODES,
)
@photo_argument("photo")
@click.option("--title", required=True, help="Name of the design.")
@click.option("--note", default="", help="Anything worth keeping with it.")
@click.option("--allow-duplicate", is_flag=True, help="Register also where an earlier entry looks the same.")
@strict_option
@registry_option
@json_option
def command(
    photo: Path, title: str, note: str, allow_duplicate: bool, strict: bool, registry: str, as_json: bool
) -> None:
    """Register the design on PHOTO.

    The registry is made if there is none. The design is looked up first: where an earlier entry looks the
    same, nothing is registered and that entry is named. Where one looks alike only, the design is
    registered and a warning names it. The file of the photo is kept as it is.
    """
    from motif.cli.capture import read_and_warn
    from motif.registry.registry import Registry

    with Registry.open(registry) as opened:
        read, made = read_and_warn(photo, opened.profile, strict=strict)
        entry = opened.register(read, title=title, note=note, allow_duplicate=allow_duplicate, made=made)
        alerts = opened.alerts(entry.id)
    if as_json:
        emit_json(entry.to_json())
    else:
        emit(registered_text(entry))
    if entry.similar_to:
        tell(similar_text(entry))
    for alert in alerts:
        tell(alert_text(alert))
