"""The ledger for who sees everything: who did what, and who read what is not open."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from motif.registry.ledger.event import subject_of
from motif.web.pages.entries import happened
from motif.web.visit import Visit

_MOST: Final = 200


def show(visit: Visit) -> Response:
    """Show the last events, all or those of one person."""
    by = visit.request.query_params.get("by", "").strip()[:100]
    events = visit.registry().ledger.newest(by=by, limit=_MOST)
    rows = [(event.at, event.by, happened(event), subject_of(event)) for event in events]
    names = sorted({account.login for account in visit.counter.accounts.list()})
    return visit.page("ledger", rows=rows, by=by, names=names, most=_MOST)
