"""``motif export``: all entries, as a table, XML or a bag with their photos."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json
from motif.messages import N_

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
@click.option("--format", "form", type=click.Choice(FORMATS), help="By the suffix of OUT unless told.")
@click.option("--include-withdrawn", is_flag=True, help="Also the entries that were withdrawn.")
@registry_option
@json_option
def command(out: Path, form: str | None, include_withdrawn: bool, registry: str, as_json: bool) -> None:
    """Write all entries, with what is known of them, to OUT.

    .csv holds one row an entry, .jsonl everything linked, .parquet typed columns (extra parquet), .xml LIDO
    1.1, .zip a bag (BagIt) with the original photos, for an archive or a museum. Of people only the role is
    written, and the name where it may be shown. Nothing is overwritten.
    """
    from motif.exchange.outlet import export, form_of
    from motif.registry.registry import Registry
    from motif.report.text import count, printable

    with Registry.open(registry, create=False) as opened:
        written = export(opened, out, form=form, include_withdrawn=include_withdrawn)
    if as_json:
        emit_json({"format": 1, "out": str(out), "form": form or form_of(out), "entries": written})
    else:
        emit(f"{count(written, _ENTRY)}: {printable(str(out))}")
