"""The traits by which entries are found, measured on an entry's first photo.

Describing a photo takes longer than registering it. It is put off until somebody looks for a family, a
symmetry or a colour; then the traits are kept as a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from motif.errors import PhotoError, RegistryError
from motif.registry.catalogue import Records
from motif.registry.records.entry import Entry
from motif.registry.records.traits import Traits

if TYPE_CHECKING:
    from motif.description import Description

_GROUPS = 3
"""Symmetry groups that are kept, best first."""


def measure_traits(
    entries: Iterable[Entry], records: Records, original: Callable[[str], bytes]
) -> Iterator[tuple[Entry, Traits]]:
    """Yield entries with their traits; those not measured yet are measured, and kept if that is possible.

    Traits measured in another way than now are measured again, as a new version of the record; a record that
    does not say how it was measured stays valid. An entry whose photo cannot be described has unknown traits.

    Parameters
    ----------
    entries : iterable of Entry
    records : Records
        Of the same registry.
    original : callable, str -> bytes
        Gives the untouched file of an entry's first photo, by the entry's id.

    Yields
    ------
    (Entry, Traits)
        In the order of ``entries``.
    """
    for entry in entries:
        photo = entry.photos[0].sha256
        recorded = [traits for traits in records.list(Traits, about=entry.id) if traits.sha256 == photo]
        current = [traits for traits in recorded if not traits.is_stale()]
        if current:
            yield entry, current[0]
        else:
            yield entry, _measured(entry, recorded[0].id if recorded else None, records, original)


def matches_traits(traits: Traits, *, family: str = "", symmetry: str = "", color: str = "") -> bool:
    """Tell whether traits meet all conditions that are given.

    Parameters
    ----------
    traits : Traits
    family, symmetry : str, optional
        Compared with the best suggestion.
    color : str, optional
        Compared with keys, and with parts of names in either language.

    Returns
    -------
    bool

    Examples
    --------
    >>> kawung = Traits(family="kawung", symmetry=("p4m", "p4"), colors=("soga", "gading"))
    >>> matches_traits(kawung, family="Kawung", symmetry="p4m"), matches_traits(kawung, color="nila")
    (True, False)
    """
    best = traits.symmetry[0] if traits.symmetry else ""
    names = [name.casefold() for name in (*(traits.colors or ()), *(traits.color_names or ()))]
    return (
        (not family or _plain(family) == _plain(traits.family or ""))
        and (not symmetry or symmetry.casefold() == best)
        and (not color or any(color.strip().casefold() in name for name in names))
    )


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _measured(
    entry: Entry, record_id: str | None, records: Records, original: Callable[[str], bytes]
) -> Traits:
    from motif.description import describe

    try:
        measured = replace(_traits_of(describe(original(entry.id)), entry), id=record_id)
    except PhotoError:
        return Traits(entry=entry.id)
    try:
        return records.put(measured)
    except RegistryError:  # read-only, or busy: measured again the next time
        return measured


def _traits_of(description: Description, entry: Entry) -> Traits:
    """Return the figures of a description by which entries are found."""
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
