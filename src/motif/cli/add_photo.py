"""``motif add-photo``: a further photo of a registered design."""

from __future__ import annotations

from pathlib import Path

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument, registry_option
from motif.cli.output import emit, emit_json, tell
from motif.report.records import alert_text
from motif.report.text import photo_added_text

EXIT_CODES = codes.DOING | {
    codes.CONFLICT: "not added: strong indication that it shows the design of another entry"
}


@make_command("add-photo", examples=["motif add-photo M-000042-7 whole-cloth.jpg"], exit_codes=EXIT_CODES)
@click.argument("entry_id", metavar="ID")
@photo_argument("photo")
@click.option("--allow-duplicate", is_flag=True, help="Add it also where another entry looks the same.")
@registry_option
@json_option
def command(entry_id: str, photo: Path, allow_duplicate: bool, registry: str, as_json: bool) -> None:
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
