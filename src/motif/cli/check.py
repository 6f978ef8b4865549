"""``motif check``: is this design registered already?"""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument, registry_option, report_option, strict_option
from motif.cli.output import emit, emit_json, page_width, tell
from motif.report.records import kept_text
from motif.report.text import check_text


@make_command(
    "check",
    examples=[
        "motif check new-design.jpg",
        "motif check --json --limit 3 new-design.jpg",
        "motif check new-design.jpg --report out.pdf",
    ],
    exit_codes=codes.JUDGING,
)
@photo_argument("photo")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Most entries to report."
)
@click.option("--announced", help="Day, month or year of the first announcement, as its maker says.")
@click.option("--remember", is_flag=True, help="Keep the check: later entries are held against it.")
@click.option("--note", default="", help="For whom or what for; kept with --remember.")
@strict_option
@report_option
@registry_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    photo: Path,
    limit: int,
    announced: str | None,
    remember: bool,
    note: str,
    strict: bool,
    report: Path | None,
    registry: str,
    as_json: bool,
) -> None:
    """Look a design up before it is submitted.

    Names the registered designs that PHOTO may reuse, closest first, also mirrored, in another dye or
    with light and dark exchanged. The answer is an indication with what it rests on; a person decides.
    "Clear" means that nothing was found, and is no proof of originality. The answer says which design came
    first, as far as is recorded. Nothing is kept of a check unless --remember is given. --report writes it
    down for the file: what was searched, both cloths, what coincides, and space for the officer's decision.
    """
    from motif.cli.capture import read_and_warn
    from motif.registry.registry import Registry

    if report is not None:
        from motif.cli.reporting import require_form

        require_form(report)
    with Registry.open(registry, create=False) as opened:
        read, made = read_and_warn(photo, opened.profile, strict=strict)
        result = opened.check(made, limit=limit, announced=announced)
        if report is not None:
            from motif.cli.reporting import save_report
            from motif.report.checked import check_report

            save_report(check_report(result, read, opened), report)
        kept = opened.remember(result, note=note) if remember else None
    if as_json:
        emit_json(result.to_json() | ({} if kept is None else {"remembered": kept.id}))
    else:
        emit(check_text(result, width=page_width()))
        if kept is not None:
            tell(kept_text(kept))
    ctx.exit(codes.OF_VERDICT[result.verdict])
