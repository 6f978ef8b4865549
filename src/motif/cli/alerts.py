"""``motif alerts``: what new entries call into question."""

from __future__ import annotations

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json, page_width


@make_command("alerts", examples=["motif alerts", "motif alerts --all --json"])
@click.option("--all", "closed", is_flag=True, help="Also those about which a person decided already.")
@registry_option
@json_option
def command(closed: bool, registry: str, as_json: bool) -> None:
    """List what new entries call into question.

    An entry that was added resembles a design that is being filed, or one for which a remembered check
    found nothing. An alert is closed by motif decide on the pair, or when its entry is withdrawn.
    """
    from motif.registry.registry import Registry
    from motif.report.records import alerts_text

    with Registry.open(registry, create=False) as opened:
        found = opened.alerts(closed=closed)
        still = {alert.id for alert in opened.alerts()} if closed else {alert.id for alert in found}
    if as_json:
        rows = [alert.to_json() | {"open": alert.id in still} for alert in found]
        emit_json({"format": 1, "alerts": rows})
    else:
        emit(alerts_text(found, width=page_width()))
