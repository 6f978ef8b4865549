"""What a PDF is, apart from its words: version, page size, fonts, and what may be hidden in it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from motif.errors import ParameterError
from motif.extras import require
from motif.filing.crosscheck import UPLOADS, Mismatch
from motif.filing.dossier import Words
from motif.filing.personal import NIK, has_nik
from motif.messages import N_

SCRIPT: Final = Words(id="skrip di dalam PDF", en="script in a PDF")
ATTACHED: Final = Words(id="lampiran di dalam PDF", en="attachment in a PDF")
_MM_OF_POINT: Final = 25.4 / 72
_SCRIPTS: Final = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition"})
_DEEPEST: Final = 40
"""Levels of one object that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A PDF, as an upload form or a printer sees it.

    Parameters
    ----------
    version : str
        Such as "1.7".
    pages_mm : tuple of (width, height)
        Rounded to millimetres.
    fonts_embedded : bool
    attachments : int
    has_script : bool
        Whether something in it runs, or sends what is typed into it.
    unseen : str
        Texts that are on no page: properties, notes, values of fields.
    """

    version: str
    pages_mm: tuple[tuple[int, int], ...]
    fonts_embedded: bool
    attachments: int
    has_script: bool
    unseen: str = ""


def read_paper(data: bytes, name: str = "") -> Paper:
    """Look at a PDF.

    Parameters
    ----------
    data : bytes
    name : str
        For the message.

    Returns
    -------
    Paper

    Raises
    ------
    MissingExtraError
        If the extra ``pdf`` is not installed.
    ParameterError
        If it is damaged, or asks for a password.
    """
    pikepdf = require("pikepdf", extra="pdf")
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            parts = [part for each in document.objects for part in _parts_of(each)]
            tables = [each for each in parts if isinstance(each, pikepdf.Dictionary | pikepdf.Stream)]
            streams = [each for each in tables if isinstance(each, pikepdf.Stream)]
            unseen = [str(each) for each in parts if isinstance(each, pikepdf.String)]
            unseen += [
                each.read_bytes().decode("utf-8", "replace")
                for each in streams
                if each.get("/Type") == "/Metadata"
            ]
            return Paper(
                version=str(document.pdf_version),
                pages_mm=tuple(_size_mm(page) for page in document.pages),
                fonts_embedded=all(_is_embedded(each) for each in tables if each.get("/Type") == "/Font"),
                attachments=sum(each.get("/Type") == "/EmbeddedFile" or "/EF" in each for each in tables),
                has_script=any(
                    "/JS" in each or "/XFA" in each or str(each.get("/S")) in _SCRIPTS for each in tables
                ),
                unseen="\n".join(unseen),
            )
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, AttributeError) as error:
        hint = N_("Save it again, without a password.")
        raise ParameterError(N_("{name}: this PDF cannot be read", name=name), hint=hint) from error


def paper_findings(files: Mapping[str, bytes]) -> Iterator[Mismatch]:
    """Find what an upload should not carry.

    Parameters
    ----------
    files : mapping of str to bytes
        Names as in the bag.

    Yields
    ------
    Mismatch

    Raises
    ------
    MissingExtraError
        If the extra ``pdf`` is not installed.
    """
    for name, data in files.items():
        if not name.startswith(UPLOADS) or not name.lower().endswith(".pdf"):
            continue
        paper = read_paper(data, name)
        if paper.has_script:
            yield Mismatch(file=name, what=SCRIPT, found="", expected="")
        if paper.attachments:
            yield Mismatch(file=name, what=ATTACHED, found="", expected="")
        if has_nik(paper.unseen):
            yield Mismatch(file=name, what=NIK, found="", expected="")


def _parts_of(item: Any, depth: int = 0) -> Iterator[Any]:
    """Yield an object of a PDF and what stands in it, without what it refers to."""
    pikepdf = require("pikepdf", extra="pdf")
    yield item
    if depth >= _DEEPEST:
        return
    inner: list[Any] = []
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        inner = [item.get(key) for key in item.keys()]  # noqa: SIM118 - a dictionary of a PDF is no mapping
    elif isinstance(item, pikepdf.Array):
        inner = list(item)
    for each in inner:
        if isinstance(each, pikepdf.Object) and not each.is_indirect:
            yield from _parts_of(each, depth + 1)


def _size_mm(page: Any) -> tuple[int, int]:
    left, bottom, right, top = (float(value) for value in page.mediabox)
    return round((right - left) * _MM_OF_POINT), round((top - bottom) * _MM_OF_POINT)


def _is_embedded(font: Any) -> bool:
    """Tell whether a font's letters are in the file; a composite one names another that has them."""
    if font.get("/Subtype") in ("/Type0", "/Type3"):
        return True
    described = font.get("/FontDescriptor")
    return described is not None and any(f"/FontFile{end}" in described for end in ("", "2", "3"))
