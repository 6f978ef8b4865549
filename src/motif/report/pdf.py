"""A report as PDF/A-3 and PDF/UA-1, laid out by typst, with the machine record attached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from importlib import resources
from typing import Any, Final

from motif.messages import _, current_language
from motif.report.blocks import Code, Document, Picture
from motif.report.document import document_of
from motif.report.qr import qr_svg
from motif.report.record import Report
from motif.report.typesetting import moment_fields, spelled, typeset

STANDARDS: Final = ["a-3a", "ua-1"]
_CODE, _CODE_QR = 110, 66
"""Characters of a line of code that fit the page's width, and the space beside a QR code."""


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
    matter, files = _matter(report, document)
    template = resources.files("motif.report").joinpath("templates", "report.typ").read_text(encoding="utf-8")
    return typeset(template, matter, files, **options)


def _matter(report: Report, document: Document) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what the template reads: the texts, and the files that they name."""
    sizes = report.record["pictures"]
    files = {"record.json": report.to_bytes()}
    files |= {f"{sha256}.jpg": data for sha256, data in report.pictures.items()}

    def plain(value: Any) -> Any:
        fields = _plain(value, plain)
        if isinstance(value, Picture):
            width, height = sizes[value.sha256]
            fields |= {"file": f"{value.sha256}.jpg", "tall": height / width}
        if isinstance(value, Code):
            fields["text"] = _folded(spelled(value.text), _CODE_QR if value.qr else _CODE)
            if value.qr:
                fields["qr"] = f"qr-{sum(name.startswith('qr-') for name in files)}.svg"
                files[fields["qr"]] = qr_svg(value.qr).encode()
        return fields

    matter = {
        "title": spelled(document.title),
        "subtitle": spelled(document.subtitle),
        "language": document.language,
        "date": moment_fields(document.at),
        "foot": spelled(document.foot),
        "record_words": _("The machine record of this report (JSON)", document.language),
        "blocks": [plain(block) for block in document.blocks],
    }
    return matter, files


def _plain(value: Any, plain: Callable[[Any], Any]) -> Any:
    """Turn blocks into what JSON holds, with the name of each one's kind."""
    if is_dataclass(value):
        named = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        sort = {"sort": named["kind"]} if "kind" in named else {}
        return named | sort | {"kind": type(value).__name__}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return spelled(value) if isinstance(value, str) else value


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
