"""What was measured on an entry's photo, as far as entries are searched by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from motif.registry.records.fields import Id, Many, Number, Sha256, Text
from motif.registry.records.record import Record, known


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits(Record):
    """Figures of the description by which entries are found; a person may know better (``Motif``)."""

    KIND: ClassVar[str] = "traits"
    LETTERS: ClassVar[str] = "T"

    entry: str | None = known(Id("M"), "entry", "nomor registri", link="entry", typed=False)
    sha256: str | None = known(
        Sha256(), "SHA-256 of the photo's file", "sidik berkas", link="photo", typed=False
    )
    family: str | None = known(Text(), "suggested family", "saran golongan motif", typed=False)
    family_confidence: float | None = known(Number(0, 1), "how sure", "keyakinan", typed=False)
    repeats_in: float | None = known(Number(0, 2), "directions of repeat", "arah raport", typed=False)
    symmetry: tuple[str, ...] | None = known(
        Many(Text()), "symmetry groups, best first", "golongan simetri", typed=False
    )
    colors: tuple[str, ...] | None = known(Many(Text()), "colours", "warna", typed=False)
    color_names: tuple[str, ...] | None = known(
        Many(Text()), "their names in both languages", "nama warna", typed=False
    )
    measuring: int | None = known(
        Number(1, whole=True), "number of the way of measuring", "nomor cara pengukuran", typed=False
    )
    """``motif.description.MEASURING`` of the program that measured; None where that is not known."""

    def is_stale(self) -> bool:
        """Say whether it is known to have been measured in another way than this program measures.

        Examples
        --------
        >>> Traits(measuring=10_000).is_stale(), Traits().is_stale()
        (True, False)
        """
        from motif.description import MEASURING

        return self.measuring not in (None, MEASURING)
