"""``motif capture-check``, ``describe`` and ``compare``, and how commands read the photos they are given."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli import codes
from motif.cli.errors import describe_error
from motif.cli.group import command as make_command
from motif.cli.options import PATH, json_option, photo_argument, picture_option
from motif.cli.output import emit, emit_json, save_picture, tell
from motif.cli.session import emit_result, session
from motif.errors import CaptureRefusedError, MotifError, PhotoError
from motif.messages import N_, _, current_language
from motif.report.capture import findings_text
from motif.report.check_text import both_compared_text, compare_text

if TYPE_CHECKING:
    from motif.fingerprint import Fingerprint
    from motif.photo.photo import Photo
    from motif.profiles import Profile


def read_named(path: Path, *, long_edge_px: int | None = None) -> Photo:
    """Read a photo, and write on stderr what a person must know of how it was read.

    Raises
    ------
    PhotoError
        It names the file, since a command may be given several.
    """
    photo = require_readable(path, long_edge_px=long_edge_px)
    _tell_notes(path, photo)
    return photo


def read_noted(path: Path) -> Photo:
    """Read a photo as ``read_named`` does, for ``emit_each``, which names the file of each error.

    Raises
    ------
    PhotoError
    """
    from motif.photo.photo import read_photo

    photo = read_photo(path)
    _tell_notes(path, photo)
    return photo


def _tell_notes(path: Path, photo: Photo) -> None:
    for note in photo.notes:
        tell(_("{where}: {what}").format(where=path, what=_(note)))


def require_readable(path: Path, *, long_edge_px: int | None = None) -> Photo:
    """Read a photo as ``read_named`` does, and say nothing.

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


def read_and_warn(path: Path, profile: Profile, *, strict: bool, cut: str) -> tuple[Photo, Fingerprint]:
    """Read a photo at the size that ``profile`` needs, and write on stderr what is wrong with the capture.

    Parameters
    ----------
    path : Path
    profile : Profile
    strict : bool
        Raise where the photo should be taken again.
    cut : str
        Of ``cut_options``.

    Returns
    -------
    Photo, Fingerprint
        The fingerprint of the swatches of which the capture gate inspected the main one.

    Raises
    ------
    CaptureRefusedError
        If ``strict`` and a finding is a refusal.
    ParameterError
        If the cut does not fit the photo.
    """
    from motif.capture.inspect import inspect
    from motif.fingerprint import fingerprint_swatches
    from motif.normalize.swatch import normalize_fields

    photo = read_named(path, long_edge_px=profile.long_edge_px)
    swatches = normalize_fields(photo, profile, cut=cut)
    findings = inspect(photo, swatch=swatches[0])
    if findings:
        tell(findings_text(findings))
    refusals = [finding for finding in findings if finding.severity == "refuse"]
    if strict and refusals:
        codes = ", ".join(finding.code for finding in refusals)
        hint = "\n".join(finding.in_words() for finding in refusals)
        raise CaptureRefusedError(N_("the photo should be taken again ({codes})", codes=codes), hint=hint)
    return photo, fingerprint_swatches(photo, swatches, profile, cut=cut)


def emit_each(
    photos: Sequence[Path], work: Callable[[Path], tuple[dict[str, Any], str]]
) -> list[dict[str, Any]]:
    """Print the result for each photo, and return the rows of the JSON document.

    Parameters
    ----------
    photos : sequence of Path
    work : callable, Path -> (row, text)
        An error is reported on stderr, and becomes a row with ``path`` and ``error``.
    """
    from motif.report.batch_text import photo_error_text

    rows = []
    for path in photos:
        try:
            row, text = work(path)
        except MotifError as error:
            tell(photo_error_text(os.fspath(path), error.message, error.hint))
            row = {"path": os.fspath(path), "error": describe_error(error)}
        else:
            if not session().json:
                emit(text)
        rows.append(row)
    if session().json:
        emit_json(rows)
    return rows


@make_command(
    "capture-check",
    examples=[
        "motif capture-check cloth.jpg",
        "motif capture-check --gate filing --print-cm 20 cloth.jpg",
        "motif capture-check --lang id cloth.jpg",
    ],
    exit_codes={
        codes.DONE: "every photo is good",
        codes.REVIEW: "usable, but some photo could be better",
        codes.CONFLICT: "some photo should be taken again",
        codes.ERROR: "some photo cannot be read",
    },
)
@click.argument("photos", nargs=-1, required=True, type=PATH)
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
def capture_check(photos: tuple[Path, ...], gate: str, print_cm: float) -> int:
    """Judge photos while they can still be taken again.

    Names what is wrong with each of PHOTOS, with the measured value and its limit, and says how to take
    it better.
    """
    rows = emit_each(photos, partial(_judged, gate=gate, print_cm=print_cm))
    verdicts = {row.get("verdict") for row in rows}
    if None in verdicts:
        return codes.ERROR
    if "again" in verdicts:
        return codes.CONFLICT
    return codes.REVIEW if "usable" in verdicts else codes.DONE


def _judged(path: Path, *, gate: str, print_cm: float) -> tuple[dict[str, Any], str]:
    from motif.capture.gates import GATES
    from motif.capture.inspect import inspect, is_refused
    from motif.report.capture import capture_text

    findings = inspect(read_noted(path), gate=GATES[gate], print_cm=print_cm)
    row = {
        "path": os.fspath(path),
        "gate": GATES[gate].id,
        "verdict": "again" if is_refused(findings) else "usable" if findings else "good",
        "findings": [finding.to_json() for finding in findings],
    }
    return row, capture_text(os.fspath(path), findings)


@make_command(
    "describe",
    examples=["motif describe cloth.jpg --picture sheet.png", "motif describe --lang id --json cloth.jpg"],
)
@photo_argument("photo")
@picture_option("lattice, one repeat, axes, colours, fillers or drops, and the words")
@json_option
def describe(photo: Path, picture: Path | None) -> None:
    """Describe a motif: repeat, symmetry, colours, drops.

    The draft for the uraian singkat is made of measured facts; family and fillers are suggestions. A
    person decides what is right.
    """
    from motif.description import DECODED_LONG_EDGE_PX, describe_fully
    from motif.report.description import description_sentences
    from motif.report.pictures.description import description_sheet

    decoded = read_named(photo, long_edge_px=DECODED_LONG_EDGE_PX)
    measured = describe_fully(decoded)
    if picture is not None:
        save_picture(picture, description_sheet(measured, decoded.rgb, name=photo.name))
    sentences = description_sentences(measured.description, current_language())
    draft = [{"text": text, "from": list(sources)} for text, sources in sentences]
    emit_result(measured.description.to_json() | {"draft": draft}, "\n".join(text for text, _ in sentences))


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
def compare(new: Path, old: Path, picture: Path | None) -> int:
    """Compare two photos without a registry.

    Says in how far NEW reuses the design of OLD, what shows it, and how NEW was changed: turned, mirrored,
    larger, in another dye, dark for light. With --json also the transform from NEW to OLD, outlines of the
    parts that coincide, and the places that agree.
    """
    from motif.fingerprint import fingerprint
    from motif.matching.explain import explain
    from motif.matching.search import compare
    from motif.profiles import STANDARD_1
    from motif.report.pictures.compared import compared_photo
    from motif.report.pictures.pair import comparison_sheet

    first, second = (read_named(path, long_edge_px=STANDARD_1.long_edge_px) for path in (new, old))
    query, known = fingerprint(first), fingerprint(second)
    explanation = explain(first, second, compare(first, known))
    evidence = explanation.evidence
    if picture is not None:
        photos = (
            compared_photo(first, query, evidence.query_field),
            compared_photo(second, known, evidence.registered_field),
        )
        save_picture(picture, comparison_sheet(explanation, names=(new.name, old.name), photos=photos))
    compared = {"query_compared": query.compared(), "registered_compared": known.compared()}
    text = f"{compare_text(explanation)}\n{both_compared_text(evidence, query, known)}"
    emit_result(explanation.to_json() | compared, text)
    return codes.of_answer(explanation.evidence.verdict, too_little=explanation.evidence.too_little)
