"""What a report tells of an entry's records: design, cloths, filings, and people who may be named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from motif.messages import _
from motif.registry.book import CLASSES
from motif.registry.people import Party
from motif.report.blocks import Block, Facts, Heading
from motif.report.records import KIND_NAMES, record_rows

if TYPE_CHECKING:
    from motif.registry.registry import Registry

SHEET: Final = ("motif", "specimen", "filing", "party")
"""What a motif sheet tells of."""
MATCH: Final = ("filing", "party")
"""What the page of a match tells of."""


def told_records(registry: Registry, entry_id: str, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Return an entry's records as JSON, without what a report must not tell of people.

    Of a person or body, only the roles are told, and the name where it may be named: no number, address or
    telephone.
    """
    found = registry.records.about(entry_id)
    made = []
    for record in (one for kind in kinds for one in found.get(kind, ())):
        if isinstance(record, Party):
            record = Party(id=record.id, name=record.shown_name(), roles=record.roles)
        made.append(record.to_json())
    return made


def record_blocks(records: Sequence[Mapping[str, Any]], language: str) -> list[Block]:
    """Word records, those of which something is known; in the language in use, which must be ``language``."""
    blocks: list[Block] = []
    for value in records:
        record = CLASSES[value["kind"]].from_json(dict(value))
        rows = record_rows(record)
        if isinstance(record, Party) and record.name is None:
            rows.append((_("name", language), _("not to be named", language)))
        if rows:
            kind = _(KIND_NAMES[record.KIND], language)
            blocks += [Heading(text=f"{kind} {record.id}", level=3), Facts(rows=tuple(rows))]
    return blocks
