"""Filings: an application by one of the routes, with its numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from motif.registry.records.fields import Choice, Day, Id, Many, Number, Part, PastDay, Sha256, Text
from motif.registry.records.record import Piece, Record, known
from motif.vocabulary import term


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Piece):
    """Something that is due."""

    what: str | None = known(Text(), "what", "tenggat")
    due: str | None = known(Day(), "due", "jatuh tempo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Piece):
    """A paper of the filing; the file itself is kept by the office."""

    name: str | None = known(Text(), "name", "dokumen")
    sha256: str | None = known(Sha256(), "SHA-256", "sidik berkas")
    date: str | None = known(Day(), "date", "tanggal")


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
    publication_from: str | None = known(Day(), "published from", "masa pengumuman, mulai")
    publication_until: str | None = known(Day(), "published until", "masa pengumuman, sampai")
    priority_country: str | None = known(Text(), "priority country", "negara prioritas")
    priority_date: str | None = known(PastDay(), "priority date", "tanggal prioritas")
    deadlines: tuple[Deadline, ...] | None = known(
        Many(Part(Deadline.from_json)), "deadlines", "tenggat", typed=False
    )
    documents: tuple[Document, ...] | None = known(
        Many(Part(Document.from_json)), "documents", "dokumen", typed=False
    )
    fees: tuple[Fee, ...] | None = known(Many(Part(Fee.from_json)), "fees", "biaya", typed=False)
    note: str | None = known(Text(lines=True), "note", "catatan")

    @property
    def pending(self) -> bool:
        """Whether it is not decided yet; one whose status is unknown is taken for pending."""
        return self.status is None or bool(term("filing_statuses", self.status).more["pending"])
