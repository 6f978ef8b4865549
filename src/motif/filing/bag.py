"""The file of a filing: one ZIP, a BagIt bag, with everything that the portal asks for."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from motif.bagit import BagFile
from motif.errors import ParameterError, PhotoError
from motif.filing.checklist import MadeFile, check_list
from motif.filing.crosscheck import CHECK_LIST, EVIDENCE, FORM, LETTERS, UPLOADS, Mismatch, cross_check
from motif.filing.dossier import Dossier, FileRow, Picture, Words
from motif.filing.files import DESCRIPTION
from motif.filing.form import form_html
from motif.filing.letters import draft_letter, foot_of
from motif.filing.papers import paper_findings, read_paper
from motif.filing.personal import personal_findings, require_no_nik, without_camera_data
from motif.filing.pictures import upload_limit, upload_picture
from motif.filing.setting import sheet_pdf
from motif.filing.sheet import Block, Figure, Paragraph, Run, Sheet, text_of
from motif.filing.texts import text_of_file
from motif.filing.values import letter_values
from motif.filing.word import fill_template, read_word, sheet_of, word_bytes, write_word
from motif.messages import N_, _

if TYPE_CHECKING:
    from docx.document import Document

CHECK_RECORD: Final = "0-periksa.json"
UNREADABLE: Final = Words(id="berkas rusak atau terkunci", en="damaged or locked file")
PLACE: Final = "TARUH-DI-SINI.txt"
"""Name of the note that keeps an empty place open."""
_PHOTOS: Final = ("jpg", "jpeg", "png", "webp", "tif", "tiff")
_PLAIN_NAME: Final = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingFile:
    """The finished file of a filing.

    Parameters
    ----------
    name : str
        Such as ``M-000003-7-hak-cipta.zip``.
    data : bytes
    mismatches : tuple of Mismatch
        What disagrees between its texts, and personal data found in them; the check list says so, too.
    """

    name: str
    data: bytes
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    name: str
    data: bytes
    row: str = ""
    photo_sha256: str = ""


def build_file(dossier: Dossier) -> FilingFile:
    """Make the file of a filing.

    Parameters
    ----------
    dossier : Dossier

    Returns
    -------
    FilingFile
        The same bytes for the same dossier and versions of motif and the libraries that set its documents.

    Raises
    ------
    MissingExtraError
        If the extra ``filing`` is not installed.
    ParameterError
        If an identity number stands in the record, or a template asks for a field that does not exist.
    PhotoError
        If a chosen photo cannot be read.
    """
    require_no_nik(dossier)
    notes: list[str] = []
    parts = [*_uploads(dossier, notes), *_letters(dossier, notes)]
    parts.append(_Part(name=FORM, data=form_html(dossier, _upload_list(dossier, parts))))
    closed = dossier.work.pictures_closed
    shown = (each for each in dossier.evidence if not (closed and each.shows_design))
    parts += [_Part(name=EVIDENCE + each.name, data=each.data) for each in shown]
    files = {part.name: part.data for part in parts}
    found = _findings(dossier, files)
    made = [_made(part) for part in parts]
    pdf, record = check_list(dossier, made, found, notes, _unread(dossier, files))
    found += cross_check(dossier, {CHECK_LIST: pdf})
    whole = [_Part(name=CHECK_LIST, data=pdf), _Part(name=CHECK_RECORD, data=record), *parts]
    return FilingFile(name=dossier.file_name, data=_bag(dossier, whole), mismatches=found)


def _findings(dossier: Dossier, files: Mapping[str, bytes]) -> tuple[Mismatch, ...]:
    """Look at the finished files: what they say, and what they carry."""
    texts, damaged = dict[str, str](), list[Mismatch]()
    for name, data in files.items():
        try:
            text = text_of_file(name, data)
            if name.lower().endswith(".pdf"):
                read_paper(data, name)
            texts[name] = text
        except ParameterError:
            damaged.append(Mismatch(file=name, what=UNREADABLE, found="", expected=""))
    readable = {name: files[name] for name in texts}
    return (
        *damaged,
        *cross_check(dossier, readable, texts),
        *personal_findings(readable, texts),
        *paper_findings(readable),
    )


def _unread(dossier: Dossier, files: Mapping[str, bytes]) -> list[str]:
    """Name the letters and documents that were put in as pictures: their words are held against nothing."""
    pictures = {row.key for row in dossier.files if row.kind in ("image", "video", "specimen")}
    stems = tuple(
        f"{UPLOADS}{number:02}-{_plain_name(row.key)}"
        for number, row in enumerate((row for row in dossier.files if row.wanted), 1)
        if row.key not in pictures and row.stored
    )
    unread = []
    for name, data in files.items():
        if name.startswith(stems or ("\0",)) and not name.endswith(PLACE):
            try:
                text = text_of_file(name, data)
            except ParameterError:  # damaged, and named so
                continue
            if not text.strip():
                unread.append(name)
    return unread


def files_in(archive: bytes) -> dict[str, bytes]:
    """Read the files of a filing back out of its bag.

    Parameters
    ----------
    archive : bytes

    Returns
    -------
    dict of str to bytes
        Names without the bag's folder, such as ``3-isian.html``.

    Raises
    ------
    ParameterError
        If it is no ZIP.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as file:
            names = [name for name in file.namelist() if "/data/" in name]
            return {name.partition("/data/")[2]: file.read(name) for name in names}
    except zipfile.BadZipFile as error:
        hint = N_("Give a file that motif filing build made.")
        raise ParameterError(N_("this is not the file of a filing"), hint=hint) from error


def _uploads(dossier: Dossier, notes: list[str]) -> Iterator[_Part]:
    wanted = [row for row in dossier.files if row.wanted]
    count = sum(len(row.pictures) for row in wanted)
    closed = dossier.work.pictures_closed
    if closed and count:
        notes.append(
            N_(
                "Pictures of this design stay out of the file: it is sacred or secret, and no consent of the "
                "head is recorded."
            )
        )
    for number, row in enumerate(wanted, 1):
        stem = f"{UPLOADS}{number:02}-{_plain_name(row.key)}"
        made = [*_pictures_of(row, stem, count, closed), *_stored_of(row, stem, closed, notes)]
        if not made:
            made = list(_drafted_sheet(dossier, row, stem, closed))
        yield from made
        if not made:
            yield from _places(dossier, row, stem)


def _pictures_of(row: FileRow, stem: str, count: int, closed: bool) -> Iterator[_Part]:
    if closed or (row.formats and "JPEG" not in row.formats):
        return
    for number, picture in enumerate(row.pictures, 1):
        suffix = f"-{number}" if len(row.pictures) > 1 else ""
        yield _Part(
            name=f"{stem}{suffix}.jpg",
            data=upload_picture(picture, most_bytes=upload_limit(row, count)),
            row=row.key,
            photo_sha256=hashlib.sha256(picture.photo).hexdigest(),
        )


def _stored_of(row: FileRow, stem: str, closed: bool, notes: list[str]) -> Iterator[_Part]:
    if row.kind == "identity" or (closed and row.kind in ("image", "video")):
        return
    for number, stored in enumerate(row.stored, 1):
        suffix = f"-{number}" if len(row.stored) > 1 else ""
        ending, data = stored.name.rpartition(".")[2].lower(), stored.data
        if ending in _PHOTOS:  # written anew, without what the camera added
            picture = Picture(photo=data, photo_name=stored.name, caption=stored.label)
            try:
                made = upload_picture(picture, most_bytes=upload_limit(row, len(row.stored)))
            except PhotoError:
                notes.append(N_("{name} is left out: it is no picture that can be read.", name=stored.name))
                continue
            ending, data = "jpg", made
        elif ending == "pdf":
            data = without_camera_data(data)
        yield _Part(name=f"{stem}{suffix}.{_plain_name(ending)}", data=data, row=row.key)


def _drafted_sheet(dossier: Dossier, row: FileRow, stem: str, closed: bool) -> Iterator[_Part]:
    """Set what the record itself can say as a PDF: the description, the A4 sheet."""
    work = dossier.work
    heading = Paragraph(runs=(Run(text=work.title, bold=True),), align="center")
    blocks: list[Block] = [heading]
    pictures: dict[str, bytes] = {}
    if row.key == DESCRIPTION and work.description:
        blocks.append(Paragraph(runs=text_of(work.description)))
    elif row.key == "lembar_a4" and not closed:
        chosen = next((each for file in dossier.files for each in file.pictures), None)
        if chosen is None:
            return
        pictures["motif.jpg"] = upload_picture(chosen, most_bytes=600_000, long_edge_px=1600)
        blocks.append(Figure(file="motif.jpg", caption=chosen.caption.id))
        meaning = (work.description, work.meaning)
        blocks += [Paragraph(runs=text_of(text)) for text in meaning if text]
    else:
        return
    foot = f"{work.entry_id} · {dossier.filing_id} · {row.label.id}"
    sheet = Sheet(title=row.label.id, blocks=tuple(blocks), foot=foot)
    yield _Part(name=f"{stem}.pdf", data=sheet_pdf(sheet, dossier.at, pictures), row=row.key)


def _places(dossier: Dossier, row: FileRow, stem: str) -> Iterator[_Part]:
    """Keep a place open for what somebody puts in by hand."""
    if row.kind == "identity":
        text = (
            f"{row.label.id}\n\nTaruh PDF-nya di sini hanya untuk mengunggah, lalu hapus. Kartu identitas "
            "tidak disimpan dalam daftar motif.\n"
        )
        people = dossier.named("pencipta") or dossier.named("pendesain") or dossier.named("pelapor")
        places = (
            [f"{stem}-{number}/" for number in range(1, len(people) + 1)] if len(people) > 1 else [f"{stem}/"]
        )
    else:
        kind = {
            "letter": "Taruh di sini hasil pindai surat yang sudah ditandatangani.",
            "specimen": "Contoh fisik diserahkan langsung.",
        }.get(row.kind, "Taruh berkasnya di sini.")
        text, places = f"{row.label.id}\n\n{kind}\n", [f"{stem}/"]
    for place in places:
        yield _Part(name=place + PLACE, data=text.encode(), row=row.key)


def _letters(dossier: Dossier, notes: list[str]) -> Iterator[_Part]:
    for number, letter in enumerate(dossier.letters, 1):
        stem = f"{LETTERS}{number}-{_plain_name(letter.key)}"
        document: Document | None
        if letter.template is not None:
            document = read_word(letter.template, f"{letter.label.id}.docx")
            fill_template(document, letter_values(dossier, letter))
            sheet: Sheet | None = sheet_of(document, letter.label.id, foot_of(dossier, letter))
        else:
            sheet = draft_letter(dossier, letter)
            document = write_word(sheet) if sheet else None
        if sheet is None or document is None:
            notes.append(
                N_(
                    "{letter}: no draft is known; put in the office's template.",
                    letter=letter.label.said(dossier.language),
                )
            )
            continue
        yield _Part(name=f"{stem}.pdf", data=sheet_pdf(sheet, dossier.at), row=letter.key)
        yield _Part(name=f"{stem}.docx", data=word_bytes(document, sheet.title, dossier.at), row=letter.key)


def _upload_list(dossier: Dossier, parts: list[_Part]) -> list[tuple[str, str]]:
    """Say for each file that the portal asks what lies in the folder for it."""
    rows = []
    for row in dossier.files:
        if row.wanted:
            names = [part.name for part in parts if part.row == row.key and part.name.startswith(UPLOADS)]
            said = ", ".join(name.removesuffix(PLACE) for name in names) or _(
                "not in this file", dossier.language
            )
            rows.append((row.label.said(dossier.language), said))
    return rows


def _made(part: _Part) -> MadeFile:
    return MadeFile(
        name=part.name,
        row=part.row,
        size_bytes=len(part.data),
        sha256=hashlib.sha256(part.data).hexdigest(),
        photo_sha256=part.photo_sha256,
    )


def _bag(dossier: Dossier, parts: list[_Part]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        bag = BagFile(archive, Path(dossier.file_name), at=dossier.at)
        for part in parts:
            bag.add(f"data/{part.name}", [part.data])
        facts = {"Source-Organization": " ".join(dossier.office.split())} if dossier.office else {}
        bag.finish(facts | {"External-Identifier": dossier.filing_id})
    return out.getvalue()


def _plain_name(text: str) -> str:
    return _PLAIN_NAME.sub("-", text.lower()).strip("-")[:60] or "berkas"
