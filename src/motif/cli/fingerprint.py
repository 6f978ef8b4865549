"""``motif fingerprint``: many photos to JSON Lines."""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from pathlib import Path

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.output import emit_json
from motif.cli.progress import Progress

EXIT_CODES = codes.DOING | {
    codes.DONE: "every picture has its fingerprint",
    codes.ERROR: "some rows are errors, or nothing was found",
}


@make_command(
    "fingerprint",
    examples=[
        "motif fingerprint photos > fingerprints.jsonl",
        "motif fingerprint --hashes-only --jobs 4 photos one-more.jpg",
    ],
    exit_codes=EXIT_CODES,
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--hashes-only", is_flag=True, help="Leave out the keypoints; quick, and finds re-saved files only."
)
@click.option("--jobs", type=click.IntRange(1, 256), help="Worker processes. [default: one for each core]")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[Path, ...], hashes_only: bool, jobs: int | None, quiet: bool
) -> None:
    """Compute the fingerprints of photos, as JSON Lines.

    PATHS are files and folders. A folder is walked with its subfolders, in the order of names; it gives
    pictures by their suffix (.jpg, .png, .tif, .webp, .heic and the like), without hidden files and
    registries. A file that is named gives a row in any case.

    Each row holds "path" and the fingerprint. A picture that cannot be used gives a row with "path" and
    "error" (code, message, hint), and the run goes on.
    """
    from motif.batch import find_photos, fingerprint_many, jobs_for

    photos, problems = find_photos(paths)
    computed = fingerprint_many(photos, jobs=jobs or jobs_for(len(photos)), hashes_only=hashes_only)
    with closing(computed), Progress(len(photos) + len(problems), quiet=quiet) as progress:
        for row in chain(problems, computed):
            emit_json(row, indent=None)
            progress.advance(failed="error" in row)
    ctx.exit(codes.DONE if progress.done and not progress.failed else codes.ERROR)
