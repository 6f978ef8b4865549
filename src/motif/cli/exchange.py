"""``motif import``: a list of designs with their photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from motif.cli import codes
from motif.cli.batch import Progress
from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, page_width, tell
from motif.messages import N_, _

if TYPE_CHECKING:
    from motif.exchange.importing import Outcome, Plan
    from motif.registry.registry import Registry


EXIT_CODES = codes.DOING | {
    codes.DONE: "every row is in the registry, or could be",
    codes.ERROR: "some rows were refused, and are named; or an error",
}


@make_command(
    "import",
    examples=[
        "motif import daftar.xlsx --photos foto --dry-run",
        "motif import daftar.csv --photos foto --map title=Judul --refused ditolak.csv",
    ],
    exit_codes=EXIT_CODES,
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--photos",
    type=click.Path(path_type=Path),
    help="Folder with the photos; nothing outside it is read. [default: that of FILE]",
)
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column holds a field, where its heading does not say so.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would be refused.")
@click.option("--refused", type=click.Path(path_type=Path), help="Write the refused rows there, as CSV.")
@click.option("--allow-duplicate", is_flag=True, help="Register also where an earlier entry looks the same.")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Worker processes.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@registry_option
@json_option
def import_table(
    file: Path,
    photos: Path | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    refused: Path | None,
    allow_duplicate: bool,
    jobs: int,
    quiet: bool,
    registry: str,
    as_json: bool,
) -> None:
    """Register the designs of a list, FILE.csv or FILE.xlsx.

    Each row names a title and a photo, and what else is known (docs/records.md); headings are understood in
    Indonesian and English. A row that is refused stops nothing. Run again, the import goes on where it was
    cut off: rows whose key or photo is registered already are passed over.
    """
    from motif.exchange.importing import plan_import, run_import, try_import
    from motif.report.record_text import import_text

    _refuse_existing(refused)
    plan = plan_import(file, photos or file.parent, columns=dict(_pair(pair) for pair in pairs))
    if plan.unused:
        tell(
            _("Columns that are not used: {names}. --map names the field of one.").format(
                names=", ".join(map(repr, plan.unused))
            )
        )
    with _opened(registry, dry_run=dry_run) as opened:
        if dry_run or opened is None:
            outcomes: Iterable[Outcome] = try_import(plan, opened)
        else:
            outcomes = run_import(plan, opened, jobs=jobs, allow_duplicate=allow_duplicate)
        made = _watched(outcomes, plan, quiet=quiet)
        alerts = 0 if dry_run or opened is None else len(opened.alerts())
    if refused is not None:
        _write_refused(refused, made)
    if as_json:
        counts = Counter(one.status for one in made)
        emit_json(
            {"format": 1, "dry_run": dry_run, "columns": plan.columns, "unused": list(plan.unused)}
            | {status: counts[status] for status in ("imported", "already", "ready", "refused")}
            | {"rows": [one.to_json() for one in made]}
        )
    else:
        emit(import_text(made, width=page_width()))
    if alerts:
        tell(_("Open alerts: {count}; see motif alerts").format(count=alerts))
    if any(outcome.status == "refused" for outcome in made):
        click.get_current_context().exit(codes.ERROR)


def _opened(registry: str, *, dry_run: bool) -> AbstractContextManager[Registry | None]:
    """Open the registry; for a dry run it need not be there."""
    from motif.registry.registry import Registry

    if dry_run and "://" not in registry and not Path(registry).exists():
        return nullcontext()
    return Registry.open(registry, create=not dry_run)


def _watched(outcomes: Iterable[Outcome], plan: Plan, *, quiet: bool) -> list[Outcome]:
    made = []
    with Progress(len(plan.items), quiet=quiet) as progress:
        for one in outcomes:
            made.append(one)
            progress.advance(failed=one.status == "refused")
    return made


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals or not column:
        raise click.UsageError(_(N_("{text!r} is not written FIELD=COLUMN.", text=text)))
    return field.strip(), column.strip()


def _refuse_existing(path: Path | None) -> None:
    from motif.errors import ParameterError

    if path is not None and path.exists():
        raise ParameterError(N_("{path} is there already", path=path), hint=N_("Give another name."))


def _write_refused(path: Path, made: list[Outcome]) -> None:
    from motif.exchange.export import write_csv

    rows = [
        {"row": str(one.row.number), "reason": _(one.reason), "hint": _(one.hint)} | one.row.cells
        for one in made
        if one.status == "refused"
    ]
    headings = list(dict.fromkeys(name for row in rows for name in row)) or ["row", "reason", "hint"]
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        write_csv(file, headings, rows)


FORMATS = ("csv", "jsonl", "parquet", "lido", "bagit")

_ENTRY = N_("entry")


@make_command(
    "export",
    examples=[
        "motif export entries.csv",
        "motif export --format lido entries.xml",
        "motif export designs.zip",
    ],
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), help="By default, what the suffix of OUT says.")
@click.option("--include-withdrawn", is_flag=True, help="Also the entries that were withdrawn.")
@registry_option
@json_option
def export(out: Path, form: str | None, include_withdrawn: bool, registry: str, as_json: bool) -> None:
    """Write all entries, with what is known of them, to OUT.

    .csv holds one row an entry, .jsonl everything linked, .parquet typed columns (extra parquet), .xml LIDO
    1.1, .zip a bag (BagIt) with the original photos, for an archive or a museum. Of people only the role is
    written, and the name where it may be shown. Nothing is overwritten.
    """
    from motif.exchange.export import export, form_of
    from motif.registry.registry import Registry
    from motif.report.text import count, printable

    with Registry.open(registry, create=False) as opened:
        written = export(opened, out, form=form, include_withdrawn=include_withdrawn)
    if as_json:
        emit_json({"format": 1, "out": str(out), "form": form or form_of(out), "entries": written})
    else:
        emit(f"{count(written, _ENTRY)}: {printable(str(out))}")
