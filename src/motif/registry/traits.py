"""What was measured on an entry's photo, as far as one looks for entries by it; kept when first asked for.

Describing a photo takes longer than registering it, so it waits until somebody looks for a family, a
symmetry or a colour; then it is kept as a record, and never done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from motif.errors import PhotoError, RegistryError
from motif.registry.entity import Record, known
from motif.registry.records import Entry
from motif.registry.values import Id, Many, Number, Sha256, Text

if TYPE_CHECKING:
    from motif.description import Description
    from motif.registry.registry import Registry

_GROUPS = 3


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
    """``motif.description.MEASURING`` of the program that measured; None in records of before it was kept."""

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


def traits(registry: Registry, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Traits]]:
    """Yield entries with their traits; what was not measured yet is, and kept if the registry can be written.

    What was measured in another way than now is measured again, as a new version of the record; a record
    that does not say how it was measured counts as it is. An entry whose photo cannot be described has
    unknown traits.
    """
    for entry in entries:
        photo = entry.photos[0].sha256
        kept = [one for one in registry.records.list(Traits, about=entry.id) if one.sha256 == photo]
        usable = [one for one in kept if not one.is_stale()]
        yield entry, usable[0] if usable else _measured(registry, entry, kept[0].id if kept else None)


def _measured(registry: Registry, entry: Entry, record_id: str | None) -> Traits:
    from motif.description import describe

    try:
        made = replace(traits_of(describe(registry.original(entry.id)), entry), id=record_id)
    except PhotoError:
        return Traits(entry=entry.id)
    try:
        return registry.records.put(made)
    except RegistryError:  # read-only, or busy: measured again the next time
        return made


def traits_of(description: Description, entry: Entry) -> Traits:
    """Return those figures of a description by which entries are found."""
    colors = description.palette.colors
    return Traits(
        entry=entry.id,
        sha256=entry.photos[0].sha256,
        family=description.family.key,
        family_confidence=round(description.family.confidence, 3),
        repeats_in=len(description.repeat.vectors_px),
        symmetry=tuple(name for name, _ in description.symmetry.ranked[:_GROUPS]),
        colors=tuple(dict.fromkeys(color.key for color in colors)),
        color_names=tuple(dict.fromkeys(name for color in colors for name in (color.name_id, color.name_en))),
        measuring=description.measuring,
    )


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
