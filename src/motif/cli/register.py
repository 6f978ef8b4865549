"""``motif register``: put designs into the registry, unless they are there already."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli import codes
from motif.cli.batch import BatchRun, RunOptions, column_option, run_options
from motif.cli.group import command as make_command
from motif.cli.options import cut_options, json_option, photo_argument, registry_option, strict_option
from motif.cli.output import emit_row, tell
from motif.cli.session import emit_result, open_registry, session
from motif.messages import _
from motif.report.record_text import (
    alert_text,
    photo_added_text,
    registered_text,
    similar_text,
    too_little_text,
    withdrawn_text,
)


@make_command(
    "register",
    examples=[
        "motif register parang.jpg --title 'Parang Biru'",
        "motif register copy.jpg --title 'Parang Biru, second maker' --allow-duplicate",
        "motif register --batch photos > registered.jsonl",
        "motif register --batch list.csv --column file --title-column name",
        "motif register --batch --unchecked prints.parquet",
    ],
    exit_codes={
        codes.DONE: "registered, also where a warning says that a person must look",
        codes.ERROR: "error; with --batch: some pictures were not registered, or nothing was found",
        codes.CONFLICT: "not registered: strong indication that the design is there already",
    },
)
@click.argument("photos", metavar="PHOTO...", nargs=-1, required=True, type=click.Path())
@click.option("--title", help="Name of the design; required without --batch.")
@click.option("--note", default="", help="Anything worth keeping with it.")
@click.option("--allow-duplicate", is_flag=True, help="Register also where an earlier entry looks the same.")
@cut_options
@strict_option
@registry_option
@json_option
@click.option("--batch", is_flag=True, help="Register many pictures, each as a design; see docs/batch.md.")
@column_option
@click.option("--title-column", metavar="NAME", help="With --column: the column that holds the titles.")
@click.option(
    "--unchecked",
    is_flag=True,
    help="With --batch: register without looking designs up, for an archive. No copy is refused or named, "
    "apart from files that are registered already; motif dedupe finds them.",
)
@run_options
def register(
    photos: tuple[str, ...],
    title: str | None,
    note: str,
    allow_duplicate: bool,
    cut: str,
    strict: bool,
    batch: bool,
    column: str | None,
    title_column: str | None,
    unchecked: bool,
    options: RunOptions,
) -> int:
    """Register the design on PHOTO.

    The registry is made if there is none. The design is looked up first: where an earlier entry looks the
    same, nothing is registered and that entry is named. Where one looks alike only, the design is
    registered and a warning names it. The file of the photo is kept as it is.

    With --batch, each picture of the sources (files, folders, globs, "-" for a list on stdin, CSV files,
    addresses, and what motif fingerprint -o has written) becomes a design; its title is the name of its
    file, or comes from a column. Each gives a row of JSON on stdout, with an "error" where it was not
    registered. Files that are in the registry are passed over, so that the same command goes on after it was
    stopped. Fingerprints that are ready are not computed again; the picture's file is kept all the same.
    """
    if batch:
        if title is not None or strict or cut:
            raise click.UsageError(_("--title, --strict, --whole and --corners do not go with --batch."))
        run = BatchRun(photos, options, column=column, title_column=title_column)
        return _register_batch(
            run, options, note=note, allow_duplicate=allow_duplicate, look_up=not unchecked
        )
    if unchecked:
        raise click.UsageError(_("--unchecked goes with --batch only."))
    if title is None:
        raise click.UsageError(_("Say the title of the design: --title 'Parang Biru'."))
    if len(photos) != 1:
        raise click.UsageError(
            _("{count} photos; expected one. With --batch, many are registered.").format(count=len(photos))
        )
    path = Path(photos[0])
    _register_one(path, title, note=note, allow_duplicate=allow_duplicate, strict=strict, cut=cut)
    return codes.DONE


def _register_one(
    path: Path, title: str, *, note: str, allow_duplicate: bool, strict: bool, cut: str
) -> None:
    from motif.cli.photo import read_and_warn, require_readable
    from motif.matching.plain import shows_too_little

    place = session().registry
    if "://" not in place and not Path(place).exists():
        require_readable(path)  # no registry is created for a photo that cannot be read
    with open_registry(create=True) as registry:
        photo, fingerprint = read_and_warn(path, registry.profile, strict=strict, cut=cut)
        entry = registry.register(
            photo, title=title, note=note, allow_duplicate=allow_duplicate, computed=fingerprint
        )
        alerts = registry.alerts(entry.id)
        too_little = shows_too_little(fingerprint, registry.profile)
    emit_result(entry.to_json() | {"too_little": too_little}, registered_text(entry))
    if too_little:
        tell(too_little_text(entry))
    if entry.similar_to:
        tell(similar_text(entry))
    for alert in alerts:
        tell(alert_text(alert))


def _register_batch(
    run: BatchRun, options: RunOptions, *, note: str, allow_duplicate: bool, look_up: bool
) -> int:
    """Register the pictures of a run, and return the exit code."""
    from motif.batch.admit import admit

    with (
        open_registry(create=True) as registry,
        run.summary(registry=session().registry, profile=registry.profile.id),
    ):
        work = admit(
            registry,
            run.items(),
            run.tally,
            note=note,
            jobs=options.jobs,
            allow_duplicate=allow_duplicate,
            look_up=look_up,
            limits=options.limits(by_default=True),
        )
        run.follow(work, take=lambda outcome: emit_row(outcome.row))
    return codes.CONFLICT if set(run.tally.codes) == {"duplicate-motif"} else run.exit_code()


@make_command(
    "add-photo",
    examples=["motif add-photo M-000042-7 whole-cloth.jpg"],
    exit_codes={codes.CONFLICT: "not added: strong indication that it shows the design of another entry"},
)
@click.argument("entry_id", metavar="ID")
@photo_argument("photo")
@click.option("--allow-duplicate", is_flag=True, help="Add it also where another entry looks the same.")
@registry_option
@json_option
def add_photo(entry_id: str, photo: Path, allow_duplicate: bool) -> None:
    """Add PHOTO to the entry ID.

    It may show another part of the cloth, or another dye. Checks look at every photo of an entry.
    """
    from motif.cli.photo import read_named

    with open_registry() as registry:
        decoded = read_named(photo, long_edge_px=registry.profile.long_edge_px)
        known_ids = {alert.id for alert in registry.alerts(entry_id, closed=True)}
        entry = registry.add_photo(entry_id, decoded, allow_duplicate=allow_duplicate)
        alerts = [alert for alert in registry.alerts(entry_id) if alert.id not in known_ids]
    emit_result(entry.to_json(), photo_added_text(entry))
    for alert in alerts:
        tell(alert_text(alert))


@make_command("withdraw", examples=["motif withdraw M-000042-7 --reason 'Registered twice by mistake'"])
@click.argument("entry_id", metavar="ID")
@click.option("--reason", required=True, help="Why; it is kept with the entry.")
@registry_option
@json_option
def withdraw(entry_id: str, reason: str) -> None:
    """Withdraw the entry ID.

    Nothing is deleted: the entry and its photos stay, with the reason, but checks pass over it.
    """
    with open_registry() as registry:
        entry = registry.withdraw(entry_id, reason=reason)
    emit_result(entry.to_json(), withdrawn_text(entry))
