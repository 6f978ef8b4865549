"""What was measured on an entry's photo, as far as entries are searched by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from motif.registry.records.fields import Id, Many, Number, Sha256, Text
from motif.registry.records.record import Record, known


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits(Record):
    """Figures of the description by which entries are found; a person may know better (``Motif``).

    Examples
    --------
    >>> kawung = Traits(family="kawung", symmetry=("p4m", "p4"), colors=("soga", "gading"))
    >>> kawung.suits(family="Kawung", symmetry="p4m"), kawung.suits(color="nila")
    (True, False)
    """

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

    def suits(self, *, family: str = "", symmetry: str = "", color: str = "") -> bool:
        """Say whether all that is asked for holds; what is not asked for does.

        ``family`` and ``symmetry`` are held against the best suggestion, ``color`` against keys, and as a
        part of names in either language.
        """
        best = self.symmetry[0] if self.symmetry else ""
        names = [name.casefold() for name in (*(self.colors or ()), *(self.color_names or ()))]
        return (
            (not family or _plain(family) == _plain(self.family or ""))
            and (not symmetry or symmetry.casefold() == best)
            and (not color or any(color.strip().casefold() in name for name in names))
        )

    def is_stale(self) -> bool:
        """Say whether it is known to have been measured in another way than this program measures.

        Examples
        --------
        >>> Traits(measuring=10_000).is_stale(), Traits().is_stale()
        (True, False)
        """
        from motif.description import MEASURING

        return self.measuring not in (None, MEASURING)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
