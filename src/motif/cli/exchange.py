"""``motif import`` of a list of designs with their photos, and ``motif export``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli import codes
from motif.cli.batch import Progress
from motif.cli.group import command as make_command
from motif.cli.options import PATH, json_option, quiet_option, refuse_existing, registry_option
from motif.cli.output import page_width, tell
from motif.cli.session import emit_result, open_registry, session, view_registry
from motif.messages import N_, _

if TYPE_CHECKING:
    from motif.exchange.importing import Outcome
    from motif.registry.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """How a list is read: the values of ``table_options``.

    Parameters
    ----------
    photos : Path or None
    pairs : tuple of str
        ``FIELD=COLUMN``.
    sheet, encoding : str
    """

    photos: Path | None
    pairs: tuple[str, ...]
    sheet: str
    encoding: str


_TABLE_OPTIONS = (
    click.option(
        "--photos",
        type=PATH,
        help="Folder with the photos; nothing outside it is read. [default: that of FILE]",
    ),
    click.option(
        "--map",
        "pairs",
        multiple=True,
        metavar="FIELD=COLUMN",
        help="Which column holds a field, where its heading does not say so.",
    ),
    click.option(
        "--sheet",
        default="",
        metavar="NAME",
        help="Sheet of a workbook. [default: the one that holds something]",
    ),
    click.option(
        "--encoding",
        default="",
        metavar="NAME",
        help="Encoding of a CSV file, such as cp1252. [default: its mark, or UTF-8]",
    ),
)


def table_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for reading a list, which the command receives as one ``TableOptions``, ``table``."""

    @wraps(function)
    def call(**values: Any) -> Any:
        table = TableOptions(**{field.name: values.pop(field.name) for field in fields(TableOptions)})
        return function(table=table, **values)

    for option in reversed(_TABLE_OPTIONS):
        call = option(call)
    return call


@make_command(
    "import",
    examples=[
        "motif import daftar.xlsx --photos foto --dry-run",
        "motif import daftar.csv --photos foto --map title=Judul --refused ditolak.csv",
        "motif import daftar.xlsx --photos foto --sheet Isi --update",
    ],
    exit_codes={
        codes.DONE: "every row is in the registry, or could be",
        codes.ERROR: "some rows were refused, and are named; or an error",
    },
)
@click.argument("file", type=PATH)
@table_options
@click.option("--dry-run", is_flag=True, help="Change nothing; say what the import would say.")
@click.option("--refused", type=PATH, help="Write the refused rows there, as CSV.")
@click.option("--allow-duplicate", is_flag=True, help="Register also where an earlier entry looks the same.")
@click.option("--update", is_flag=True, help="Let entries take over what the rows with their photos say.")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Worker processes.")
@quiet_option
@registry_option
@json_option
def import_table(
    file: Path,
    table: TableOptions,
    dry_run: bool,
    refused: Path | None,
    allow_duplicate: bool,
    update: bool,
    jobs: int,
    quiet: bool,
) -> int:
    """Register the designs of a list, FILE.csv or FILE.xlsx.

    Each row names a title and a photo, and what else is known (docs/records.md); headings are understood in
    Indonesian and English. A row that is refused stops nothing. A row is known by its photo: run again, the
    import goes on where it was cut off, and a row that differs from what is kept is named, unless --update
    lets the entry take it over.
    """
    from motif.exchange.importing import ImportOptions, plan_import, run_import, try_import
    from motif.report.record_text import import_text

    refuse_existing(refused)
    columns = dict(_pair(pair) for pair in table.pairs)
    plan = plan_import(
        file, table.photos or file.parent, columns=columns, encoding=table.encoding, sheet=table.sheet
    )
    if plan.unused:
        names = ", ".join(map(repr, plan.unused))
        tell(_("Columns that are not used: {names}. --map names the field of one.").format(names=names))
    options = ImportOptions(jobs=jobs, allow_duplicate=allow_duplicate, update=update)
    with _opened(dry_run=dry_run) as registry:
        if dry_run or registry is None:
            outcomes: Iterable[Outcome] = try_import(plan, registry, options)
        else:
            outcomes = run_import(plan, registry, options)
        rows = _watched(outcomes, len(plan.items), quiet=quiet)
        alerts = 0 if dry_run or registry is None else len(registry.alerts())
    if refused is not None:
        _write_refused(refused, rows)
    counts = Counter(row.status for row in rows)
    document = (
        {"format": 1, "dry_run": dry_run, "columns": plan.columns, "unused": list(plan.unused)}
        | {status: counts[status] for status in ("imported", "already", "updated", "ready", "refused")}
        | {"rows": [row.to_json() for row in rows]}
    )
    emit_result(document, import_text(rows, width=page_width()))
    if dry_run:
        tell(_("Nothing was changed."))
    if alerts:
        tell(_("Open alerts: {count}; see motif alerts").format(count=alerts))
    return codes.ERROR if counts["refused"] else codes.DONE


def _opened(*, dry_run: bool) -> AbstractContextManager[Registry | None]:
    """Open the registry; a dry run does without one."""
    place = session().registry
    if dry_run and "://" not in place and not Path(place).exists():
        return nullcontext()
    return open_registry(create=not dry_run)


def _watched(outcomes: Iterable[Outcome], total: int, *, quiet: bool) -> list[Outcome]:
    """Return the outcomes of all rows, showing progress."""
    rows = []
    with Progress(total, quiet=quiet) as progress:
        for row in outcomes:
            rows.append(row)
            progress.advance(failed=row.status == "refused")
    return rows


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals or not column:
        raise click.UsageError(_(N_("{text!r} is not written FIELD=COLUMN.", text=text)))
    return field.strip(), column.strip()


def _write_refused(path: Path, outcomes: list[Outcome]) -> None:
    from motif.exchange.export import write_refused

    refused = [
        (outcome.row, _(outcome.reason), _(outcome.hint))
        for outcome in outcomes
        if outcome.status == "refused"
    ]
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        write_refused(file, refused)


@make_command(
    "export",
    examples=[
        "motif export entries.csv",
        "motif export --format lido entries.xml",
        "motif export designs.zip",
    ],
)
@click.argument("out", type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "parquet", "lido", "bagit"]),
    help="By default, what the suffix of OUT says.",
)
@click.option("--include-withdrawn", is_flag=True, help="Also the entries that were withdrawn.")
@registry_option
@json_option
def export(out: Path, form: str | None, include_withdrawn: bool) -> None:
    """Write all entries, with what is known of them, to OUT.

    .csv holds one row an entry, .jsonl everything linked, .parquet typed columns (extra parquet), .xml LIDO
    1.1, .zip a bag (BagIt) with the original photos, for an archive or a museum. Of people only the role is
    written, and the name where it may be shown. Marks that the registry ignores are left out: a backup has
    them. Nothing is overwritten.
    """
    from motif.exchange.export import export, form_of
    from motif.report.text import count, printable

    with view_registry() as registry:
        written = export(registry, out, form=form, include_withdrawn=include_withdrawn)
    entries = count(written, N_("entry"))
    document = {"format": 1, "out": str(out), "form": form or form_of(out), "entries": written}
    emit_result(document, f"{entries}: {printable(str(out))}")
