"""``motif fingerprint``: many pictures to JSON Lines, on stdout or into a file."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from motif.cli import codes
from motif.cli.batch import BatchRun, RunOptions, column_option, run_options, sources_argument
from motif.cli.group import command as make_command
from motif.cli.options import json_option
from motif.cli.output import emit_row
from motif.cli.session import session
from motif.messages import _

if TYPE_CHECKING:
    from motif.batch.cluster import PartCounts
    from motif.batch.rows import Outcome
    from motif.batch.run import Output, Written


@make_command(
    "fingerprint",
    examples=[
        "motif fingerprint photos > fingerprints.jsonl",
        "motif fingerprint photos -o fingerprints.jsonl",
        "motif fingerprint --hashes-only --jobs 4 'photos/**/*.jpg' one-more.jpg -o hashes.jsonl",
        "motif fingerprint s3://archive/2024 -o s3://archive/prints --engine dask --scheduler tcp://10.0.0.5:8786",
        "motif fingerprint list.csv --column file -o fingerprints.jsonl --summary run.json",
    ],
    exit_codes={
        codes.DONE: "every picture has its fingerprint",
        codes.ERROR: "some rows are errors, or nothing was found",
    },
)
@sources_argument
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help='File for the rows: JSON Lines, or Parquet if its name ends so (extra "parquet"). The same command '
    "goes on with it, and skips what is there unchanged.",
)
@click.option("--ordered", is_flag=True, help="Rows in the order of the sources, not as they finish.")
@click.option(
    "--hashes-only", is_flag=True, help="Leave out the keypoints; quick, and finds re-saved files only."
)
@click.option(
    "--checksum",
    is_flag=True,
    help="With -o: read files too whose size and time are unchanged, and compare.",
)
@click.option("--retry-errors", is_flag=True, help="With -o: do pictures again whose row is an error.")
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help='Where to compute: on this machine, or on a Dask cluster (extra "dask").',
)
@click.option("--scheduler", metavar="ADDRESS", help="With --engine dask: such as tcp://10.0.0.5:8786.")
@column_option
@run_options
@json_option
def fingerprint(
    sources: tuple[str, ...],
    output: str | None,
    ordered: bool,
    hashes_only: bool,
    checksum: bool,
    retry_errors: bool,
    engine: str,
    scheduler: str | None,
    column: str | None,
    options: RunOptions,
) -> int:
    """Compute the fingerprints of many pictures, as JSON Lines.

    SOURCES are files; folders, walked with their subfolders; globs in quotes; "-" for a list on stdin; CSV
    files with --column; addresses such as s3://bucket/folder (extra "cloud"). A folder gives the files that
    are pictures by their content, or at least by their name, without hidden files and registries; what it
    holds besides is named at the end. A file that is named gives a row in any case, and each page of a TIFF
    or HEIC one: scan.tif, scan.tif#2.

    Each row holds "path" and the fingerprint. A picture that cannot be used gives a row with "path" and
    "error" (code, message, hint), and the run goes on. Without -o, rows go to stdout, in order. With -o, a
    run that was stopped, by whatever, goes on when the same command is given again. --json then prints the
    counts of the run. With --engine dask, OUT is a folder or an address for Parquet files (docs/batch.md).
    """
    from motif.batch.remote import is_remote
    from motif.batch.run import RowOptions, fill
    from motif.profiles import STANDARD_1

    as_json = session().json
    if as_json and output is None:
        raise click.UsageError(
            _("--json prints the counts of a run with -o; without it, rows are JSON anyway.")
        )
    on_cluster = engine == "dask"
    local_only = (options.jobs, options.time_limit, options.memory_limit, checksum, retry_errors)
    if on_cluster and (output is None or scheduler is None or any(local_only)):
        raise click.UsageError(
            _("--engine dask needs -o and --scheduler, and takes no options for workers, limits or rows.")
        )
    if not on_cluster and (scheduler is not None or (output is not None and is_remote(output))):
        raise click.UsageError(_("--scheduler, and an address behind -o, go with --engine dask only."))
    batch = BatchRun(sources, options, column=column)
    facts = {"output": output, "profile": STANDARD_1.id, "hashes_only": hashes_only}
    with batch.summary(printed=as_json, **facts):
        if on_cluster:
            batch.follow(_on_cluster(batch, str(output), str(scheduler), hashes_only))
        else:
            contents = RowOptions(hashes_only=hashes_only, checksum=checksum, retry_errors=retry_errors)
            with _opened(output, ordered, batch) as out:
                work = fill(
                    out,
                    batch.items(),
                    batch.tally,
                    rows=contents,
                    jobs=options.jobs,
                    ordered=ordered or output is None,
                    limits=options.limits(by_default=output is not None),
                )
                batch.follow(work)
    return batch.exit_code()


def _on_cluster(
    batch: BatchRun, target: str, scheduler: str, hashes_only: bool
) -> Generator[PartCounts, None, None]:
    from motif.batch.cluster import compute_on_cluster
    from motif.batch.remote import is_remote

    def seen_from_anywhere(path: str) -> str:
        return path if is_remote(path) else os.path.abspath(path)  # noqa: PTH100 - links stay as they are

    return compute_on_cluster(
        (replace(item, path=seen_from_anywhere(item.path)) for item in batch.items()),
        seen_from_anywhere(target),
        batch.tally,
        scheduler=scheduler,
        hashes_only=hashes_only,
    )


class _Stdout:
    """Rows to stdout, none of which can be read back."""

    def claim(self, path: str) -> bool:
        return True

    def find(self, path: str) -> Written | None:
        return None

    def append(self, outcome: Outcome) -> None:
        emit_row(outcome.row)


@contextmanager
def _opened(output: str | None, ordered: bool, batch: BatchRun) -> Iterator[Output]:
    from motif.batch.journal import Journal
    from motif.batch.parquet import ParquetOutput

    if output is None:
        yield _Stdout()
        return
    path = Path(output)
    kind = ParquetOutput if path.suffix.lower() == ".parquet" else Journal
    with kind(path) as rows:
        yield rows
        if batch.finished:
            rows.finish(ordered=ordered)
