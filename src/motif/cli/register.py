"""``motif register``: put designs into the registry, unless they are there already."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from motif.cli import codes
from motif.cli.batch import (
    BatchProgress,
    RunOptions,
    follow,
    gathered,
    is_error,
    listed_on_stdin,
    run_options,
    source_options,
    summed_up,
    total_of,
)
from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument, registry_option, strict_option
from motif.cli.output import emit, emit_json, emit_row, tell
from motif.messages import _
from motif.report.record_text import (
    alert_text,
    photo_added_text,
    registered_text,
    similar_text,
    withdrawn_text,
)

ADD_PHOTO_EXIT_CODES = codes.DOING | {
    codes.CONFLICT: "not added: strong indication that it shows the design of another entry"
}

EXIT_CODES = codes.DOING | {
    codes.DONE: "registered, also where a warning says that a person must look",
    codes.ERROR: "error; with --batch: some pictures were not registered, or nothing was found",
    codes.CONFLICT: "not registered: strong indication that the design is there already",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _BatchSources:
    """Whether many designs are registered, and where a list of them says what."""

    batch: bool
    column: str | None
    title_column: str | None


@make_command(
    "register",
    examples=[
        "motif register parang.jpg --title 'Parang Biru'",
        "motif register copy.jpg --title 'Parang Biru, second maker' --allow-duplicate",
        "motif register --batch photos > registered.jsonl",
        "motif register --batch list.csv --column file --title-column name",
    ],
    exit_codes=EXIT_CODES,
)
@click.argument("photos", metavar="PHOTO...", nargs=-1, required=True, type=click.Path())
@click.option("--title", help="Name of the design; required without --batch.")
@click.option("--note", default="", help="Anything worth keeping with it.")
@click.option("--allow-duplicate", is_flag=True, help="Register also where an earlier entry looks the same.")
@strict_option
@registry_option
@json_option
@gathered(
    _BatchSources,
    "many",
    [
        click.option(
            "--batch", is_flag=True, help="Register many pictures, each as a design; see docs/batch.md."
        ),
        source_options,
        click.option(
            "--title-column", metavar="NAME", help="With --column: the column that holds the titles."
        ),
    ],
)
@run_options
@click.pass_context
def register(
    ctx: click.Context,
    /,
    photos: tuple[str, ...],
    title: str | None,
    note: str,
    allow_duplicate: bool,
    strict: bool,
    registry: str,
    as_json: bool,
    many: _BatchSources,
    options: RunOptions,
) -> None:
    """Register the design on PHOTO.

    The registry is made if there is none. The design is looked up first: where an earlier entry looks the
    same, nothing is registered and that entry is named. Where one looks alike only, the design is
    registered and a warning names it. The file of the photo is kept as it is.

    With --batch, each picture of the sources (files, folders, globs, "-" for a list on stdin, CSV files,
    addresses) becomes a design; its title is the name of its file, or comes from a column. Each gives a row
    of JSON on stdout, with an "error" where it was not registered. Files that are in the registry are passed
    over, so that the same command goes on after it was stopped.
    """
    if many.batch:
        if title is not None or strict:
            raise click.UsageError(_("--title and --strict do not go with --batch."))
        ctx.exit(
            _register_batch(
                photos, registry, many, note=note, allow_duplicate=allow_duplicate, options=options
            )
        )
    if title is None:
        raise click.UsageError(_("Say the title of the design: --title 'Parang Biru'."))
    if len(photos) != 1:
        raise click.UsageError(
            _("{count} photos; expected one. With --batch, many are registered.").format(count=len(photos))
        )
    _register_one(Path(photos[0]), title, note, allow_duplicate, strict, registry, as_json)


def _register_one(
    photo: Path, title: str, note: str, allow_duplicate: bool, strict: bool, registry: str, as_json: bool
) -> None:
    from motif.cli.photo import read_and_warn, read_named
    from motif.registry.registry import Registry

    if "://" not in registry and not Path(registry).exists():
        read_named(photo)  # for what cannot be read, no registry is made
    with Registry.open(registry) as opened:
        read, computed = read_and_warn(photo, opened.profile, strict=strict)
        entry = opened.register(
            read, title=title, note=note, allow_duplicate=allow_duplicate, computed=computed
        )
        alerts = opened.alerts(entry.id)
    if as_json:
        emit_json(entry.to_json())
    else:
        emit(registered_text(entry))
    if entry.similar_to:
        tell(similar_text(entry))
    for alert in alerts:
        tell(alert_text(alert))


def _register_batch(
    sources: tuple[str, ...],
    registry: str,
    many: _BatchSources,
    *,
    note: str,
    allow_duplicate: bool,
    options: RunOptions,
) -> int:
    """Register what the sources name, and return the exit code."""
    from motif.batch.admit import admit
    from motif.batch.run import Tally
    from motif.batch.sources import find_pictures
    from motif.registry.registry import Registry

    find = partial(find_pictures, sources, column=many.column, title_column=many.title_column)
    tally = Tally()
    shown = BatchProgress(tally, total_of(find, sources, quiet=options.quiet), quiet=options.quiet)
    with (
        Registry.open(registry) as opened,
        summed_up(tally, options.summary, as_json=False, registry=registry, profile=opened.profile.id) as run,
    ):
        work = admit(
            opened,
            find(listed=listed_on_stdin()),
            tally,
            note=note,
            jobs=options.jobs,
            allow_duplicate=allow_duplicate,
            limits=options.limits(by_default=True),
        )
        stop = is_error if options.fail_fast else None
        follow(work, shown, run, stop=stop, take=lambda outcome: emit_row(outcome.row))
    if set(tally.codes) == {"duplicate-motif"}:
        return codes.CONFLICT
    return codes.DONE if tally.found and not tally.failed else codes.ERROR


@make_command(
    "add-photo", examples=["motif add-photo M-000042-7 whole-cloth.jpg"], exit_codes=ADD_PHOTO_EXIT_CODES
)
@click.argument("entry_id", metavar="ID")
@photo_argument("photo")
@click.option("--allow-duplicate", is_flag=True, help="Add it also where another entry looks the same.")
@registry_option
@json_option
def add_photo(entry_id: str, photo: Path, allow_duplicate: bool, registry: str, as_json: bool) -> None:
    """Add PHOTO to the entry ID.

    It may show another part of the cloth, or another dye. Checks look at every photo of an entry.
    """
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        before = {alert.id for alert in opened.alerts(entry_id, closed=True)}
        entry = opened.add_photo(entry_id, photo, allow_duplicate=allow_duplicate)
        alerts = [alert for alert in opened.alerts(entry_id) if alert.id not in before]
    if as_json:
        emit_json(entry.to_json())
    else:
        emit(photo_added_text(entry))
    for alert in alerts:
        tell(alert_text(alert))


@make_command("withdraw", examples=["motif withdraw M-000042-7 --reason 'Registered twice by mistake'"])
@click.argument("entry_id", metavar="ID")
@click.option("--reason", required=True, help="Why; it is kept with the entry.")
@registry_option
@json_option
def withdraw(entry_id: str, reason: str, registry: str, as_json: bool) -> None:
    """Withdraw the entry ID.

    Nothing is deleted: the entry and its photos stay, with the reason, but checks pass over it.
    """
    from motif.registry.registry import Registry

    with Registry.open(registry, create=False) as opened:
        entry = opened.withdraw(entry_id, reason=reason)
    if as_json:
        emit_json(entry.to_json())
    else:
        emit(withdrawn_text(entry))
