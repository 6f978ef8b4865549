"""``motif check``: is this design registered already?"""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument, registry_option, strict_option
from motif.cli.output import emit, emit_json, page_width
from motif.report.text import check_text


@make_command(
    "check",
    examples=["motif check new-design.jpg", "motif check --json --limit 3 new-design.jpg"],
    exit_codes=codes.JUDGING,
)
@photo_argument("photo")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Most entries to report."
)
@strict_option
@registry_option
@json_option
@click.pass_context
def command(ctx: click.Context, photo: Path, limit: int, strict: bool, registry: Path, as_json: bool) -> None:
    """Look a design up before it is submitted.

    Names the registered designs that PHOTO may reuse, closest first, also mirrored, in another dye or
    with light and dark exchanged. The answer is an indication with what it rests on; a person decides.
    "Clear" means that nothing was found, and is no proof of originality.
    """
    from motif.cli.capture import read_and_warn
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        _, made = read_and_warn(photo, opened.profile, strict=strict)
        result = opened.check(made, limit=limit)
    if as_json:
        emit_json(result.to_json())
    else:
        emit(check_text(result, width=page_width()))
    ctx.exit(codes.OF_VERDICT[result.verdict])
