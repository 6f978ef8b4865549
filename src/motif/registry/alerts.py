"""SavedChecks about a new entry: designs that are being filed, and earlier checks, that it resembles.

Filings are found through the entries that the new one resembles. Saved checks are searched the other way
round: the new photo is the query, and the photos that were checked are what it may resemble.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from motif.fingerprint import Fingerprint
from motif.matching.evidence import SearchHit
from motif.matching.inverted_index import MemorySource
from motif.matching.search import search
from motif.profiles import Profile
from motif.registry.catalogue import put_record, records_of
from motif.registry.decisions import decision_on, gravest
from motif.registry.marks import fingerprint_of_check, without_ignored
from motif.registry.records.decision import Alert, SavedCheck
from motif.registry.records.filing import Filing
from motif.registry.records.ids import format_id, parse_id, parse_record_id
from motif.registry.results import CheckResult, Match
from motif.registry.store import Reader, RecordReader, Writer

_MOST = 20
"""Most saved checks that one new photo raises an alert about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMatches:
    """The saved checks that a new photo resembles.

    Parameters
    ----------
    seen : int
        The newest check that was looked at.
    matches : tuple of SearchHit
        Their keys are the numbers of the checks.
    """

    seen: int
    matches: tuple[SearchHit, ...]


class SavedChecks:
    """The saved checks of a registry, ready to be searched; safe to use from several threads.

    Parameters
    ----------
    profile : Profile
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._index = MemorySource(self._profile)
        self._fingerprints: dict[int, Fingerprint] = {}
        self._checks: dict[int, SavedCheck] = {}
        self._seen = 0

    def search(self, reader: RecordReader, photo: Fingerprint) -> CheckMatches:
        """Find the saved checks that a photo resembles.

        Others can write meanwhile, unless the view is a writer's.

        Parameters
        ----------
        reader : RecordReader
        photo : Fingerprint

        Returns
        -------
        CheckMatches
        """
        with self._lock:
            self._catch_up(reader)
            if not len(self._index):
                return CheckMatches(seen=self._seen, matches=())
            photo, _ = without_ignored(reader, photo, self._profile)
            matches = search(photo, self._index, self._load, self._profile, limit=_MOST)
            return CheckMatches(seen=self._seen, matches=tuple(matches))

    def _load(self, numbers: Collection[int]) -> dict[int, Fingerprint]:
        return {number: self._fingerprints[number] for number in numbers}

    def raise_alerts(
        self,
        writer: Writer,
        number: int,
        photo: Fingerprint,
        similar: tuple[Match, ...],
        earlier: CheckMatches,
    ) -> list[Alert]:
        """Raise the alerts that follow from a new photo of an entry, in the write that adds it.

        Parameters
        ----------
        writer : Writer
        number : int
            Of the entry.
        photo : Fingerprint
            Of the new photo.
        similar : tuple of Match
            The entries that it resembles.
        earlier : CheckMatches
            What was found before this write began; it holds unless a check was saved since.

        Returns
        -------
        list of Alert
            Those that are new, as they were recorded.
        """
        if writer.newest(SavedCheck.KIND) != earlier.seen:
            earlier = self.search(writer, photo)
        entry = format_id(number)
        alerts = _of_filings(writer, entry, similar)
        for match in earlier.matches:
            check = self._checks[match.key]
            is_same_photo = check.query_sha256 == photo.source_sha256
            is_known = is_same_photo or entry in (check.matched or ())
            if match.evidence.verdict != "clear" and not is_known:
                verdict, score = match.evidence.verdict, match.evidence.score
                alerts.append(_alert(entry, check.id, check.query_sha256, verdict, score))
        known = {alert.about for alert in records_of(writer, Alert, about=entry)} if alerts else set()
        return [put_record(writer, alert) for alert in alerts if alert.about not in known]

    def _catch_up(self, reader: RecordReader) -> None:
        """Add the checks that only the view has."""
        newest = reader.newest(SavedCheck.KIND)
        if self._seen >= newest:
            return
        try:
            self._add_checks(reader)
        except BaseException:  # also Ctrl-C: a check that is half added would never be searched
            self._forget()
            raise
        self._seen = newest

    def _add_checks(self, reader: RecordReader) -> None:
        checks = {parse_record_id(str(check.id))[1]: check for check in records_of(reader, SavedCheck)}
        added = {number: checks[number] for number in sorted(checks.keys() - self._checks.keys())}
        blobs = reader.blobs({str(check.fingerprint_sha256) for check in added.values()})
        for number, check in added.items():
            self._checks[number] = check
            if check.profile == self._profile.id:
                self._fingerprints[number] = fingerprint_of_check(check, blobs)
                self._index.add(number, self._fingerprints[number])


def _of_filings(writer: Writer, entry: str, similar: tuple[Match, ...]) -> list[Alert]:
    if not writer.newest(Filing.KIND):
        return []
    alerts: dict[str | None, Alert] = {}
    for match in similar:
        for filing in records_of(writer, Filing, about=match.entry.id):
            if filing.pending:
                alert = _alert(entry, filing.id, match.entry.id, match.verdict, match.score)
                alerts.setdefault(filing.id, alert)
    return list(alerts.values())


def remember(writer: Writer, result: CheckResult, fresh: tuple[Match, ...], *, note: str) -> SavedCheck:
    """Keep a check and its fingerprint.

    Parameters
    ----------
    writer : Writer
    result : CheckResult
    fresh : tuple of Match
        Matches with entries that were added since it was answered.
    note : str

    Returns
    -------
    SavedCheck
        With its id.
    """
    similar = [match for match in (*result.matches, *fresh) if match.verdict != "clear"]
    data = result.query.to_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    check = SavedCheck(
        query_sha256=result.query.source_sha256,
        fingerprint_sha256=sha256,
        profile=result.profile_id,
        verdict=gravest(similar),
        matched=tuple(dict.fromkeys(match.entry.id for match in similar)),
        searched_entries=writer.count(),
        checked_at=result.checked_at,
        announced=result.query_dates.first_announced if result.query_dates else None,
        note=note or None,
    )
    return put_record(writer, check, {sha256: data})


def open_alerts(reader: Reader, *, entry: str = "", closed: bool = False) -> tuple[Alert, ...]:
    """Return the alerts about which nobody decided yet, oldest first.

    Parameters
    ----------
    reader : Reader
    entry : str
        Only alerts that this entry, filing or check is part of; an id as it is stored, or empty for all.
    closed : bool
        Return also those about which a person decided, or whose entry was withdrawn.

    Returns
    -------
    tuple of Alert
    """
    alerts = records_of(reader, Alert, about=entry)
    return tuple(alert for alert in alerts if closed or not _is_closed(reader, alert))


def _is_closed(reader: Reader, alert: Alert) -> bool:
    """Tell whether a person decided on the pair that an alert names, or its entry was withdrawn."""
    entry = reader.entry(parse_id(str(alert.entry)))
    counterpart = str(alert.other)
    own = {counterpart}
    if len(counterpart) != 64:
        own |= {photo.sha256 for photo in reader.entry(parse_id(counterpart)).photos}
    return entry.withdrawn or decision_on(reader, own, entry) is not None


def _alert(entry: str, about: str | None, other: str | None, verdict: str, score: float) -> Alert:
    return Alert(
        entry=entry,
        about=about,
        other=other,
        verdict=verdict,
        score=round(min(max(score, 0.0), 1.0), 6),
        raised_at=datetime.now(UTC),
    )
