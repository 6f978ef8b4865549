"""The search before a filing: what the newest check found, what people decided on it, and how old it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from motif.errors import AccessDeniedError
from motif.photo.photo import read_photo
from motif.registry.records.decision import Decision, SavedCheck
from motif.registry.records.entry import Entry
from motif.registry.records.filing import Filing
from motif.registry.records.works import Motif
from motif.registry.registry import Registry

SEARCH_DAYS: Final = 30
"""A search that is older, in days, is made again before a filing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """An entry that the newest check found similar.

    Parameters
    ----------
    entry : Entry or None
        None if it is not open to who asks.
    motif : Motif or None
        What is known of it: when it was announced, disclosed, sold.
    decision : Decision or None
        What a person decided on the pair; None where nobody did.
    filings : tuple of Filing
        By every route.
    """

    entry: Entry | None
    motif: Motif | None = None
    decision: Decision | None = None
    filings: tuple[Filing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorSearch:
    """The newest saved check of a design among all entries, whatever their route.

    Parameters
    ----------
    check : SavedCheck or None
        None if none was saved.
    age_days : int
        At the moment that counts.
    newer : Entry or None
        The newest other entry, if it was registered after the check.
    indications : tuple of Indication
        Found by the check or named by an open alert since.
    """

    check: SavedCheck | None
    age_days: int = 0
    newer: Entry | None = None
    indications: tuple[Indication, ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether it is older than ``SEARCH_DAYS``, or than the newest entry."""
        return self.age_days > SEARCH_DAYS or self.newer is not None

    @property
    def undecided(self) -> tuple[Indication, ...]:
        """The indications on which nobody decided."""
        return tuple(each for each in self.indications if each.decision is None)

    @property
    def confirmed(self) -> tuple[Indication, ...]:
        """The indications that a person called the same design."""
        return tuple(
            each for each in self.indications if each.decision and each.decision.human_verdict == "confirm"
        )


def prior_search(registry: Registry, entry: Entry, *, filing_id: str, at: datetime) -> PriorSearch:
    """Return the newest saved check of any photo of an entry, as of a moment.

    Parameters
    ----------
    registry : Registry
    entry : Entry
    filing_id : str
        Alerts about it are indications, too.
    at : datetime
        The whole day counts, in UTC.

    Returns
    -------
    PriorSearch
    """
    horizon = at.astimezone(UTC).replace(hour=23, minute=59, second=59, microsecond=999_999)
    checks = [
        check
        for photo in entry.photos
        for check in registry.records.list(SavedCheck, about=photo.sha256)
        if check.checked_at is not None and check.checked_at <= horizon
    ]
    if not checks:
        return PriorSearch(check=None)
    newest = max(checks, key=lambda check: (check.checked_at, check.id))
    checked_at = newest.checked_at
    assert checked_at is not None
    alerts = [alert.entry for about in (filing_id, str(newest.id)) for alert in registry.alerts(about)]
    similar = dict.fromkeys(str(other) for other in (*(newest.matched or ()), *alerts) if other != entry.id)
    last = registry.newest(at=horizon, besides=entry.id)
    return PriorSearch(
        check=newest,
        age_days=(horizon - checked_at) // timedelta(days=1),
        newer=last if last is not None and last.registered_at > checked_at else None,
        indications=tuple(_indication(registry, entry.id, other) for other in similar),
    )


def search_again(registry: Registry, filing_id: str, *, note: str) -> SavedCheck:
    """Check the first photo of a filing's design against all entries, and remember the answer.

    Parameters
    ----------
    registry : Registry
    filing_id : str
    note : str
        What it is for.

    Returns
    -------
    SavedCheck
    """
    filing = registry.records.get(filing_id)
    assert isinstance(filing, Filing) and filing.entries
    photo = registry.get(filing.entries[0]).photos[0]
    pixels = read_photo(registry.original(photo.sha256), long_edge_px=registry.profile.long_edge_px)
    return registry.remember(registry.check(pixels, limit=50), note=note)


def _indication(registry: Registry, own: str, other: str) -> Indication:
    try:
        return Indication(
            entry=registry.get(other),
            motif=registry.records.motif(other),
            decision=registry.decided(own, other),
            filings=registry.records.list(Filing, about=other),
        )
    except AccessDeniedError:
        return Indication(entry=None)
