"""Texts and pictures laid out by typst, in the fonts that are shipped, without a network."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from motif.errors import MotifError
from motif.extras import require
from motif.messages import N_
from motif.report.text import printable

_FONTS: Final = "fonts"
_JAVANESE: Final = re.compile(
    "[\ua984-\ua9b2](?:\ua9b3?\ua9c0[\ua984-\ua9b2])*[\ua980-\ua983\ua9b3-\ua9c0]*|[\ua980-\ua9df]"
)
"""A syllable, which is shaped for itself, or a sign of punctuation; the template says the same."""
_SHAPES: Final = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: "Noto Sans Javanese", fallback: false, size: 100pt, fill: rgb("#221c17"))
#set text(top-edge: 100pt, bottom-edge: -60pt)
#for (place, syllable) in json("javanese.json").enumerate() {
  if place > 0 { pagebreak() }
  syllable
}
"""
"""Draws each syllable on a page of its own, 160 points high, 100 of them above the line it stands on."""


def typeset(
    template: str, matter: Mapping[str, Any], files: Mapping[str, bytes], **options: Any
) -> bytes | list[bytes]:
    """Lay out a document.

    Parameters
    ----------
    template : str
        Typst source; reads ``document.json`` and may import ``text.typ``.
    matter : mapping
        JSON-ready; its texts are data, which typst never evaluates. ``spelled`` makes them fit the fonts.
    files : mapping of str to bytes
        Pictures and attachments, under the names by which the template or the matter calls them.
    **options
        For ``typst.compile``.

    Returns
    -------
    bytes or list of bytes
        The document; the same for the same arguments and version of typst. Of pictures, one for each page.

    Raises
    ------
    MissingExtraError
        If the extra ``pdf`` is not installed.
    MotifError
        If the document cannot be laid out.
    """
    typst = require("typst", extra="pdf")
    shared = resources.files("motif.report").joinpath("templates", "text.typ").read_bytes()
    with (
        tempfile.TemporaryDirectory(prefix="motif-report-") as name,
        resources.as_file(resources.files("motif.report").joinpath(_FONTS)) as fonts,
    ):
        folder = Path(name)
        shipped = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
        )
        texts = json.dumps(matter, ensure_ascii=False)
        sources = {"document.json": texts.encode(), "text.typ": shared, "main.typ": template.encode()}
        for file_name, data in {**files, **sources}.items():
            (folder / file_name).write_bytes(data)
        try:
            _write_shapes(folder, texts, typst, shipped)
            pages: bytes | list[bytes] = typst.compile(
                str(folder / "main.typ"), root=str(folder), font_paths=shipped, **options
            )
        except RuntimeError as error:
            hint = N_("Make the report as HTML, and send the message to the developers.")
            raise MotifError(N_("the PDF could not be laid out: {error}", error=error), hint=hint) from error
    return pages


def moment_fields(at: datetime) -> dict[str, int]:
    """Return a moment as typst's ``datetime`` takes it.

    Parameters
    ----------
    at : datetime

    Returns
    -------
    dict

    Examples
    --------
    >>> moment_fields(datetime(2026, 5, 2))["month"]
    5
    """
    return {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")}


def _write_shapes(folder: Path, matter: str, typst: Any, fonts: Any) -> None:
    """Draw each syllable of Javanese in a text, in the order of ``javanese.json``."""
    syllables = sorted(set(_JAVANESE.findall(matter)))
    (folder / "javanese.json").write_text(json.dumps(syllables), encoding="utf-8")
    (folder / "shapes.typ").write_text(_SHAPES, encoding="utf-8")
    if syllables:
        drawn = typst.compile(str(folder / "shapes.typ"), root=str(folder), font_paths=fonts, format="svg")
        for place, shape in enumerate([drawn] if isinstance(drawn, bytes) else drawn):
            (folder / f"javanese-{place}.svg").write_bytes(shape)


def spelled(text: str) -> str:
    """Spell out what the fonts of the PDF do not show, as ``\\u4e2d``.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> spelled("kawung ꦏꦮꦸꦁ 中")
    'kawung ꦏꦮꦸꦁ \\\\u4e2d'
    """
    drawn = _font_characters()
    return "".join(c if ord(c) in drawn or c == "\n" else ascii(c)[1:-1] for c in printable(text, lines=True))


@cache
def _font_characters() -> frozenset[int]:
    """Return the characters that the shipped fonts show."""
    require("fontTools", extra="pdf")
    from fontTools.ttLib import TTFont

    codes: set[int] = set()
    for file in resources.files("motif.report").joinpath(_FONTS).iterdir():
        if file.name.endswith(".ttf"):
            with file.open("rb") as stream:
                codes.update(TTFont(stream, lazy=True).getBestCmap())
    return frozenset(codes)
