"""``motif report``: the sheet of one entry, a report in another form, and whether a report still holds."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option, report_option
from motif.cli.output import emit, emit_json

EXIT_CODES = codes.DOING | {
    codes.DONE: "written; with --verify: the report holds",
    codes.ERROR: "with --verify: the report does not hold, or it cannot be told; or an error",
}


@make_command(
    "report",
    examples=[
        "motif report M-000042-7 --report turi.pdf",
        "motif report B-000001-3 --report decision.pdf",
        "motif report out.html --report out.pdf --lang id",
        "motif report --verify out.pdf",
        "motif report --verify out.pdf --photo new-design.jpg",
    ],
    exit_codes=EXIT_CODES,
)
@click.argument("what", metavar="ENTRY|COMPARISON|FILE")
@report_option
@click.option("--verify", is_flag=True, help="Hold the report FILE against what it was made of.")
@click.option(
    "--photo",
    type=click.Path(path_type=Path),
    help="The photo that was asked about, where it does not lie beside the report and is not registered.",
)
@registry_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    what: str,
    report: Path | None,
    verify: bool,
    photo: Path | None,
    registry: str,
    as_json: bool,
) -> None:
    """Write the sheet of an entry or a decision, or verify a report.

    ENTRY (M-...) and COMPARISON (B-..., a decision kept by motif decide) are ids: the report is written to
    the file that --report names, else to ID.html here. FILE is a report that was made before: it is written
    again, in the form that --report names and in the language of --lang, or with --verify held against the
    registry, the originals and the photo.
    """
    from motif.cli.reporting import verify_file, write_report

    if verify:
        found = verify_file(Path(what), photo=photo, registry=registry)
        if as_json:
            emit_json(found.to_json())
        else:
            emit("\n".join(map(str, found.held)))
        ctx.exit(codes.DONE if found.whole else codes.ERROR)
    written = write_report(what, report, photo=photo, registry=registry)
    if as_json:
        emit_json(written)
    else:
        emit(written["file"])
