"""What must not leave with a filing: identity numbers, telephones, what a camera writes into its files."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from motif.errors import ParameterError
from motif.extras import require
from motif.filing.crosscheck import CHECK_LIST, FORM, Mismatch
from motif.filing.dossier import Dossier, Words
from motif.filing.texts import texts_of
from motif.messages import N_

NIK: Final = Words(id="NIK di dalam berkas", en="NIK in a file")
PHONE: Final = Words(id="nomor telepon di dalam berkas", en="telephone number in a file")
CAMERA: Final = Words(id="data kamera di dalam gambar", en="camera data in a picture")
_NIK: Final = re.compile(
    r"(?<![\dA-Za-z])\d{6}[ .-]?\d{6}[ .-]?\d{4}(?![\dA-Za-z])|(?<!\d)(?:\d{4}[ .-]){3}\d{4}(?!\d)"
)
_PHONE: Final = re.compile(r"(?<![\w-])(?:\+62|62|0)[ .-]?8\d{1,2}[ .-]?\d{3,4}[ .-]?\d{3,5}(?!\w)")
_MARKER, _SCAN = 0xFF, 0xDA
_JPEG_BYTES_MAX: Final = 50_000_000
_TELLING: Final = frozenset({0xE1, 0xED, 0xFE})
"""JPEG markers of EXIF and XMP, IPTC, comments."""
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp")


def has_nik(text: str) -> bool:
    """Tell whether a text holds an identity number.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> has_nik("NIK 3505010101900001"), has_nik("820261202123")
    (True, False)
    """
    return bool(_NIK.search(text))


def require_no_nik(dossier: Dossier) -> None:
    """Refuse a filing in whose record somebody typed an identity number.

    Parameters
    ----------
    dossier : Dossier

    Raises
    ------
    ParameterError
        Names the field, and never the number.
    """
    work = dossier.work
    texts = {field.key: field.value for field in dossier.fields}
    texts |= {"judul": work.title, "uraian_singkat": work.description, "makna": work.meaning}
    for person in dossier.people:
        said = (person.address, person.district, person.regency_city, person.represented_by, person.share)
        texts |= {f"alamat: {person.name}": "\n".join(said)}
    answered = {row.key: row.answer for row in dossier.checks}
    answered |= {row.key: row.answer for row in dossier.clauses}
    answered |= {row.key: row.answer for row in dossier.files}
    for key, answer in answered.items():
        texts[key] = "\n".join((answer.reason.id, answer.reason.en))
    for letter in dossier.letters:
        texts[letter.key] = "\n".join(
            (letter.place, *(f"{one.name}, {one.capacity}" for one in letter.signers))
        )
    texts |= {"kantor": dossier.office, "lokasi_simpan": work.storage, "segel": work.seal}
    texts["alas_hak"] = dossier.transfer.ground if dossier.transfer else ""
    for key, text in texts.items():
        if _NIK.search(text):
            hint = N_("Take it out of the record: the portal asks for it, and its owner types it there.")
            raise ParameterError(N_("{field}: an identity number stands in this text", field=key), hint=hint)


def personal_findings(
    files: Mapping[str, bytes], texts: Mapping[str, str] | None = None
) -> Iterator[Mismatch]:
    """Look for personal data in finished files.

    Parameters
    ----------
    files : mapping of str to bytes
        Names as in the bag.
    texts : mapping of str to str, optional
        What ``texts_of`` reads in them.

    Yields
    ------
    Mismatch
        Without what was found: that must not be repeated.

    Raises
    ------
    MissingExtraError
        If the extra ``filing`` is not installed.

    Examples
    --------
    >>> [each.what.en for each in personal_findings({"a.txt": b"NIK 3505010101900001"})]
    ['NIK in a file']
    """
    texts = texts_of(files) if texts is None else texts
    for name, data in files.items():
        text = texts[name]
        if _NIK.search(text):
            yield Mismatch(file=name, what=NIK, found="", expected="")
        if name not in (FORM, CHECK_LIST) and _PHONE.search(text):
            yield Mismatch(file=name, what=PHONE, found="", expected="")
        if _has_camera_data(name, data):
            yield Mismatch(file=name, what=CAMERA, found="", expected="")


def without_camera_data(data: bytes) -> bytes:
    """Take what a camera wrote out of the pictures in a PDF; a signed one is left as it is.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bytes
        The same if there is nothing to take out, or if it is no PDF that can be opened.

    Raises
    ------
    MissingExtraError
        If the extra ``pdf`` is not installed.
    """
    pikepdf = require("pikepdf", extra="pdf")
    try:
        document = pikepdf.open(io.BytesIO(data))
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return data
    with document:
        jpegs = [*_jpegs_in(document)]
        telling = [(each, jpeg) for each, jpeg in jpegs if _carries_exif(jpeg)]
        described = [each for each, _jpeg in jpegs if "/Metadata" in each]
        if not (telling or described) or _is_signed(document):
            return data
        for stream, jpeg in telling:
            stream.write(without_segments(jpeg), filter=pikepdf.Name.DCTDecode)
        for stream in described:
            del stream["/Metadata"]
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def without_segments(jpeg: bytes) -> bytes:
    """Leave out the segments of a JPEG that hold EXIF, XMP, IPTC and comments; the picture stays as it is.

    Parameters
    ----------
    jpeg : bytes

    Returns
    -------
    bytes

    Examples
    --------
    >>> without_segments(bytes.fromhex("ffd8 ffe1 0004 4578 ffdb 0003 00 ffda 0102")).hex()
    'ffd8ffdb000300ffda0102'
    """
    kept, place = [jpeg[:2]], 2
    while place + 4 <= len(jpeg) and jpeg[place] == _MARKER and jpeg[place + 1] != _SCAN:
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if jpeg[place + 1] not in _TELLING:
            kept.append(jpeg[place:end])
        place = end
    return b"".join([*kept, jpeg[place:]])


def _jpegs_in(document: Any) -> Iterator[tuple[Any, bytes]]:
    """Yield the photos of a PDF with their JPEG files, which may be packed once more."""
    pikepdf = require("pikepdf", extra="pdf")
    for each in document.objects:
        if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image":
            filters = each.get("/Filter")
            names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
            with suppress(zlib.error, pikepdf.PdfError):
                if names == ["/DCTDecode"]:
                    yield each, each.read_raw_bytes()
                elif names == ["/FlateDecode", "/DCTDecode"]:
                    yield each, zlib.decompressobj().decompress(each.read_raw_bytes(), _JPEG_BYTES_MAX)


def _is_signed(document: Any) -> bool:
    pikepdf = require("pikepdf", extra="pdf")
    tables = (each for each in document.objects if isinstance(each, pikepdf.Dictionary))
    return any(each.get("/FT") == "/Sig" or each.get("/Type") == "/Sig" for each in tables)


def _has_camera_data(name: str, data: bytes) -> bool:
    if name.lower().endswith(_PICTURES):
        return _carries_exif(data)
    if not name.lower().endswith(".pdf"):
        return False
    pikepdf = require("pikepdf", extra="pdf")
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            return any(_carries_exif(jpeg) for _stream, jpeg in _jpegs_in(document))
    except (pikepdf.PdfError, pikepdf.PasswordError):  # named as damaged
        return False


def _carries_exif(data: bytes) -> bool:
    return b"Exif\0\0" in data or b"eXIf" in data[:100_000] or b"http://ns.adobe.com/xap" in data
