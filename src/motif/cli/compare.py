"""``motif compare``: do two photos show one design?"""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument, picture_option
from motif.cli.output import emit, emit_json, save_picture
from motif.report.pair_text import compare_text


@make_command(
    "compare",
    examples=[
        "motif compare new-design.jpg old-cloth.jpg",
        "motif compare new-design.jpg old-cloth.jpg --picture side-by-side.png",
    ],
    exit_codes=codes.JUDGING,
)
@photo_argument("new")
@photo_argument("old")
@picture_option("both photos side by side, with what coincides and where they differ")
@json_option
@click.pass_context
def command(ctx: click.Context, new: Path, old: Path, picture: Path | None, as_json: bool) -> None:
    """Compare two photos without a registry.

    Says in how far NEW reuses the design of OLD, what shows it, and how NEW was changed: turned, mirrored,
    larger, in another dye, dark for light. With --json also the transform from NEW to OLD, outlines of the
    parts that coincide, and the places that agree.
    """
    from motif.cli.capture import read_named
    from motif.matching.evidence import compare
    from motif.matching.explain import explain
    from motif.profiles import STANDARD_1
    from motif.report.comparison import comparison_sheet

    asked, known = (read_named(path, long_edge_px=STANDARD_1.long_edge_px) for path in (new, old))
    made = explain(asked, known, compare(asked, known))
    if picture is not None:
        save_picture(picture, comparison_sheet(made, names=(new.name, old.name)))
    if as_json:
        emit_json(made.to_json())
    else:
        emit(compare_text(made))
    ctx.exit(codes.OF_VERDICT[made.evidence.verdict])
