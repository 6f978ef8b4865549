"""``motif describe``: what a motif is, in figures and in words."""

from __future__ import annotations

from pathlib import Path

from motif.cli.group import command as make_command
from motif.cli.options import json_option, photo_argument
from motif.cli.output import emit, emit_json
from motif.messages import current_language


@make_command("describe", examples=["motif describe cloth.jpg", "motif describe --lang id --json cloth.jpg"])
@photo_argument("photo")
@json_option
def command(photo: Path, as_json: bool) -> None:
    """Describe a motif: repeat, symmetry, colours, drops.

    The draft for the uraian singkat is made of measured facts; family and fillers are suggestions. A
    person decides what is right.
    """
    from motif.description import describe
    from motif.report.description import description_sentences

    made = describe(photo)
    sentences = description_sentences(made, current_language())
    if as_json:
        draft = [{"text": text, "from": list(sources)} for text, sources in sentences]
        emit_json({**made.to_json(), "draft": draft})
    else:
        emit("\n".join(text for text, _ in sentences))
