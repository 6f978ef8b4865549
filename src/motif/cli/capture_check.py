"""``motif capture-check``: will this photo do, or should it be taken again?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from motif.cli import codes
from motif.cli.errors import describe
from motif.cli.group import command as make_command
from motif.cli.options import json_option
from motif.cli.output import emit, emit_json, tell

EXIT_CODES = codes.DOING | {
    codes.DONE: "every photo is good",
    codes.REVIEW: "usable, but some photo could be better",
    codes.CONFLICT: "some photo should be taken again",
    codes.ERROR: "some photo cannot be read",
}


@make_command(
    "capture-check",
    examples=[
        "motif capture-check cloth.jpg",
        "motif capture-check --gate filing --print-cm 20 cloth.jpg",
        "motif capture-check --lang id cloth.jpg",
    ],
    exit_codes=EXIT_CODES,
)
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--gate",
    type=click.Choice(["capture", "filing"]),
    default="capture",
    show_default=True,
    help="What is asked for; filing adds what a design office wants.",
)
@click.option(
    "--print-cm",
    type=click.FloatRange(0, 1000, min_open=True),
    default=15.0,
    show_default=True,
    help="Longer side in print, for filing.",
)
@json_option
@click.pass_context
def command(ctx: click.Context, photos: tuple[Path, ...], gate: str, print_cm: float, as_json: bool) -> None:
    """Judge photos while they can still be taken again.

    Names what is wrong with each of PHOTOS, with the measured value and its limit, and says how to take
    it better.
    """
    rows = [_row(path, gate, print_cm, as_json=as_json) for path in photos]
    if as_json:
        emit_json(rows)
    ctx.exit(_code(rows))


def _row(path: Path, gate: str, print_cm: float, *, as_json: bool) -> dict[str, Any]:
    from motif.errors import MotifError
    from motif.normalize.gates import GATES
    from motif.normalize.quality import inspect, is_refused
    from motif.photo import read_photo
    from motif.report.capture import capture_text
    from motif.report.text import photo_error_text

    named = os.fspath(path)
    try:
        findings = inspect(read_photo(path), gate=GATES[gate], print_cm=print_cm)
    except MotifError as error:
        tell(photo_error_text(named, error.message, error.hint))
        return {"path": named, "error": describe(error)}
    if not as_json:
        emit(capture_text(named, findings))
    verdict = "again" if is_refused(findings) else "usable" if findings else "good"
    return {
        "path": named,
        "gate": GATES[gate].id,
        "verdict": verdict,
        "findings": [finding.to_json() for finding in findings],
    }


def _code(rows: list[dict[str, Any]]) -> int:
    if any("error" in row for row in rows):
        return codes.ERROR
    verdicts = {row["verdict"] for row in rows}
    if "again" in verdicts:
        return codes.CONFLICT
    return codes.REVIEW if "usable" in verdicts else codes.DONE
