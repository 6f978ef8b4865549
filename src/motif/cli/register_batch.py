"""``motif register --batch``: many pictures straight into a registry."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from motif.cli import codes
from motif.cli.batch import follow, is_error, limits_of, listed_on_stdin, summed_up, total_of
from motif.cli.output import emit_row
from motif.cli.progress import BatchProgress


def register_batch(
    sources: tuple[str, ...],
    registry: str,
    *,
    note: str,
    allow_duplicate: bool,
    column: str | None,
    title_column: str | None,
    jobs: int | None,
    time_limit: float | None,
    memory_limit: int | None,
    fail_fast: bool,
    quiet: bool,
    summary: Path | None,
) -> int:
    """Register what the sources name, and return the exit code."""
    from motif.batch.admit import admit
    from motif.batch.run import Tally
    from motif.batch.sources import find_pictures
    from motif.registry.registry import Registry

    find = partial(find_pictures, sources, column=column, title_column=title_column)
    tally = Tally()
    shown = BatchProgress(tally, total_of(find, sources, quiet=quiet), quiet=quiet)
    with (
        Registry.open(registry) as opened,
        summed_up(tally, summary, as_json=False, registry=registry, profile=opened.profile.id) as run,
    ):
        work = admit(
            opened,
            find(listed=listed_on_stdin()),
            tally,
            note=note,
            jobs=jobs,
            allow_duplicate=allow_duplicate,
            limits=limits_of(time_limit, memory_limit, by_default=True),
        )
        follow(
            work, shown, run, stop=is_error if fail_fast else None, take=lambda outcome: emit_row(outcome.row)
        )
    if set(tally.codes) == {"duplicate-motif"}:
        return codes.CONFLICT
    return codes.DONE if tally.found and not tally.failed else codes.ERROR
