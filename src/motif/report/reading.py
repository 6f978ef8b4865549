"""Read a report's record and pictures back from its document."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import zlib
from html.parser import HTMLParser
from typing import Any, Final

from motif.errors import ParameterError
from motif.extras import require
from motif.messages import N_
from motif.report.record import Report

READ_MOST_BYTES: Final = 16_000_000
_RECORD: Final = "data:application/json;base64,"
_PICTURE: Final = "data:image/jpeg;base64,"
_ATTACHED: Final = "record.json"


def read_report(data: bytes) -> Report:
    """Read a document that ``report_html`` or ``report_pdf`` made.

    Parameters
    ----------
    data : bytes
        Content of the file. Nothing in it is run or fetched.

    Returns
    -------
    Report
        As it is in the document; ``verify_report`` says whether it holds.

    Raises
    ------
    ParameterError
        If this is no such document, or its record is damaged.
    MissingExtraError
        If it is a PDF, and the extra ``pdf`` is not installed.
    """
    if len(data) > READ_MOST_BYTES:
        message = N_(
            "the report has {count} bytes; expected {most} or fewer", count=len(data), most=READ_MOST_BYTES
        )
        raise ParameterError(message)
    record, files = _from_pdf(data) if is_pdf(data) else _from_html(data)
    if not record:
        hint = N_("Give a file that motif check --report or motif report made, unchanged.")
        raise ParameterError(N_("this is not a motif report: it holds no machine record"), hint=hint)
    return Report.from_bytes(record, {hashlib.sha256(file).hexdigest(): file for file in files})


def is_pdf(data: bytes) -> bool:
    """Tell a PDF by its first bytes."""
    return data.startswith(b"%PDF-")


def _from_html(data: bytes) -> tuple[bytes, list[bytes]]:
    parser = _PageParser()
    parser.feed(data.decode("utf-8", errors="replace"))
    return parser.record, parser.pictures


class _PageParser(HTMLParser):
    """The record's link and the pictures of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.record = b""
        self.pictures: list[bytes] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a picture, or the record."""
        named = dict(attrs)
        if tag == "a" and named.get("id") == "record":
            self.record = _decoded(named.get("href") or "", _RECORD)
        if tag == "img":
            self.pictures.append(_decoded(named.get("src") or "", _PICTURE))


def _decoded(uri: str, start: str) -> bytes:
    if not uri.startswith(start):
        return b""
    try:
        return base64.b64decode(uri.removeprefix(start), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _from_pdf(data: bytes) -> tuple[bytes, list[bytes]]:
    pikepdf: Any = require("pikepdf", extra="pdf")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            attached = pdf.attachments
            record = _unpacked(attached[_ATTACHED].get_file().obj) if _ATTACHED in attached else b""
            pictures = [
                stream.read_raw_bytes()
                for stream in pdf.objects
                if isinstance(stream, pikepdf.Stream) and stream.get("/Filter") == "/DCTDecode"
            ]
    except (pikepdf.PdfError, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = N_("Give the file as it was made; it may have been damaged on its way.")
        raise ParameterError(N_("the PDF cannot be read: {error}", error=error), hint=hint) from error
    return record, pictures


def _unpacked(stream: Any) -> bytes:
    """Return an attachment's bytes; none if it unpacks to more than ``READ_MOST_BYTES``."""
    packed = bytes(stream.read_raw_bytes())
    if "/Filter" not in stream:
        return packed
    if stream.Filter != "/FlateDecode":
        return b""
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(packed, READ_MOST_BYTES)
    return b"" if unpacker.unconsumed_tail else data
