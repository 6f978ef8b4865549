"""What leaves the registry with an entry: all of the design, and of people only what may be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from motif.registry.records.entry import Entry
from motif.registry.records.filing import Filing
from motif.registry.records.people import Party
from motif.registry.records.works import Motif, Specimen
from motif.registry.registry import Registry
from motif.times import iso

MANY: Final = frozenset({"photo_sha256", "photo_names", "people", "filings", "similar_to"})
"""Columns that hold several values; beside those of ``Motif`` that do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingEntry:
    """An entry with what is linked.

    Parameters
    ----------
    entry : Entry
    motif : Motif
    specimens, filings, parties : tuple
    """

    entry: Entry
    motif: Motif
    specimens: tuple[Specimen, ...]
    filings: tuple[Filing, ...]
    parties: tuple[Party, ...]

    def people(self) -> list[dict[str, str | None]]:
        """Return role and name of the people around the entry; a name only if it may be shown.

        Nothing else of a person leaves the registry this way: no address, no number, no hash of one.
        """
        filings = {filing.id for filing in self.filings}
        return [
            {"role": role.role, "name": party.shown_name(), "party": party.id}
            for party in self.parties
            for role in party.roles or ()
            if role.of == self.entry.id or role.of in filings
        ]


def dossiers(registry: Registry, *, include_withdrawn: bool = False) -> Iterator[OutgoingEntry]:
    """Yield the entries in order, with what is linked."""
    for entry in registry.list(include_withdrawn=include_withdrawn):
        linked = registry.records.about(entry.id)
        yield OutgoingEntry(
            entry=entry,
            motif=linked["motif"][0],  # type: ignore[arg-type]
            specimens=linked.get("specimen", ()),  # type: ignore[arg-type]
            filings=linked.get("filing", ()),  # type: ignore[arg-type]
            parties=linked.get("party", ()),  # type: ignore[arg-type]
        )


def columns() -> list[str]:
    """Return the columns of a flat row, in order."""
    of_entry = ["id", "title", "note", "registered_at", "withdrawn_at", "withdrawn_reason", "similar_to"]
    return [*of_entry, "photo_sha256", "photo_names", *Motif.typed_fields(), "people", "filings"]


def many_columns() -> frozenset[str]:
    """Return the columns that hold several values."""
    listed = {name for name, one in Motif.typed_fields().items() if hasattr(one["kind"], "inner")}
    return MANY | listed


def flat_row(dossier: OutgoingEntry) -> dict[str, Any]:
    """Return an entry as one row: texts, lists of texts, true or false, and None for the unknown."""
    entry, known = dossier.entry, dossier.motif.to_json()
    row: dict[str, Any] = {
        "id": entry.id,
        "title": entry.title,
        "note": entry.note,
        "registered_at": iso(entry.registered_at),
        "withdrawn_at": None if entry.withdrawn_at is None else iso(entry.withdrawn_at),
        "withdrawn_reason": entry.withdrawn_reason,
        "similar_to": list(entry.similar_to),
        "photo_sha256": [photo.sha256 for photo in entry.photos],
        "photo_names": [photo.name for photo in entry.photos],
        "people": [f"{one['role']}: {one['name'] or one['party']}" for one in dossier.people()],
        "filings": [_filing_line(filing) for filing in dossier.filings],
    }
    row |= {name: known[name] for name in Motif.typed_fields()}
    return {name: row[name] for name in columns()}


def full_document(dossier: OutgoingEntry) -> dict[str, Any]:
    """Return an entry as one JSON document."""
    return dossier.entry.to_json() | {
        "motif": dossier.motif.to_json(),
        "specimens": [replace(one, custody=None).to_json() for one in dossier.specimens],
        "filings": [one.to_json() for one in dossier.filings],
        "people": dossier.people(),
    }


def _filing_line(filing: Filing) -> str:
    parts = [filing.id, filing.route, filing.status, filing.application_no, filing.application_date]
    return " ".join(part for part in [*parts, filing.registration_no, filing.registration_date] if part)
