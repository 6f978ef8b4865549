"""The designs as a list to look through: found by title, maker, family, colour, symmetry, number."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from motif.records import Entry, Motif, Party, Traits
from motif.registry.registry import Registry
from motif.registry.search.traits import matches_traits
from motif.vocabulary import terms

PAGE_SIZE: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One design of the list.

    Parameters
    ----------
    entry : Entry
    known : Motif
    traits : Traits or None
        None while nothing was measured.
    makers : tuple of str
        Names that may be shown.
    """

    entry: Entry
    known: Motif
    traits: Traits | None
    makers: tuple[str, ...]

    @property
    def family(self) -> str:
        """The family that a person named, or else the one that was measured; empty if neither."""
        return self.known.family or (self.traits.family if self.traits and self.traits.family else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; empty fields ask for nothing.

    Parameters
    ----------
    words : str
        Parts of title, number, other titles or a maker's name.
    family, symmetry, color : str
    """

    words: str = ""
    family: str = ""
    symmetry: str = ""
    color: str = ""

    def fits(self, row: Row) -> bool:
        """Tell whether a design is wanted."""
        said = " ".join(
            (row.entry.id, row.entry.id.replace("-", ""), row.entry.title, *(row.known.alt_titles or ()))
        )
        place = (row.known.origin_village, row.known.origin_regency_city)
        text = " ".join((said, *row.makers, *filter(None, place))).casefold()
        if not all(word in text for word in self.words.casefold().split()):
            return False
        if self.family and row.family != self.family:
            return False
        if not (self.symmetry or self.color):
            return True
        return row.traits is not None and matches_traits(row.traits, symmetry=self.symmetry, color=self.color)


class Catalogues:
    """The list as each role sees it, read again when the registry has changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, Sequence[Row]]] = {}
        self._lock = threading.Lock()

    def rows(self, registry: Registry) -> Sequence[Row]:
        """Return all active designs that an actor may see, newest first.

        Parameters
        ----------
        registry : Registry
            As that actor sees it.

        Returns
        -------
        sequence of Row
        """
        role, revision = registry.actor.role, registry.revision
        with self._lock:
            known = self._known.get(role)
            if known is None or known[0] != revision:
                known = self._known[role] = (revision, _read(registry))
        return known[1]


def families() -> list[tuple[str, str]]:
    """Return the families that can be asked for: key and label."""
    return [(key, term.label()) for key, term in terms("families").items()]


def _read(registry: Registry) -> list[Row]:
    known = {motif.id: motif for motif in registry.records.list(Motif)}
    traits = {one.entry: one for one in registry.records.list(Traits)}
    makers: dict[str, list[str]] = {}
    for party in registry.records.list(Party):
        name = party.shown_name()
        for role in party.roles or ():
            if name and role.of and role.role in ("pencipta", "pendesain", "pembatik"):
                makers.setdefault(role.of, []).append(name)
    return [
        Row(
            entry=entry,
            known=known.get(entry.id) or Motif(id=entry.id),
            traits=traits.get(entry.id),
            makers=tuple(makers.get(entry.id, ())),
        )
        for entry in reversed(registry.list())
    ]
