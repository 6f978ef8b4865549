"""What was measured on an entry's photo, as far as one looks for entries by it; kept when first asked for.

Describing a photo takes longer than registering it, so it waits until somebody looks for a family, a
symmetry or a colour; then it is kept as a record, and never done again.
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


def measure_traits(
    entries: Iterable[Entry], records: Records, original: Callable[[str], bytes]
) -> Iterator[tuple[Entry, Traits]]:
    """Yield entries with their traits; what was not measured yet is, and kept if the registry can be written.

    What was measured in another way than now is measured again, as a new version of the record; a record
    that does not say how it was measured counts as it is. An entry whose photo cannot be described has
    unknown traits.

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
        kept = [record for record in records.list(Traits, about=entry.id) if record.sha256 == photo]
        usable = [record for record in kept if not record.is_stale()]
        if usable:
            yield entry, usable[0]
        else:
            yield entry, _measured(entry, kept[0].id if kept else None, records, original)


def _measured(
    entry: Entry, record_id: str | None, records: Records, original: Callable[[str], bytes]
) -> Traits:
    from motif.description import describe

    try:
        measured = replace(traits_of(describe(original(entry.id)), entry), id=record_id)
    except PhotoError:
        return Traits(entry=entry.id)
    try:
        return records.put(measured)
    except RegistryError:  # read-only, or busy: measured again the next time
        return measured


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
