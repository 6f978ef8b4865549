"""Comparisons that people judged, checks that are remembered, and the alerts that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from motif.errors import ParameterError
from motif.messages import N_
from motif.registry.records.fields import Choice, Id, Many, Moment, Number, Part, PastDay, Sha256, Text
from motif.registry.records.record import Piece, Record, known

LINES = Text(lines=True)
SIDE = Id("M", sha256=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartVerdict(Piece):
    """How one part of the two designs compares."""

    part: str | None = known(Choice("parts"), "part", "bagian")
    verdict: str | None = known(Choice("part_verdicts"), "verdict", "keputusan")
    reason: str | None = known(LINES, "reason", "alasan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Record):
    """What a person judged of two designs, or with verdict "classic" of one.

    ``a`` and ``b`` are entries, or the SHA-256 of a photo that was checked.

    Examples
    --------
    >>> judged = Decision(a="M-000042-7", b="M-000001-3", human_verdict="reject", reason="other ornament",
    ...                     examiner="Bu Sri", decided_at="2026-11-24T08:00:00Z")
    >>> judged.links()
    {'compared': ('M-000042-7', 'M-000001-3')}
    """

    KIND: ClassVar[str] = "decision"
    LETTERS: ClassVar[str] = "B"

    a: str | None = known(SIDE, "entry or SHA-256", "berkas A", link="compared")
    b: str | None = known(SIDE, "entry or SHA-256", "berkas B", link="compared")
    human_verdict: str | None = known(Choice("human_verdicts"), "verdict", "keputusan petugas")
    reason: str | None = known(LINES, "reason", "alasan")
    examiner: str | None = known(Text(), "examiner", "pemeriksa")
    decided_at: datetime | None = known(Moment(), "when judged", "tanggal")
    part: str | None = known(Choice("parts"), "part that is classic", "bagian yang klasik")
    earlier: str | None = known(SIDE, "which is earlier", "mana yang lebih dahulu")
    style_score: float | None = known(Number(0, 1), "likeness of style", "kemiripan gaya")
    instance_score: float | None = known(Number(0, 1), "likeness of the design", "kesamaan motif")
    transform_words: str | None = known(Text(), "how changed", "transformasi")
    transform_matrix: tuple[float, ...] | None = known(
        Many(Number(-1e9, 1e9), exactly=9), "matrix", "matriks", typed=False
    )
    residual_mm: float | None = known(Number(), "residual, mm", "sisa galat, mm")
    part_verdicts: tuple[PartVerdict, ...] | None = known(
        Many(Part(PartVerdict.from_json)), "part by part", "keputusan per bagian", typed=False
    )
    differences: tuple[str, ...] | None = known(Many(LINES), "differences", "daftar perbedaan")
    masked_elements: tuple[str, ...] | None = known(
        Many(Text()), "classic elements left out", "unsur klasik yang dikeluarkan"
    )
    background_rank: int | None = known(Number(1, whole=True), "rank in the background", "peringkat latar")
    false_alarm_rate: float | None = known(Number(0, 1), "false alarm rate", "laju alarm palsu")
    engine: str | None = known(Text(), "version and parameters", "versi dan parameter")

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        if self.a is None or (self.b is None and self.human_verdict not in ("classic", "reject")):
            raise ParameterError(N_("a comparison has two sides"), hint=N_("One alone is classic, or not."))
        if self.a == self.b:
            raise ParameterError(N_("the two sides of a comparison are one"), hint=N_("Name two."))
        if self.human_verdict and not (self.reason and self.examiner and self.decided_at):
            raise ParameterError(N_("a verdict needs a reason, an examiner and a time"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCheck(Record):
    """A check that is remembered, so that later entries are held against it.

    The fingerprint of the photo is kept beside it, not the photo. The note may name a person, so it
    can be erased.
    """

    KIND: ClassVar[str] = "check"
    LETTERS: ClassVar[str] = "Q"
    PERSONAL: ClassVar[bool] = True

    query_sha256: str | None = known(Sha256(), "SHA-256 of the photo", "sidik berkas", link="query")
    fingerprint_sha256: str | None = known(Sha256(), "SHA-256 of the fingerprint", "sidik motif")
    profile: str | None = known(Text(), "profile", "profil")
    verdict: str | None = known(Text(), "verdict", "hasil")
    matched: tuple[str, ...] | None = known(Many(Id("M")), "entries found alike", "motif yang mirip")
    searched_entries: int | None = known(Number(0, whole=True), "entries searched", "jumlah motif dicari")
    checked_at: datetime | None = known(Moment(), "when", "waktu")
    announced: str | None = known(PastDay(), "first announced", "pertama kali diumumkan")
    note: str | None = known(LINES, "for whom, or what for", "untuk siapa atau apa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Record):
    """A new entry resembles a design that is being filed, or one for which a check found nothing."""

    KIND: ClassVar[str] = "alert"
    LETTERS: ClassVar[str] = "A"

    entry: str | None = known(Id("M"), "new entry", "motif baru", link="entry")
    about: str | None = known(Id("FQ"), "filing or check", "permohonan atau pemeriksaan", link="about")
    other: str | None = known(SIDE, "what it resembles", "yang mirip", link="other")
    verdict: str | None = known(Text(), "indication", "indikasi")
    score: float | None = known(Number(0, 1), "score", "skor")
    raised_at: datetime | None = known(Moment(), "when", "waktu")
