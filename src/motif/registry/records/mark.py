"""A mark on photos that a registry ignores: a shop's label, a logo, a watermark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from motif.errors import ParameterError
from motif.messages import N_
from motif.registry.records.fields import Id, Many, Moment, Number, Sha256, Text
from motif.registry.records.record import Record, known

_LINES = Text(lines=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredMark(Record):
    """A mark that counts nowhere in its registry, as long as nobody takes it back.

    Its keypoints are kept beside it, as a fingerprint of what lies inside the box. The photo on which it was
    shown is named, and need not be registered.

    Examples
    --------
    >>> mark = IgnoredMark(sha256="ab" * 32, box=(40, 30, 200, 80), outline=(0, 0, 9, 0, 9, 9, 0, 9),
    ...                    keypoints_sha256="cd" * 32, reason="the shop's label", ignored_by="Bu Sri",
    ...                    ignored_at="2026-11-24T08:00:00Z")
    >>> mark.active, mark.links()
    (True, {'photo': ('abababababababababababababababababababababababababababababababab',)})
    """

    KIND: ClassVar[str] = "mark"
    LETTERS: ClassVar[str] = "X"

    sha256: str | None = known(
        Sha256(), "SHA-256 of the photo that shows it", "sidik berkas foto", link="photo", typed=False
    )
    box: tuple[int, ...] | None = known(
        Many(Number(whole=True), exactly=4),
        "left, top, width and height on the photo, pixels",
        "kiri, atas, lebar, dan tinggi pada foto, piksel",
        typed=False,
    )
    outline: tuple[float, ...] | None = known(
        Many(Number(-1e6, 1e6)), "outline on the swatch, x and y", "garis tepi pada gambar kain", typed=False
    )
    keypoints_sha256: str | None = known(
        Sha256(), "SHA-256 of its keypoints", "sidik titik kunci", typed=False
    )
    decision: str | None = known(
        Id("B"), "decision that led to it", "keputusan dasarnya", link="decision", typed=False
    )
    reason: str | None = known(_LINES, "reason", "alasan", typed=False)
    ignored_by: str | None = known(Text(), "ignored by", "diabaikan oleh", typed=False)
    ignored_at: datetime | None = known(Moment(), "ignored since", "diabaikan sejak", typed=False)
    restored_reason: str | None = known(_LINES, "why it counts again", "mengapa dihitung lagi", typed=False)
    restored_by: str | None = known(Text(), "taken back by", "dikembalikan oleh", typed=False)
    restored_at: datetime | None = known(Moment(), "counts again since", "dihitung lagi sejak", typed=False)

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        needed = (self.sha256, self.box, self.outline, self.keypoints_sha256, self.reason, self.ignored_at)
        if None in needed or not self.reason:
            raise ParameterError(N_("an ignored mark needs a photo, a box, keypoints, a reason and a time"))
        if len(self.outline or ()) < 6 or len(self.outline or ()) % 2:
            raise ParameterError(N_("the outline of an ignored mark has no three corners"))

    @property
    def active(self) -> bool:
        """Whether it is ignored: nobody has taken it back."""
        return self.restored_at is None
