"""The capture gate before a photo is used: warnings on stderr, and with ``--strict`` a refusal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli import codes
from motif.cli.errors import describe_error
from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument, picture_option
from motif.cli.output import emit, emit_json, save_picture, tell
from motif.errors import CaptureRefusedError, PhotoError
from motif.messages import N_, current_language
from motif.report.capture import findings_text
from motif.report.check_text import compare_text

if TYPE_CHECKING:
    from motif.fingerprint import Fingerprint
    from motif.photo.photo import Photo
    from motif.profiles import Profile


def read_named(path: Path, *, long_edge_px: int | None = None) -> Photo:
    """Read a photo; what is wrong with it is said with its name, since a command may be given several.

    Raises
    ------
    PhotoError
    """
    from motif.photo.photo import read_photo

    try:
        return read_photo(path, long_edge_px=long_edge_px)
    except PhotoError as error:
        if error.message.startswith(repr(os.fspath(path))):
            raise
        message = N_("{where}: {what}", where=path, what=error.message)
        raise type(error)(message, hint=error.hint) from error


def read_and_warn(path: Path, profile: Profile, *, strict: bool) -> tuple[Photo, Fingerprint]:
    """Read a photo as far as ``profile`` needs it, and tell what is wrong with the capture.

    Its fingerprint is made of the swatch that was judged.

    Raises
    ------
    CaptureRefusedError
        If ``strict`` and a finding is a refusal.
    """
    from motif.capture.inspect import inspect, is_refused
    from motif.fingerprint import fingerprint_swatch
    from motif.normalize.swatch import normalize

    photo = read_named(path, long_edge_px=profile.long_edge_px)
    swatch = normalize(photo, profile)
    findings = inspect(photo, swatch=swatch)
    if findings:
        tell(findings_text(findings))
    if strict and is_refused(findings):
        codes = ", ".join(finding.code for finding in findings if finding.severity == "refuse")
        hint = "\n".join(finding.in_words() for finding in findings if finding.severity == "refuse")
        raise CaptureRefusedError(N_("the photo should be taken again ({codes})", codes=codes), hint=hint)
    return photo, fingerprint_swatch(photo, swatch, profile)


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
def capture_check(
    ctx: click.Context, photos: tuple[Path, ...], gate: str, print_cm: float, as_json: bool
) -> None:
    """Judge photos while they can still be taken again.

    Names what is wrong with each of PHOTOS, with the measured value and its limit, and says how to take
    it better.
    """
    rows = [_row(path, gate, print_cm, as_json=as_json) for path in photos]
    if as_json:
        emit_json(rows)
    ctx.exit(_code(rows))


def _row(path: Path, gate: str, print_cm: float, *, as_json: bool) -> dict[str, Any]:
    from motif.capture.gates import GATES
    from motif.capture.inspect import inspect, is_refused
    from motif.errors import MotifError
    from motif.photo.photo import read_photo
    from motif.report.batch_text import photo_error_text
    from motif.report.capture import capture_text

    named = os.fspath(path)
    try:
        findings = inspect(read_photo(path), gate=GATES[gate], print_cm=print_cm)
    except MotifError as error:
        tell(photo_error_text(named, error.message, error.hint))
        return {"path": named, "error": describe_error(error)}
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


@make_command(
    "describe",
    examples=["motif describe cloth.jpg --picture sheet.png", "motif describe --lang id --json cloth.jpg"],
)
@photo_argument("photo")
@picture_option("lattice, one repeat, axes, colours, fillers or drops, and the words")
@json_option
def describe(photo: Path, picture: Path | None, as_json: bool) -> None:
    """Describe a motif: repeat, symmetry, colours, drops.

    The draft for the uraian singkat is made of measured facts; family and fillers are suggestions. A
    person decides what is right.
    """
    from motif.description import DECODED_LONG_EDGE_PX, describe_fully
    from motif.report.description import description_sentences
    from motif.report.pictures.description import description_sheet

    read = read_named(photo, long_edge_px=DECODED_LONG_EDGE_PX)
    shown = describe_fully(read)
    made = shown.description
    if picture is not None:
        save_picture(picture, description_sheet(shown, read.rgb, name=photo.name))
    sentences = description_sentences(made, current_language())
    if as_json:
        draft = [{"text": text, "from": list(sources)} for text, sources in sentences]
        emit_json({**made.to_json(), "draft": draft})
    else:
        emit("\n".join(text for text, _ in sentences))


@make_command(
    "compare",
    examples=[
        "motif compare new-design.jpg old-cloth.jpg",
        "motif compare new-design.jpg old-cloth.jpg --picture side-by-side.png",
    ],
    exit_codes=codes.JUDGING,
)
@photo_argument("new")
@photo_argument("old")
@picture_option("both photos side by side, with what coincides and where they differ")
@json_option
@click.pass_context
def compare(ctx: click.Context, new: Path, old: Path, picture: Path | None, as_json: bool) -> None:
    """Compare two photos without a registry.

    Says in how far NEW reuses the design of OLD, what shows it, and how NEW was changed: turned, mirrored,
    larger, in another dye, dark for light. With --json also the transform from NEW to OLD, outlines of the
    parts that coincide, and the places that agree.
    """
    from motif.matching.explain import explain
    from motif.matching.search import compare
    from motif.profiles import STANDARD_1
    from motif.report.pictures.pair import comparison_sheet

    asked, known = (read_named(path, long_edge_px=STANDARD_1.long_edge_px) for path in (new, old))
    made = explain(asked, known, compare(asked, known))
    if picture is not None:
        save_picture(picture, comparison_sheet(made, names=(new.name, old.name)))
    if as_json:
        emit_json(made.to_json())
    else:
        emit(compare_text(made))
    ctx.exit(codes.OF_VERDICT[made.evidence.verdict])
