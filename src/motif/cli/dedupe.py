"""``motif dedupe``: the same design several times among many pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli import codes
from motif.cli.batch import (
    BatchProgress,
    RunOptions,
    follow,
    is_error,
    listed_on_stdin,
    run_options,
    source_options,
    sources_argument,
    summed_up,
    total_of,
)
from motif.cli.group import command as make_command
from motif.cli.options import json_option
from motif.cli.output import emit, emit_json, page_width, tell
from motif.messages import _
from motif.report.text import error_text

if TYPE_CHECKING:
    from motif.batch.duplicates import Duplicates
    from motif.batch.journal import Journal
    from motif.fingerprint import Fingerprint

_ERRORS_SHOWN = 10

EXIT_CODES = codes.DOING | {
    codes.DONE: "done, whether or not a design was found twice",
    codes.ERROR: "some pictures could not be used, or nothing was found",
}


@make_command(
    "dedupe",
    examples=[
        "motif dedupe photos",
        "motif dedupe photos more-photos --html sheet.html",
        "motif dedupe photos --json --fingerprints fingerprints.jsonl",
    ],
    exit_codes=EXIT_CODES,
)
@sources_argument
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write a contact sheet: one page with the pictures of each group.",
)
@click.option(
    "--fingerprints",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep the fingerprints in FILE, as motif fingerprint -o does, and use those that are there.",
)
@source_options
@run_options
@json_option
@click.pass_context
def dedupe(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    html: Path | None,
    fingerprints: Path | None,
    column: str | None,
    options: RunOptions,
    as_json: bool,
) -> None:
    """Find the same design several times among pictures.

    No registry is needed. SOURCES are what motif fingerprint takes. Each picture is looked up among all
    others, also mirrored, in another dye or with light and dark exchanged. Pictures that hang together by
    strong indications make a group; weaker ones are listed as pairs that a person must look at.
    """
    from motif.batch.run import Tally, fill
    from motif.batch.sources import find_pictures

    find = partial(find_pictures, sources, column=column)
    tally = Tally()
    shown = BatchProgress(tally, total_of(find, sources, quiet=options.quiet), quiet=options.quiet)
    with _kept(fingerprints) as journal:
        with summed_up(tally, options.summary, as_json=False) as run:
            work = fill(
                journal,
                find(listed=listed_on_stdin()),
                tally,
                jobs=options.jobs,
                ordered=False,
                limits=options.limits(by_default=True),
            )
            follow(work, shown, run, stop=is_error if options.fail_fast else None)
        if not run.finished:
            ctx.exit(codes.ERROR)
        found = _compared(journal, quiet=options.quiet)
        errors = [row for row in journal.named_rows() if "error" in row]
    if html is not None:
        _write_sheet(found, html)
    if as_json:
        emit_json(found.to_json() | {"errors": errors})
    else:
        tell_errors(errors)
        if found.pictures:
            emit_duplicates(found)
    ctx.exit(codes.DONE if tally.found and not tally.failed else codes.ERROR)


def tell_errors(errors: Sequence[Mapping[str, Any]]) -> None:
    """Say on stderr what is wrong with the first few pictures, by the advice, which the catalogue knows."""
    for row in errors[:_ERRORS_SHOWN]:
        error = row["error"]
        tell(error_text(f"{row['path']}: {_(error['hint']) or error['message']}"))
    if len(errors) > _ERRORS_SHOWN:
        tell(_("{count} more; all with --json").format(count=len(errors) - _ERRORS_SHOWN))


def emit_duplicates(found: Duplicates) -> None:
    """Write the tables to stdout."""
    from motif.report.batch_text import duplicates_text

    emit(duplicates_text(found, width=page_width()))


@contextmanager
def _kept(path: Path | None) -> Iterator[Journal]:
    from motif.batch.journal import Journal

    with (
        tempfile.TemporaryDirectory(prefix="motif-") as folder,
        Journal(path or Path(folder, "rows")) as journal,
    ):
        yield journal


def _compared(journal: Journal, *, quiet: bool) -> Duplicates:
    from motif.batch.duplicates import find_duplicates
    from motif.batch.run import Tally
    from motif.fingerprint import Fingerprint

    names = [(row["path"], row["source_sha256"]) for row in journal.named_rows() if "error" not in row]
    tally = Tally(found=len(names))
    with BatchProgress(tally, lambda: len(names), quiet=quiet, sums_up=False) as progress:

        def step() -> None:
            tally.computed += 1
            progress.update()

        def load(path: str) -> Fingerprint:
            return Fingerprint.from_json(journal.row(path))

        return find_duplicates(names, load, step=step)


def _write_sheet(found: Duplicates, path: Path) -> None:
    from motif.batch.duplicates import thumbnail
    from motif.report.batch_text import contact_sheet

    with path.open("w", encoding="utf-8") as file:
        for piece in contact_sheet(found, thumbnail):
            file.write(piece)
