"""What leaves the registry with an entry: all of the design, and of people only what may be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from motif.registry.records.entry import Entry
from motif.registry.records.filing import Filing
from motif.registry.records.people import Party
from motif.registry.records.works import Motif, Specimen
from motif.registry.registry import Registry

_ENTRY_COLUMNS = ("id", "title", "note", "registered_at", "withdrawn_at", "withdrawn_reason", "similar_to")
_PHOTO_COLUMNS = ("photo_sha256", "photo_names")
_LINKED_COLUMNS = ("people", "filings")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingEntry:
    """An entry with the records linked to it.

    Parameters
    ----------
    entry : Entry
    motif : Motif
    specimens : tuple of Specimen
    filings : tuple of Filing
    parties : tuple of Party
    """

    entry: Entry
    motif: Motif
    specimens: tuple[Specimen, ...]
    filings: tuple[Filing, ...]
    parties: tuple[Party, ...]

    def people(self) -> list[dict[str, str | None]]:
        """Return the role of each person around the entry, and the name where it may be shown.

        No other personal data leaves the registry this way: no address, no identity number, no hash of one.

        Returns
        -------
        list of dict
            ``role``, ``name`` (None unless it may be shown) and ``party``, the party's id.
        """
        filings = {filing.id for filing in self.filings}
        return [
            {"role": role.role, "name": party.shown_name(), "party": party.id}
            for party in self.parties
            for role in party.roles or ()
            if role.of == self.entry.id or role.of in filings
        ]


def outgoing_entries(registry: Registry, *, include_withdrawn: bool = False) -> Iterator[OutgoingEntry]:
    """Yield the entries of a registry with the records linked to them.

    Parameters
    ----------
    registry : Registry
    include_withdrawn : bool

    Yields
    ------
    OutgoingEntry
        In the order of registration.
    """
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
    return [*_ENTRY_COLUMNS, *_PHOTO_COLUMNS, *Motif.typed_fields(), *_LINKED_COLUMNS]


def list_columns() -> frozenset[str]:
    """Return the columns that hold lists."""
    of_motif = {name for name, field in Motif.typed_fields().items() if hasattr(field["kind"], "inner")}
    return frozenset({"similar_to", *_PHOTO_COLUMNS, *_LINKED_COLUMNS} | of_motif)


def flat_row(outgoing: OutgoingEntry) -> dict[str, Any]:
    """Return an entry as one row of a table.

    Parameters
    ----------
    outgoing : OutgoingEntry

    Returns
    -------
    dict
        Column -> text, list of texts, bool, or None where nothing is recorded; in the order of ``columns()``.
    """
    entry, motif = outgoing.entry.to_json(), outgoing.motif.to_json()
    return {
        **{name: entry[name] for name in _ENTRY_COLUMNS},
        "photo_sha256": [photo.sha256 for photo in outgoing.entry.photos],
        "photo_names": [photo.name for photo in outgoing.entry.photos],
        **{name: motif[name] for name in Motif.typed_fields()},
        "people": [f"{person['role']}: {person['name'] or person['party']}" for person in outgoing.people()],
        "filings": [_filing_line(filing) for filing in outgoing.filings],
    }


def full_document(outgoing: OutgoingEntry) -> dict[str, Any]:
    """Return an entry and the records linked to it as one JSON document.

    Parameters
    ----------
    outgoing : OutgoingEntry

    Returns
    -------
    dict
        The fields of ``Entry.to_json``, and ``motif``, ``specimens``, ``filings`` and ``people``; the custody
        of specimens is left out.
    """
    return outgoing.entry.to_json() | {
        "motif": outgoing.motif.to_json(),
        "specimens": [replace(specimen, custody=None).to_json() for specimen in outgoing.specimens],
        "filings": [filing.to_json() for filing in outgoing.filings],
        "people": outgoing.people(),
    }


def _filing_line(filing: Filing) -> str:
    parts = [filing.id, filing.route, filing.status, filing.application_no, filing.application_date]
    return " ".join(part for part in [*parts, filing.registration_no, filing.registration_date] if part)
