"""``motif describe``: what a motif is, in figures and in words."""

from __future__ import annotations

from pathlib import Path

from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument, picture_option
from motif.cli.output import emit, emit_json, save_picture
from motif.messages import current_language


@make_command(
    "describe",
    examples=["motif describe cloth.jpg --picture sheet.png", "motif describe --lang id --json cloth.jpg"],
)
@photo_argument("photo")
@picture_option("lattice, one repeat, axes, colours, fillers or drops, and the words")
@json_option
def command(photo: Path, picture: Path | None, as_json: bool) -> None:
    """Describe a motif: repeat, symmetry, colours, drops.

    The draft for the uraian singkat is made of measured facts; family and fillers are suggestions. A
    person decides what is right.
    """
    from motif.cli.capture import read_named
    from motif.description import DECODED_LONG_EDGE_PX, describe_fully
    from motif.report.description import description_sentences
    from motif.report.description_sheet import description_sheet

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
