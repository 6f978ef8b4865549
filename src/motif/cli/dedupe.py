"""``motif dedupe``: the same design several times among many pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli import codes
from motif.cli.batch import BatchRun, Progress, RunOptions, column_option, run_options, sources_argument
from motif.cli.group import command as make_command
from motif.cli.options import FILE, json_option
from motif.cli.output import emit, emit_json, page_width, tell
from motif.cli.session import session
from motif.messages import _
from motif.report.text import error_text

if TYPE_CHECKING:
    from motif.batch.duplicates import Duplicates
    from motif.batch.journal import Journal

_ERRORS_SHOWN = 10


@make_command(
    "dedupe",
    examples=[
        "motif dedupe photos",
        "motif dedupe photos more-photos --html sheet.html",
        "motif dedupe photos --json --fingerprints fingerprints.jsonl",
    ],
    exit_codes={
        codes.DONE: "done, whether or not a design was found twice",
        codes.ERROR: "some pictures could not be used, or nothing was found",
    },
)
@sources_argument
@click.option(
    "--html",
    type=FILE,
    metavar="FILE",
    help="Also write a contact sheet: one page with the pictures of each group.",
)
@click.option(
    "--fingerprints",
    type=FILE,
    metavar="FILE",
    help="Keep the fingerprints in FILE, as motif fingerprint -o does, and use those that are there.",
)
@column_option
@run_options
@json_option
def dedupe(
    sources: tuple[str, ...],
    html: Path | None,
    fingerprints: Path | None,
    column: str | None,
    options: RunOptions,
) -> int:
    """Find the same design several times among pictures.

    No registry is needed. SOURCES are what motif fingerprint takes. Each picture is looked up among all
    others, also mirrored, in another dye or with light and dark exchanged. Pictures that hang together by
    strong indications make a group; weaker ones are listed as pairs that a person must look at.
    """
    from motif.batch.journal import Journal
    from motif.batch.run import fill
    from motif.report.batch_text import duplicates_text

    batch = BatchRun(sources, options, column=column)
    with (
        tempfile.TemporaryDirectory(prefix="motif-") as folder,
        Journal(fingerprints or Path(folder, "rows")) as journal,
    ):
        with batch.summary():
            limits = options.limits(by_default=True)
            batch.follow(
                fill(journal, batch.items(), batch.tally, jobs=options.jobs, ordered=False, limits=limits)
            )
        if not batch.finished:
            return codes.ERROR
        duplicates = _duplicates(journal, quiet=options.quiet)
        errors = [row for row in journal.named_rows() if "error" in row]
    if html is not None:
        _write_sheet(duplicates, html)
    if session().json:
        emit_json(duplicates.to_json() | {"errors": errors})
    else:
        _tell_errors(errors)
        if duplicates.pictures:
            emit(duplicates_text(duplicates, width=page_width()))
    return batch.exit_code()


def _tell_errors(errors: Sequence[Mapping[str, Any]]) -> None:
    """Report the first few errors on stderr by their hints, which can be translated."""
    for row in errors[:_ERRORS_SHOWN]:
        error = row["error"]
        tell(error_text(f"{row['path']}: {_(error['hint']) or error['message']}"))
    if len(errors) > _ERRORS_SHOWN:
        tell(_("{count} more; all with --json").format(count=len(errors) - _ERRORS_SHOWN))


def _duplicates(journal: Journal, *, quiet: bool) -> Duplicates:
    from motif.batch.duplicates import find_duplicates
    from motif.fingerprint import Fingerprint

    names = [(row["path"], row["source_sha256"]) for row in journal.named_rows() if "error" not in row]
    with Progress(len(names), quiet=quiet, sums_up=False) as progress:
        return find_duplicates(
            names, lambda path: Fingerprint.from_json(journal.row(path)), step=progress.advance
        )


def _write_sheet(duplicates: Duplicates, path: Path) -> None:
    from motif.batch.duplicates import thumbnail
    from motif.report.batch_text import contact_sheet

    with path.open("w", encoding="utf-8") as file:
        file.writelines(contact_sheet(duplicates, thumbnail))
