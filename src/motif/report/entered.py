"""From an entry to its motif sheet: the cloth, one repeat, what was measured, and the ledger's proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from motif.description import describe_fully
from motif.errors import RegistryError
from motif.messages import LANGUAGES
from motif.normalize.pictures import cloth_picture
from motif.normalize.small import reduced
from motif.normalize.swatch import normalize
from motif.photo import read_photo
from motif.registry.records import Entry, EntryPhoto, iso
from motif.report.checked import ledger_state, photo_facts
from motif.report.description import description_sentences
from motif.report.linked import SHEET, told_records
from motif.report.overlay import with_lattice
from motif.report.record import RECORD_FORMAT, Album, Report, made_with

if TYPE_CHECKING:
    from motif.registry.registry import Registry

_CLOTH_PX: Final = 900
_UNIT_PX: Final = 360
_LATTICE_PX: Final = 640
_CAPTURES_MOST: Final = 12
"""So many photos of an entry are shown; further ones are named with their SHA-256."""


def entry_report(entry_id: str, registry: Registry) -> Report:
    """Gather what the motif sheet of an entry tells.

    Parameters
    ----------
    entry_id : str, in any spelling that ``Registry.get`` takes
    registry : Registry

    Returns
    -------
    Report
        For ``report_html`` and ``report_pdf``. Dated by the newest event of the ledger.

    Raises
    ------
    EntryNotFoundError
        If there is no such entry.
    RegistryCorruptError
        If an original is missing or was changed.
    """
    entry, album = registry.get(entry_id), Album()
    end = registry.ledger.head().size
    newest = next(iter(registry.ledger.events(end - 1, end)))
    record = {
        "format": RECORD_FORMAT,
        "kind": "entry",
        "at": iso(newest.at),
        "made_with": made_with(registry.profile),
        "entry": entry.to_json(),
        "searched": ledger_state(registry),
        "proof": _proof(entry, registry),
        "records": told_records(registry, entry.id, SHEET),
        "described": _described(entry, registry, album),
        "captures": [_capture(photo, registry, album) for photo in entry.photos[:_CAPTURES_MOST]],
        "pictures": album.sizes,
    }
    return Report(record=record, pictures=album.files)


def _proof(entry: Entry, registry: Registry) -> dict[str, Any] | None:
    """Prove the entry to somebody who cannot see the registry; None while no checkpoint covers it."""
    try:
        return registry.ledger.proof(entry.id)
    except RegistryError:
        return None


def _described(entry: Entry, registry: Registry, album: Album) -> dict[str, Any]:
    """Describe the first photo, with one repeat of the drawing where it repeats."""
    data = registry.original(entry.photos[0].sha256)
    photo = read_photo(data, long_edge_px=_CLOTH_PX)
    swatch = normalize(photo, registry.profile)
    cloth = cloth_picture(photo, swatch, long_edge_px=_CLOTH_PX)
    made = describe_fully(data)
    unit = made.unit_picture()
    sentences = {
        language: [text for text, _ in description_sentences(made.description, language)]
        for language in LANGUAGES
    }
    lattice = None
    if made.description.repeat.vectors_px:
        lattice = album.add(with_lattice(reduced(photo.rgb, _LATTICE_PX), made), most_bytes=110_000)
    return {
        "lattice": lattice,
        "cloth": album.add(cloth, most_bytes=220_000),
        "unit": None if unit is None else album.add(reduced(unit, _UNIT_PX), most_bytes=60_000),
        "measured": made.description.to_json(),
        "draft": sentences,
    }


def _capture(known: EntryPhoto, registry: Registry, album: Album) -> dict[str, Any]:
    photo = read_photo(registry.original(known.sha256), long_edge_px=registry.profile.long_edge_px)
    facts = photo_facts(photo, normalize(photo, registry.profile), album)
    return facts | {"name": known.name}
