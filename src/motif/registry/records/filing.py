"""Filings: an application by one of the routes, with its papers, numbers and dates."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import ClassVar, Final

from motif.errors import ParameterError
from motif.messages import N_
from motif.registry.records.fields import (
    Choice,
    Day,
    Id,
    Many,
    Number,
    Part,
    PastDay,
    Sha256,
    Text,
)
from motif.registry.records.record import Piece, Record, known
from motif.vocabulary import term

PAPER_BYTES_MAX: Final = 2_000_000
"""Most bytes of one paper that is kept."""

_SALT_BYTES: Final = 32
_LINES = Text(lines=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Piece):
    """Something that is due, until it is done."""

    what: str | None = known(Text(), "what", "tenggat")
    due: str | None = known(Day(), "due", "jatuh tempo")
    done: str | None = known(Day(), "done", "selesai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Piece):
    """A letter from the authority, such as one that names a deficiency."""

    received: str | None = known(PastDay(), "received", "diterima")
    text: str | None = known(_LINES, "what it says", "isi")
    due: str | None = known(Day(), "answer until", "dijawab paling lambat")
    answered: str | None = known(PastDay(), "answered", "dijawab")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Piece):
    """A paper that the route asks for: who signed it, where and when, and who saw it.

    Of an identity paper only that it was seen is kept, never the paper; of another the file may be kept as a
    ``Paper``.
    """

    key: str | None = known(Text(), "row of the route", "berkas")
    person: str | None = known(Id("P"), "whose, a party", "milik siapa")
    name: str | None = known(Text(), "name of the file", "nama berkas")
    media_type: str | None = known(Text(), "kind of file", "jenis berkas")
    size_bytes: int | None = known(Number(0, whole=True), "size in bytes", "ukuran dalam bita")
    paper: str | None = known(Id("D"), "the file that is kept", "berkas yang disimpan")
    number: str | None = known(Text(), "number, such as of a deed", "nomor, misalnya akta")
    signers: tuple[str, ...] | None = known(Many(Id("P")), "who signed, parties", "penanda tangan")
    place: str | None = known(Text(), "signed where", "tempat tanda tangan")
    date: str | None = known(PastDay(), "signed when", "tanggal tanda tangan")
    meterai: str | None = known(Choice("stamp_kinds"), "stamp duty", "meterai")
    seen_by: str | None = known(Text(), "seen by", "dilihat oleh")
    seen_on: str | None = known(PastDay(), "seen on", "dilihat tanggal")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPhoto(Piece):
    """A registered photo that goes into the filing."""

    sha256: str | None = known(Sha256(), "SHA-256 of the photo's file", "sidik berkas")
    key: str | None = known(Text(), "row of the route", "berkas")
    view: str | None = known(Choice("views"), "view", "tampak")
    caption: str | None = known(Text(), "caption", "keterangan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Piece):
    """The share of one author or holder; the order of shares is the order in which they are named."""

    party: str | None = known(Id("P"), "party", "pihak")
    percent: float | None = known(Number(0, 100), "share, per cent", "bagian, persen")

    @classmethod
    def spelled(cls, text: str) -> Share:
        """Read a share as it is typed: a party, or a party and its per cent.

        Examples
        --------
        >>> Share.spelled("P-000042-7: 60")
        Share(party='P-000042-7', percent=60.0)
        """
        party, colon, percent = text.partition(":")
        share = Number(0, 100).parse(percent.strip().removesuffix("%").strip(), "percent") if colon else None
        return cls(party=party.strip(), percent=share)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAnswer(Piece):
    """What a person answered to one check of the route."""

    key: str | None = known(Text(), "check", "pemeriksaan")
    answer: str | None = known(Choice("check_answers"), "answer", "jawaban")
    reason: str | None = known(_LINES, "reason", "alasan")
    by: str | None = known(Text(), "answered by", "dijawab oleh")
    date: str | None = known(Day(), "answered on", "tanggal jawaban")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnValue(Piece):
    """The value of a form's field that no other record has."""

    key: str | None = known(Text(), "field", "isian")
    value: str | None = known(_LINES, "value", "isi")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureConsent(Piece):
    """That the head agreed to pictures of a design leaving the registry, as closed as it was then."""

    by: str | None = known(Text(), "by", "oleh")
    date: str | None = known(PastDay(), "date", "tanggal")
    reason: str | None = known(_LINES, "reason", "alasan")
    access_class: str | None = known(Choice("access_classes"), "access class", "klasifikasi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee(Piece):
    """A fee, with the day for which it was right."""

    what: str | None = known(Text(), "what", "biaya")
    amount_idr: float | None = known(Number(), "amount, rupiah", "jumlah, rupiah")
    date: str | None = known(Day(), "date", "tanggal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing(Record):
    """An application: one for each route and work.

    Examples
    --------
    >>> filing = Filing(entries=("M-000042-7",), route="copyright", status="diajukan")
    >>> filing.pending, filing.links()
    (True, {'entry': ('M-000042-7',)})
    """

    KIND: ClassVar[str] = "filing"
    LETTERS: ClassVar[str] = "F"

    entries: tuple[str, ...] | None = known(Many(Id("M")), "entries", "motif", link="entry")
    route: str | None = known(Choice("routes"), "route", "jalur")
    applicant_kind: str | None = known(Choice("applicant_kinds"), "kind of application", "jenis permohonan")
    status: str | None = known(Choice("filing_statuses"), "status", "status")
    application_no: str | None = known(Text(), "application number", "nomor permohonan")
    application_date: str | None = known(PastDay(), "application date", "tanggal permohonan")
    registration_no: str | None = known(
        Text(), "number of the record or registration", "nomor pencatatan atau pendaftaran"
    )
    registration_date: str | None = known(
        PastDay(), "date of the record or registration", "tanggal pencatatan atau pendaftaran"
    )
    billing_no: str | None = known(Text(), "billing code", "kode billing")
    paid_on: str | None = known(PastDay(), "paid on", "tanggal bayar")
    publication_from: str | None = known(Day(), "published from", "masa pengumuman, mulai")
    publication_until: str | None = known(Day(), "published until", "masa pengumuman, sampai")
    priority_country: str | None = known(Text(), "priority country", "negara prioritas")
    priority_date: str | None = known(PastDay(), "priority date", "tanggal prioritas")
    transfer_ground: str | None = known(Text(), "ground of the transfer", "dasar pengalihan hak")
    photos: tuple[ChosenPhoto, ...] | None = known(
        Many(Part(ChosenPhoto.from_json)), "photos chosen", "foto yang dipilih", typed=False
    )
    shares: tuple[Share, ...] | None = known(
        Many(Part(Share.from_json, Share.spelled)), "order and shares", "urutan dan bagian", typed=False
    )
    deadlines: tuple[Deadline, ...] | None = known(
        Many(Part(Deadline.from_json)), "deadlines", "tenggat", typed=False
    )
    notices: tuple[Notice, ...] | None = known(
        Many(Part(Notice.from_json)), "notices", "pemberitahuan", typed=False
    )
    documents: tuple[Document, ...] | None = known(
        Many(Part(Document.from_json)), "documents", "dokumen", typed=False
    )
    answers: tuple[CheckAnswer, ...] | None = known(
        Many(Part(CheckAnswer.from_json)), "answers to checks", "jawaban pemeriksaan", typed=False
    )
    values: tuple[OwnValue, ...] | None = known(
        Many(Part(OwnValue.from_json)), "other fields of the form", "isian lain", typed=False
    )
    picture_consent: PictureConsent | None = known(
        Part(PictureConsent.from_json), "consent to pictures", "persetujuan gambar", typed=False
    )
    fees: tuple[Fee, ...] | None = known(Many(Part(Fee.from_json)), "fees", "biaya", typed=False)
    note: str | None = known(_LINES, "note", "catatan")

    @property
    def pending(self) -> bool:
        """Whether it is not decided yet; one whose status is unknown is taken for pending."""
        return self.status is None or bool(term("filing_statuses", self.status).more["pending"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Record):
    """A file that is kept for a filing, such as a signed letter. Identity papers are never kept.

    Its bytes lie beside the log, behind random ones: the log knows only the digest of both, from which no
    guess at the letter can be verified, and all of it can be erased.

    Examples
    --------
    >>> blob = seal_paper(b"%PDF-1.7")
    >>> len(blob), open_paper(blob)
    (40, b'%PDF-1.7')
    """

    KIND: ClassVar[str] = "paper"
    LETTERS: ClassVar[str] = "D"
    PERSONAL: ClassVar[bool] = True

    filing: str | None = known(Id("F"), "filing", "permohonan", link="filing")
    key: str | None = known(Text(), "row of the route", "berkas")
    name: str | None = known(Text(), "name of the file", "nama berkas")
    media_type: str | None = known(Text(), "kind of file", "jenis berkas")
    size_bytes: int | None = known(
        Number(1, PAPER_BYTES_MAX, whole=True), "size in bytes", "ukuran dalam bita"
    )
    digest: str | None = known(Sha256(), "digest of salt and file", "sidik bergaram")

    def erasable(self) -> tuple[str, ...]:
        """Return the SHA-256 of what is kept beside the record and is erased with it."""
        return (self.digest,) if self.digest else ()


def seal_paper(data: bytes) -> bytes:
    """Return a paper's bytes behind random ones, as they are kept.

    Parameters
    ----------
    data : bytes, 1 to ``PAPER_BYTES_MAX``

    Returns
    -------
    bytes
        Different each time.

    Raises
    ------
    ParameterError
        If it is empty or too large.
    """
    if not 1 <= len(data) <= PAPER_BYTES_MAX:
        values = {"count": len(data), "most": PAPER_BYTES_MAX}
        message = N_("a paper of {count} bytes; expected 1 to {most}", **values)
        raise ParameterError(message, hint=N_("Scan it in gray, at 200 dots per inch."))
    return secrets.token_bytes(_SALT_BYTES) + data


def open_paper(blob: bytes) -> bytes:
    """Return a paper's bytes from what ``seal_paper`` made.

    Parameters
    ----------
    blob : bytes

    Returns
    -------
    bytes
    """
    return blob[_SALT_BYTES:]


def digest_of(blob: bytes) -> str:
    """Return the digest by which the log knows a sealed paper.

    Parameters
    ----------
    blob : bytes
        Made by ``seal_paper``.

    Returns
    -------
    str, 64 lower-case hex digits
    """
    return hashlib.sha256(blob).hexdigest()
