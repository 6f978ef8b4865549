"""A report as PDF/A-3 and PDF/UA-1, laid out by typst, with the machine record attached."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from motif.errors import MotifError
from motif.extras import require
from motif.messages import N_, _, current_language
from motif.report.blocks import Code, Document, Picture
from motif.report.document import document_of
from motif.report.qr import qr_svg
from motif.report.record import Report
from motif.report.text import printable

STANDARDS: Final = ["a-3a", "ua-1"]
_FONTS: Final = "fonts"
_CODE, _CODE_QR = 110, 66
"""Characters of a line of code that fit the page's width, and the space beside a QR code."""
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


def report_pdf(report: Report, language: str | None = None) -> bytes:
    """Make the PDF document of a report.

    Parameters
    ----------
    report : Report
    language : "en" or "id", optional
        The language in use by default.

    Returns
    -------
    bytes
        PDF/A-3a, tagged (PDF/UA-1); the same for the same report, language, and versions of motif and typst.
        The machine record is attached, for ``verify_report``.

    Raises
    ------
    MissingExtraError
        If the extra ``pdf`` is not installed.
    """
    return lay_out(document_of(report, language or current_language()), report)


def lay_out(document: Document, report: Report) -> bytes:
    """Make a PDF of a document, with the report's pictures and record; errors as ``report_pdf``."""
    pages = _typeset(document, report, pdf_standards=STANDARDS, timestamp=int(document.at.timestamp()))
    assert isinstance(pages, bytes)
    return pages


def page_pictures(report: Report, language: str, *, dots_per_inch: float) -> tuple[bytes, ...]:
    """Draw the pages of a report's PDF as PNG files; errors as ``report_pdf``."""
    pages = _typeset(document_of(report, language), report, format="png", ppi=dots_per_inch)
    return (pages,) if isinstance(pages, bytes) else tuple(pages)


def _typeset(document: Document, report: Report, **options: Any) -> bytes | list[bytes]:
    typst = require("typst", extra="pdf")
    with (
        tempfile.TemporaryDirectory(prefix="motif-report-") as name,
        resources.as_file(resources.files("motif.report").joinpath(_FONTS)) as fonts,
    ):
        folder = Path(name)
        shipped = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
        )
        try:
            _write_shapes(folder, _write_matter(folder, report, document), typst, shipped)
            pages: bytes | list[bytes] = typst.compile(
                str(folder / "report.typ"), root=str(folder), font_paths=shipped, **options
            )
        except RuntimeError as error:
            hint = N_("Make the report as HTML, and send the message to the developers.")
            raise MotifError(N_("the PDF could not be laid out: {error}", error=error), hint=hint) from error
    return pages


def _write_shapes(folder: Path, matter: str, typst: Any, fonts: Any) -> None:
    """Draw each syllable of Javanese in a text, in the order of ``javanese.json``."""
    syllables = sorted(set(_JAVANESE.findall(matter)))
    (folder / "javanese.json").write_text(json.dumps(syllables), encoding="utf-8")
    (folder / "shapes.typ").write_text(_SHAPES, encoding="utf-8")
    if syllables:
        drawn = typst.compile(str(folder / "shapes.typ"), root=str(folder), font_paths=fonts, format="svg")
        for place, shape in enumerate([drawn] if isinstance(drawn, bytes) else drawn):
            (folder / f"javanese-{place}.svg").write_bytes(shape)


def _write_matter(folder: Path, report: Report, document: Document) -> str:
    """Write what the template reads, and return the texts in it."""
    sizes = report.record["pictures"]
    (folder / "record.json").write_bytes(report.to_bytes())
    for sha256, data in report.pictures.items():
        (folder / f"{sha256}.jpg").write_bytes(data)

    def plain(value: Any) -> Any:
        fields = _plain(value, plain)
        if isinstance(value, Picture):
            width, height = sizes[value.sha256]
            fields |= {"file": f"{value.sha256}.jpg", "tall": height / width}
        if isinstance(value, Code):
            fields["text"] = _folded(spelled(value.text), _CODE_QR if value.qr else _CODE)
            if value.qr:
                fields["qr"] = f"qr-{len(list(folder.glob('qr-*')))}.svg"
                (folder / fields["qr"]).write_text(qr_svg(value.qr), encoding="utf-8")
        return fields

    at = document.at
    matter = {
        "title": spelled(document.title),
        "subtitle": spelled(document.subtitle),
        "language": document.language,
        "date": {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")},
        "foot": spelled(document.foot),
        "record_words": _("The machine record of this report (JSON)", document.language),
        "blocks": [plain(block) for block in document.blocks],
    }
    template = resources.files("motif.report").joinpath("templates", "report.typ").read_bytes()
    (folder / "report.typ").write_bytes(template)
    texts = json.dumps(matter, ensure_ascii=False)
    (folder / "document.json").write_text(texts, encoding="utf-8")
    return texts


def _plain(value: Any, plain: Callable[[Any], Any]) -> Any:
    """Turn blocks into what JSON holds, with the name of each one's kind."""
    if is_dataclass(value):
        named = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        sort = {"sort": named["kind"]} if "kind" in named else {}
        return named | sort | {"kind": type(value).__name__}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return spelled(value) if isinstance(value, str) else value


def spelled(text: str) -> str:
    """Spell out what the fonts of the PDF do not show, as ``\\u4e2d``.

    Examples
    --------
    >>> spelled("kawung ꦏꦮꦸꦁ 中")
    'kawung ꦏꦮꦸꦁ \\\\u4e2d'
    """
    drawn = _font_characters()
    return "".join(c if ord(c) in drawn or c == "\n" else ascii(c)[1:-1] for c in printable(text, lines=True))


def _folded(text: str, width: int) -> str:
    """Break lines that are longer than the page, and none beside a blank, which would be lost in copying.

    Examples
    --------
    >>> _folded("Kawung Biru Tua", 7).split("\\n")
    ['Kawun', 'g Bir', 'u Tua']
    """
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line, width))


def _pieces(line: str, width: int) -> Iterator[str]:
    while len(line) > width:
        cuts = (at for at in range(width, 0, -1) if " " not in line[at - 1 : at + 1])
        cut = next(cuts, width)
        yield line[:cut]
        line = line[cut:]
    yield line


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
