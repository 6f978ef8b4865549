"""``motif fingerprint``: many pictures to JSON Lines, on stdout or into a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from motif.cli import codes
from motif.cli.batch import (
    BatchProgress,
    Run,
    RunOptions,
    follow,
    gathered,
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
from motif.cli.output import emit_row
from motif.messages import N_, _

if TYPE_CHECKING:
    from motif.batch.cluster import PartCounts
    from motif.batch.rows import Item, Outcome
    from motif.batch.run import Output, Tally, Written

_DASK_USAGE = N_("--engine dask needs -o and --scheduler, and takes no options for workers, limits or rows.")
_LOCAL_USAGE = N_("--scheduler, and an address behind -o, go with --engine dask only.")

EXIT_CODES = codes.DOING | {
    codes.DONE: "every picture has its fingerprint",
    codes.ERROR: "some rows are errors, or nothing was found",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Which rows are written, and in which order."""

    ordered: bool
    hashes_only: bool
    checksum: bool
    retry_errors: bool


@make_command(
    "fingerprint",
    examples=[
        "motif fingerprint photos > fingerprints.jsonl",
        "motif fingerprint photos -o fingerprints.jsonl",
        "motif fingerprint --hashes-only --jobs 4 'photos/**/*.jpg' one-more.jpg -o hashes.jsonl",
        "motif fingerprint s3://archive/2024 -o s3://archive/prints --engine dask --scheduler tcp://10.0.0.5:8786",
        "motif fingerprint list.csv --column file -o fingerprints.jsonl --summary run.json",
    ],
    exit_codes=EXIT_CODES,
)
@sources_argument
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help='File for the rows: JSON Lines, or Parquet if its name ends so (extra "parquet"). The same command '
    "goes on with it, and skips what is there unchanged.",
)
@gathered(
    _Rows,
    "rows",
    [
        click.option("--ordered", is_flag=True, help="Rows in the order of the sources, not as they finish."),
        click.option(
            "--hashes-only",
            is_flag=True,
            help="Leave out the keypoints; quick, and finds re-saved files only.",
        ),
        click.option(
            "--checksum",
            is_flag=True,
            help="With -o: read files too whose size and time are unchanged, and compare.",
        ),
        click.option(
            "--retry-errors", is_flag=True, help="With -o: do pictures again whose row is an error."
        ),
    ],
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help='Where to compute: on this machine, or on a Dask cluster (extra "dask").',
)
@click.option("--scheduler", metavar="ADDRESS", help="With --engine dask: such as tcp://10.0.0.5:8786.")
@source_options
@run_options
@json_option
@click.pass_context
def fingerprint(
    ctx: click.Context,
    sources: tuple[str, ...],
    output: str | None,
    rows: _Rows,
    engine: str,
    scheduler: str | None,
    column: str | None,
    options: RunOptions,
    as_json: bool,
) -> None:
    """Compute the fingerprints of many pictures, as JSON Lines.

    SOURCES are files; folders, walked with their subfolders; globs in quotes; "-" for a list on stdin; CSV
    files with --column; addresses such as s3://bucket/folder (extra "cloud"). A folder gives pictures by
    their suffix (.jpg, .png, .tif, .webp, .heic and the like), without hidden files and registries. A file
    that is named gives a row in any case.

    Each row holds "path" and the fingerprint. A picture that cannot be used gives a row with "path" and
    "error" (code, message, hint), and the run goes on. Without -o, rows go to stdout, in order. With -o, a
    run that was stopped, by whatever, goes on when the same command is given again. --json then prints the
    counts of the run. With --engine dask, OUT is a folder or an address for Parquet files (docs/batch.md).
    """
    from motif.batch.remote import is_remote
    from motif.batch.run import RowOptions, Tally, fill
    from motif.batch.sources import find_pictures
    from motif.profiles import STANDARD_1

    if as_json and output is None:
        raise click.UsageError(
            _("--json prints the counts of a run with -o; without it, rows are JSON anyway.")
        )
    if engine == "dask":
        if (
            output is None
            or scheduler is None
            or any((options.jobs, options.time_limit, options.memory_limit, rows.checksum, rows.retry_errors))
        ):
            raise click.UsageError(_(_DASK_USAGE))
    elif scheduler is not None or (output is not None and is_remote(output)):
        raise click.UsageError(_(_LOCAL_USAGE))
    find = partial(find_pictures, sources, column=column)
    tally = Tally()
    shown = BatchProgress(tally, total_of(find, sources, quiet=options.quiet), quiet=options.quiet)
    facts = {"output": output, "profile": STANDARD_1.id, "hashes_only": rows.hashes_only}
    if engine == "dask":
        with summed_up(tally, options.summary, as_json=as_json, **facts) as run:
            work = _on_cluster(find, str(output), tally, str(scheduler), rows.hashes_only)
            follow(work, shown, run)
        ctx.exit(codes.DONE if tally.found and not tally.failed else codes.ERROR)
    with (
        summed_up(tally, options.summary, as_json=as_json, **facts) as run,
        _opened(output, rows.ordered, run) as out,
    ):
        outcomes = fill(
            out,
            find(listed=listed_on_stdin()),
            tally,
            rows=RowOptions(
                hashes_only=rows.hashes_only, checksum=rows.checksum, retry_errors=rows.retry_errors
            ),
            jobs=options.jobs,
            ordered=rows.ordered or output is None,
            limits=options.limits(by_default=output is not None),
        )
        follow(outcomes, shown, run, stop=is_error if options.fail_fast else None)
    ctx.exit(codes.DONE if tally.found and not tally.failed else codes.ERROR)


def _on_cluster(
    find: Callable[..., Iterable[Item]], target: str, tally: Tally, scheduler: str, hashes_only: bool
) -> Generator[PartCounts, None, None]:
    from motif.batch.cluster import compute_on_cluster
    from motif.batch.remote import is_remote

    def seen_from_anywhere(path: str) -> str:
        return path if is_remote(path) else os.path.abspath(path)  # noqa: PTH100 - links stay as they are

    items = find(listed=listed_on_stdin())
    return compute_on_cluster(
        (replace(item, path=seen_from_anywhere(item.path)) for item in items),
        seen_from_anywhere(target),
        tally,
        scheduler=scheduler,
        hashes_only=hashes_only,
    )


class _Stdout:
    """Rows to stdout, of which nothing is known later."""

    def claim(self, path: str) -> bool:
        return True

    def find(self, path: str) -> Written | None:
        return None

    def append(self, outcome: Outcome) -> None:
        emit_row(outcome.row)


@contextmanager
def _opened(output: str | None, ordered: bool, run: Run) -> Iterator[Output]:
    from motif.batch.journal import Journal
    from motif.batch.parquet import ParquetOutput

    if output is None:
        yield _Stdout()
        return
    path = Path(output)
    kind = ParquetOutput if path.suffix.lower() == ".parquet" else Journal
    with kind(path) as out:
        yield out
        if run.finished:
            out.finish(ordered=ordered)
