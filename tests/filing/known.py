"""Facts of filings, made of records, without a registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from tests.records import entry_photo

from motif.filing.facts import Facts
from motif.filing.prior import PriorSearch
from motif.filing.routes import Rules, shipped_rules
from motif.registry.records.entry import Entry
from motif.registry.records.filing import Filing
from motif.registry.records.ids import format_record_id
from motif.registry.records.people import Party, Role
from motif.registry.records.works import Motif

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
ENTRY = Entry(
    id="M-000003-7",
    title="Ceplok Biru",
    registered_at=datetime(2026, 11, 20, tzinfo=UTC),
    photos=(entry_photo(), entry_photo(sha256="cd" * 32, name="rinci.png")),
)


def party(number: int, *roles: str, **known: Any) -> Party:
    """Return a person with roles in the design of ``facts_of``."""
    return Party(
        id=format_record_id("party", number),
        **{"name": f"Sri {number}"} | known,
        roles=tuple(Role(role=role, of=ENTRY.id) for role in roles),
    )


def facts_of(
    route: str = "copyright",
    *,
    people: Sequence[Party] = (),
    motif: Motif | None = None,
    rules: Rules | None = None,
    **other: Any,
) -> Facts:
    """Return the facts of a filing; ``other`` are fields of ``Facts``, or of ``Filing`` with ``filing=``."""
    filing = Filing(
        **{"id": "F-000001-3", "entries": (ENTRY.id,), "route": route, "status": "draf"}
        | other.pop("filing", {})
    )
    facts = Facts(
        filing=filing,
        route=(rules or shipped_rules()).route(route),
        entry=ENTRY,
        motif=motif or Motif(id=ENTRY.id),
        parties=tuple(people),
        specimens=(),
        captures=(),
        papers=MappingProxyType({}),
        search=PriorSearch(check=None),
        at=AT,
    )
    return replace(facts, **other)
