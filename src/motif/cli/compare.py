"""``motif compare``: do two photos show one design?"""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument
from motif.cli.output import emit, emit_json
from motif.report.text import compare_text


@make_command("compare", examples=["motif compare new-design.jpg old-cloth.jpg"], exit_codes=codes.JUDGING)
@photo_argument("new")
@photo_argument("old")
@json_option
@click.pass_context
def command(ctx: click.Context, new: Path, old: Path, as_json: bool) -> None:
    """Compare two photos without a registry.

    Says in how far NEW reuses the design of OLD, and what shows it. With --json also the transform from
    NEW to OLD and the places that coincide.
    """
    from motif.matching.evidence import compare

    evidence = compare(new, old)
    if as_json:
        emit_json(evidence.to_json())
    else:
        emit(compare_text(evidence))
    ctx.exit(codes.OF_VERDICT[evidence.verdict])
